"""Files in: what a form brings lies in the data folder, whole and checked, before a writing session is opened.

Rules a maintainer must keep: a handler asks for `UploadsDep` before its session, so that nobody waits for a disk; what
was wrong with an upload is raised by `take`, within the handler, so that a page can show its form again; what found no
place is gone when the answer is sent.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Request, UploadFile

from api.dependencies import SettingsDep
from core.errors import AppError, Invalid, Problem
from core.settings import Settings
from workflow.files import FileStore, Received, receive_upload

T = TypeVar("T")


def store_of(settings: Settings) -> FileStore:
    """The folder of contents of an installation."""
    return FileStore(settings.files_dir, settings.file_max_mib * 2**20)


def _store(settings: SettingsDep) -> FileStore:
    return store_of(settings)


FileStoreDep = Annotated[FileStore, Depends(_store)]


@dataclass
class Sent(Generic[T]):
    """What a form brought, read; or what was wrong with it."""

    store: FileStore
    missing: AppError
    """What is wrong when it brought nothing."""
    found: T | None = None
    error: AppError | None = None

    def receive(self, read: Callable[[], T]) -> None:
        """What `read` returns waits to be taken; or what is wrong with it does."""
        try:
            self.found = read()
        except AppError as error:
            self.error = error

    def take(self) -> T:
        """What was brought. Raises what was wrong with it, also that there is nothing."""
        found = self.take_if_any()
        if found is None:
            raise self.missing
        return found

    def take_if_any(self) -> T | None:
        """What was brought, None for nothing. Raises what was wrong with it."""
        if self.error is not None:
            raise self.error
        return self.found


Uploads = Sent[Received]
"""What the field `file` of a form brought."""


async def _chosen(request: Request) -> UploadFile | None:
    found = (await request.form()).get("file")
    return None if isinstance(found, str) or found is None or not found.filename else found  # type: ignore[return-value]  # Starlette's class, of which FastAPI's is a child


ChosenDep = Annotated[UploadFile | None, Depends(_chosen)]
"""What was chosen in the field `file`; None where nothing was."""


def _uploads(store: FileStoreDep, chosen: ChosenDep) -> Iterator[Uploads]:
    uploads = Uploads(store, missing=Invalid("invalid", (Problem("field.required", field="file"),)))
    if chosen is not None:
        uploads.receive(lambda: receive_upload(store, chosen.file, chosen.filename or ""))
    try:
        yield uploads
    finally:
        if uploads.found is not None:
            store.discard(uploads.found)


UploadsDep = Annotated[Uploads, Depends(_uploads)]
