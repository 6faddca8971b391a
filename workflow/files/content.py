"""Whether the content of a file is what its name says; nothing is unpacked, and little of it is in memory at once."""

import codecs
from pathlib import Path
from typing import Final

import puremagic

from core.errors import Invalid, Problem
from workflow.files.kinds import KINDS, SAME, ContentCheck, FileKind
from workflow.files.names import split_name
from workflow.files.packages import check_package

_BLOCK: Final = 256 * 1024
_ENCODINGS: Final = ("utf-8", "gb18030")
_MARKS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_WRITTEN: Final = frozenset("\t\n\r\f")
"""The only control characters of a text."""


def kind_of(name: str) -> FileKind:
    """The kind that a name stands for. Raises Invalid for one that is not taken."""
    extension = split_name(name)[1]
    kind = KINDS.get(extension)
    if kind is None:
        raise _refused("file.kind_not_taken", extension=extension or "-", taken=", ".join(KINDS))
    return kind


def check_content(path: Path, name: str) -> None:
    """Nothing, if the file's content is of the kind that the name stands for. Raises Invalid."""
    kind, extension = kind_of(name), split_name(name)[1]
    is_it = {
        ContentCheck.SIGNATURE: lambda: _has_signature(path, SAME.get(extension, extension)),
        ContentCheck.TEXT: lambda: any(_decodes(path, encoding) for encoding in _encodings(path)),
        ContentCheck.PARTS: lambda: check_package(path, kind),
    }[kind.check]()
    if not is_it:
        raise _refused("file.not_what_it_says", extension=extension)


def _has_signature(path: Path, extension: str) -> bool:
    try:
        found = puremagic.magic_file(path)
    except (puremagic.PureError, ValueError):  # nothing it knows, or too short for it
        return False
    names = {SAME.get(match.extension.lstrip(".").lower(), match.extension.lstrip(".").lower()) for match in found}
    return extension in names and _starts_with(path, extension)


_STARTS: Final = {
    "pdf": (b"%PDF-",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "gif": (b"GIF87a", b"GIF89a"),
    "tif": (b"II*\0", b"MM\0*"),
}
"""How each kind begins: the library also knows endings, which a file of another kind may have."""


def _starts_with(path: Path, extension: str) -> bool:
    with path.open("rb") as file:
        return file.read(8).startswith(_STARTS[extension])


def _encodings(path: Path) -> tuple[str, ...]:
    with path.open("rb") as file:
        head = file.read(3)
    marked = next((encoding for mark, encoding in _MARKS if head.startswith(mark)), None)
    return (marked,) if marked else _ENCODINGS


def _decodes(path: Path, encoding: str) -> bool:
    """Whether it is a text in this encoding, to its last character and without characters that no text has."""
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while block := file.read(_BLOCK):
                if not _is_written(decoder.decode(block)):
                    return False
            return _is_written(decoder.decode(b"", final=True))
        except UnicodeDecodeError:
            return False


def _is_written(text: str) -> bool:
    return all(char >= " " or char in _WRITTEN for char in text)


def _refused(code: str, **params: str) -> Invalid:
    return Invalid(code, (Problem(code, tuple(params.items()), field="file"),), **params)
