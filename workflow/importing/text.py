"""A file's bytes as text: which encoding it is in, or why it is none.

Accepted are UTF-8 (with or without BOM), UTF-16 with BOM, and GB18030 (with it GBK and GB2312). The last has no mark of
its own: it is believed only when the text that comes out is mostly the common characters of GB2312.
"""

import codecs
import re
from itertools import islice
from pathlib import Path

from core.errors import Invalid, NotFound

_MIB = 1024 * 1024
_SPREADSHEET = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_MULTIBYTE = re.compile(r"[\u0080-\U0010ffff]")
_ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ue000-\uf8ff\ufffd\ufffe\uffff]")
_LOOKED_AT = 20_000
"""Characters from which a guess about the encoding is made."""
_COMMON = range(0xB0, 0xD8)
_SIGNS = range(0xA1, 0xA4)
"""Lead bytes of the 3,755 common characters, and of punctuation and full-width letters."""


def read_bytes(file: Path | bytes, name: str, *, max_mib: int) -> bytes:
    """The content of a file. Raises NotFound, and Invalid for one that is no file, empty or too large."""
    if isinstance(file, bytes):
        data = file
    else:
        try:
            with file.open("rb") as stream:
                data = stream.read(max_mib * _MIB + 1)
        except FileNotFoundError:
            raise NotFound("file_missing", file=str(file)) from None
        except OSError as error:
            raise Invalid("import.unreadable", file=name, reason=error.strerror or type(error).__name__) from error
    if len(data) > max_mib * _MIB:
        raise Invalid("import.too_large", file=name, max=max_mib)
    if not data.strip():
        raise Invalid("import.empty", file=name)
    return data


def decode(data: bytes, name: str) -> tuple[str, str]:
    """The text, without BOM, and the name of its encoding. Raises Invalid."""
    if data.startswith(_SPREADSHEET):
        raise Invalid("import.spreadsheet", file=name)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text, encoding = _strict(data, "utf-16", name), "UTF-16"
    elif b"\0" in data:
        raise Invalid("import.binary", file=name)
    else:
        text, encoding = _utf8_or_gb18030(data, name)
    if not text.strip():
        raise Invalid("import.empty", file=name)
    if "\0" in text:
        raise Invalid("import.binary", file=name)
    return text, encoding


def _utf8_or_gb18030(data: bytes, name: str) -> tuple[str, str]:
    try:
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError as error:
        if data.startswith(codecs.BOM_UTF8) or _is_damaged_utf8(data):
            raise _undecodable(data, error.start, name) from error
    text = _strict(data, "gb18030", name)
    if _ODD.search(text) or not _is_plausible_chinese(text):
        raise Invalid("import.encoding", file=name)
    return text, "GB18030"


def _is_damaged_utf8(data: bytes) -> bool:
    """Whether most of what is not ASCII is good UTF-8: then the rest is damage, not another encoding."""
    read = data.decode("utf-8", "replace")
    damaged = read.count("\ufffd")
    return len(_MULTIBYTE.findall(read)) - damaged > damaged


def _is_plausible_chinese(text: str) -> bool:
    written = [found[0].encode("gb18030") for found in islice(_MULTIBYTE.finditer(text), _LOOKED_AT)]
    if not written:
        return True
    common = sum(len(pair) == 2 and (pair[0] in _COMMON or pair[0] in _SIGNS) for pair in written)
    return common >= len(written) / 2


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _undecodable(data, error.start, name) from error


def _undecodable(data: bytes, position: int, name: str) -> Invalid:
    return Invalid("import.encoding_at", file=name, row=data.count(b"\n", 0, position) + 1, position=position)
