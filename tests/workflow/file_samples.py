"""Small real files for tests, made here: nothing of anybody's."""

import struct
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

from workflow.files import FileStore

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
TEXT = "示例：试验记录，抗拉强度 312 MPa。\n".encode()
OOXML_PARTS = {
    "[Content_Types].xml": b'<?xml version="1.0"?><Types/>',
    "_rels/.rels": b"<Relationships/>",
    "word/document.xml": b"<w:document/>",
}


def png() -> bytes:
    """One grey point."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\x80")) + chunk(b"IEND", b"")


def package(parts: dict[str, bytes] = OOXML_PARTS, **more: bytes) -> bytes:
    """A ZIP file with these parts; the first is stored, the others are deflated."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, content) in enumerate({**parts, **more}.items()):
            archive.writestr(name, content, zipfile.ZIP_STORED if number == 0 else zipfile.ZIP_DEFLATED)
    return made.getvalue()


def odt() -> bytes:
    """An OpenDocument text."""
    return package({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<office/>"})


def store_in(folder: Path, max_bytes: int = 2**20) -> FileStore:
    return FileStore(folder / "files", max_bytes)
