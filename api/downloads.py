"""Files out: always to be saved, never to be shown by the browser within our pages."""

from collections.abc import Iterator
from typing import BinaryIO, Final
from urllib.parse import quote

from fastapi.responses import StreamingResponse

from workflow.files import FileStore, Taken

_BLOCK: Final = 256 * 1024
_PLAIN: Final = frozenset("!#$&+-.^_`|~ ()[]{}@=,;'")
SANDBOX: Final = "default-src 'none'; sandbox"


def file_response(store: FileStore, taken: Taken) -> StreamingResponse:
    """The content as a download. Raises NotFound where it is missing.

    Without a date or a tag of the stored content: they would tell when else somebody sent the same.
    """
    return StreamingResponse(
        _blocks(store.open(taken.sha256)),
        media_type=taken.media_type,
        headers={
            "Content-Disposition": content_disposition(taken.name),
            "Content-Length": str(taken.size),
            "Content-Security-Policy": SANDBOX,
            "X-Content-Type-Options": "nosniff",
        },
    )


def content_disposition(name: str) -> str:
    """The header for a file to be saved under a name (RFC 6266): in full, before it in ASCII for who knows no more."""
    plain = "".join(char if char.isascii() and (char.isalnum() or char in _PLAIN) else "_" for char in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        yield from iter(lambda: file.read(_BLOCK), b"")
