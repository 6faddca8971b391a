"""How much of a request is read: what is announced as more is refused at once, what turns out to be more on the way."""

from typing import Final

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

from api.failures import TooLarge
from core.settings import Settings

BODY_MAX: Final = 1024 * 1024
"""Bytes of a request that brings no file; and those a request may have beside its file."""


def file_max(settings: Settings) -> int:
    """Bytes of a request that brings a file, be it to import or to keep."""
    return max(settings.import_max_mib, settings.file_max_mib) * 1024 * 1024 + BODY_MAX


def bounded(request: Request, most: int) -> Request:
    """The request, of whose body no more than `most` bytes can be read. Raises TooLarge for one that announces more."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > most:
        raise TooLarge("too_large")
    return Request(request.scope, _at_most(request.receive, most))


def _at_most(receive: Receive, most: int) -> Receive:
    read = 0

    async def receive_at_most() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > most:
            raise HTTPException(TooLarge.status)  # the one kind of failure that body parsers hand on
        return message

    return receive_at_most
