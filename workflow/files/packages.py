"""Office documents are ZIP files: what their directory says is looked at, nothing in them is unpacked.

A reader of the directory meets what an attacker wrote: its length is bounded before it is read, so is what it claims
to unpack to, and names that lead out of a folder, parts that lie upon each other, encrypted parts and macros are
refused.
"""

import struct
import zipfile
from pathlib import Path
from typing import Final

from core.errors import Invalid, Problem
from workflow.files.kinds import FileKind

PARTS_MAX: Final = 5_000
DIRECTORY_MAX: Final = 2 * 1024 * 1024
"""Bytes of the directory."""
UNPACKED_MAX: Final = 1024**3
RATIO_MAX: Final = 200
"""How many times longer a document may be than its file: office documents stay below 100."""
_RATIO_FROM: Final = 16 * 1024 * 1024
"""Below this unpacked size nobody is hurt, whatever the ratio."""
_END: Final = b"PK\x05\x06"
_END_SIZE: Final = 22
_END64: Final = b"PK\x06\x07"
_END64_SIZE: Final = 20
_COMMENT_MAX: Final = 0xFFFF
_ENCRYPTED: Final = 0x1
_MACROS: Final = ("vbaproject", "vbadata", "activex", "basic", "scripts", "macrosheets", "dialogsheets")
"""How the parts and folders begin that hold macros and controls."""
_PROGRAMS: Final = (".exe", ".dll", ".js", ".vbs", ".bat", ".cmd", ".ps1", ".jar")


def check_package(path: Path, kind: FileKind) -> bool:
    """Whether it is a document of this kind. Raises Invalid for one that would harm who opens it."""
    if not _has_small_directory(path):
        return False
    try:
        with zipfile.ZipFile(path) as package:
            parts = package.infolist()
            names = {part.filename for part in parts}
            if not names.issuperset(kind.parts) or len(names) < len(parts) or len(parts) > PARTS_MAX:
                return False
            _refuse_harm(parts, path.stat().st_size)
            return not kind.says or _mimetype(package) == kind.says.encode()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, struct.error, EOFError):
        return False


def _has_small_directory(path: Path) -> bool:
    """Whether it begins like a ZIP file and ends with a directory that can be read in no time.

    What this looks at must be what the library reads: so the directory lies right before its end record, and no record
    of ZIP64 between them names another.
    """
    with path.open("rb") as file:
        if file.read(4) != b"PK\x03\x04":
            return False
        size = file.seek(0, 2)
        before = file.seek(max(0, size - _END_SIZE - _COMMENT_MAX - _END64_SIZE))
        tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + _END_SIZE:
        return False
    count, length, start = (int(value) for value in struct.unpack("<10xHII", tail[at : at + 20]))
    if tail[max(0, at - _END64_SIZE) : at].startswith(_END64):
        return False
    return count <= PARTS_MAX and length <= DIRECTORY_MAX and start + length == before + at


def _refuse_harm(parts: list[zipfile.ZipInfo], size: int) -> None:
    unpacked = sum(part.file_size for part in parts)
    if unpacked > UNPACKED_MAX or (unpacked > _RATIO_FROM and unpacked > size * RATIO_MAX):
        raise _refused("file.unpacks_too_large")
    for part in parts:
        name = part.filename.replace("\\", "/").lower()
        if name.startswith("/") or ".." in name.split("/") or ":" in name.split("/")[0]:
            raise _refused("file.leads_out")
        if part.flag_bits & _ENCRYPTED:
            raise _refused("file.encrypted")
        if name.endswith(_PROGRAMS) or any(piece.startswith(_MACROS) for piece in name.split("/")):
            raise _refused("file.macros")
    _refuse_overlap(parts)


def _refuse_overlap(parts: list[zipfile.ZipInfo]) -> None:
    """Parts that share bytes are how a small file claims to be an endless one."""
    end = 0
    for part in sorted(parts, key=lambda part: part.header_offset):
        if part.header_offset < end:
            raise _refused("file.unpacks_too_large")
        end = part.header_offset + part.compress_size


def _mimetype(package: zipfile.ZipFile) -> bytes:
    part = package.getinfo("mimetype")
    if part.compress_type != zipfile.ZIP_STORED or part.file_size > 200:
        return b""
    return package.read(part)


def _refused(code: str) -> Invalid:
    return Invalid(code, (Problem(code, field="file"),))
