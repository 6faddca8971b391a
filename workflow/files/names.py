"""File names as they are shown: what somebody called a file, without what a name may not hold.

A name is never used as a path: on disk a file is called by its digest.
"""

import re
import unicodedata
from typing import Final

from core.errors import Invalid, Problem
from models.file import FILE_NAME_MAX

_FOLDERS: Final = re.compile(r".*[/\\]")
_BLANKS: Final = re.compile(r"\s+")
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Control, formatting (among them what turns the direction of writing) and unassigned characters."""
_EXTENSION_MAX: Final = 10


def tidy_name(name: str) -> str:
    """The name in NFC, without folders, characters that cannot be seen, and dots at its ends; shortened, if need be.

    Raises Invalid when nothing of it is left but an extension.
    """
    base = _FOLDERS.sub("", unicodedata.normalize("NFC", name))
    seen = "".join(" " if char in "\t\n\r" else char for char in base if _is_seen(char))
    tidy = _BLANKS.sub(" ", seen).strip(" .")
    stem, extension = split_name(tidy)
    if not stem:
        raise Invalid("file.name", (Problem("file.name", field="file"),))
    if not extension:
        return stem[:FILE_NAME_MAX]
    return f"{stem[: FILE_NAME_MAX - len(extension) - 1].rstrip(' .')}.{extension}"


def split_name(name: str) -> tuple[str, str]:
    """What a name says, and its extension in small letters without the dot; "" when it has none."""
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > _EXTENSION_MAX:
        return name, ""
    return stem.rstrip(" ."), extension.lower()


def _is_seen(char: str) -> bool:
    return char in "\t\n\r" or unicodedata.category(char) not in _HIDDEN
