"""Which files are taken, by extension, and how the content of each kind shows that it is what the name says.

Left out on purpose: programs and scripts, formats that carry macros (also the old binary ones of office programs),
pictures with scripts (SVG), pages (HTML), and archives, of whose content nobody knows more than the names.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class ContentCheck(StrEnum):
    """How a content is recognised."""

    SIGNATURE = "signature"
    TEXT = "text"
    PARTS = "parts"


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file: its media type, and what its content is recognised by."""

    media_type: str
    check: ContentCheck
    parts: tuple[str, ...] = ()
    """Of an office document: parts that its ZIP directory must name."""
    says: str = ""
    """Of an OpenDocument file: what its part `mimetype` says."""


_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."


def _office(name: str, main: str) -> FileKind:
    return FileKind(_OOXML + name, ContentCheck.PARTS, ("[Content_Types].xml", main))


def _open_document(name: str) -> FileKind:
    return FileKind(_ODF + name, ContentCheck.PARTS, ("mimetype", "content.xml"), says=_ODF + name)


def _picture(name: str) -> FileKind:
    return FileKind(f"image/{name}", ContentCheck.SIGNATURE)


KINDS: Final = {
    "pdf": FileKind("application/pdf", ContentCheck.SIGNATURE),
    "docx": _office("wordprocessingml.document", "word/document.xml"),
    "xlsx": _office("spreadsheetml.sheet", "xl/workbook.xml"),
    "pptx": _office("presentationml.presentation", "ppt/presentation.xml"),
    "odt": _open_document("text"),
    "ods": _open_document("spreadsheet"),
    "odp": _open_document("presentation"),
    "ofd": FileKind("application/ofd", ContentCheck.PARTS, ("OFD.xml",)),
    "png": _picture("png"),
    "jpg": _picture("jpeg"),
    "jpeg": _picture("jpeg"),
    "gif": _picture("gif"),
    "tif": _picture("tiff"),
    "tiff": _picture("tiff"),
    "txt": FileKind("text/plain", ContentCheck.TEXT),
    "md": FileKind("text/markdown", ContentCheck.TEXT),
    "csv": FileKind("text/csv", ContentCheck.TEXT),
}
"""By extension; ofd is the fixed-layout document of GB/T 33190."""

SAME: Final = {"jpeg": "jpg", "tiff": "tif"}
"""Extensions that mean the same content as another."""
