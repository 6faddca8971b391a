"""Files in: what a form brings lies in the data folder, whole and checked, before a writing session is opened.

Rules a maintainer must keep: a handler asks for `UploadsDep` before its session, so that nobody waits for a disk; what
was wrong with an upload is raised by `take`, within the handler, so that a page can show its form again; what found no
place is gone when the answer is sent.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, BinaryIO

from fastapi import Depends, Request, UploadFile

from api.dependencies import SettingsDep
from core.errors import AppError, Invalid, Problem
from core.settings import Settings
from workflow.files import FileStore, Received, receive_upload


def store_of(settings: Settings) -> FileStore:
    """The folder of contents of an installation."""
    return FileStore(settings.files_dir, settings.file_max_mib * 2**20)


def _store(settings: SettingsDep) -> FileStore:
    return store_of(settings)


FileStoreDep = Annotated[FileStore, Depends(_store)]


@dataclass
class Uploads:
    """What the field `file` of a form brought."""

    store: FileStore
    received: list[Received] = field(default_factory=list)
    error: AppError | None = None

    def take(self) -> Received:
        """The upload. Raises what was wrong with it, and Invalid where there is none."""
        if self.error is not None:
            raise self.error
        if not self.received:
            raise Invalid("invalid", (Problem("field.required", field="file"),))
        return self.received[0]

    def take_if_any(self) -> Received | None:
        """The upload, None where there is none. Raises what was wrong with it."""
        return self.take() if self.received or self.error is not None else None

    def receive(self, stream: BinaryIO, name: str) -> None:
        """The stream's content waits to be taken; or what is wrong with it does."""
        try:
            self.received.append(receive_upload(self.store, stream, name))
        except AppError as error:
            self.error = error


async def _chosen(request: Request) -> UploadFile | None:
    found = (await request.form()).get("file")
    return None if isinstance(found, str) or found is None or not found.filename else found  # type: ignore[return-value]  # Starlette's class, of which FastAPI's is a child


ChosenDep = Annotated[UploadFile | None, Depends(_chosen)]
"""What was chosen in the field `file`; None where nothing was."""


def _uploads(store: FileStoreDep, chosen: ChosenDep) -> Iterator[Uploads]:
    uploads = Uploads(store)
    if chosen is not None:
        uploads.receive(chosen.file, chosen.filename or "")
    try:
        yield uploads
    finally:
        for received in uploads.received:
            store.discard(received)


UploadsDep = Annotated[Uploads, Depends(_uploads)]
