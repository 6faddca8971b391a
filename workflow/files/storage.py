"""Contents on disk: received beside, put in their place by their digest, swept when no row names them.

Rules a maintainer must keep:
- A content is written under a random name and synced before anything else is done with it, and put in its place by a
  rename; so a crash leaves a file under a random name or one that no row names, never half of one.
- It is put in place within the transaction that writes its row, under `hold_folder`, and swept under the same lock, so
  that a sweep never removes what a transaction that is still open has just put there.
- A content that is there already is put there again: the same work, and the same answer.
"""

import errno
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO, Final

from core.database import WriteSession
from core.errors import AppError, Invalid, NotFound, Problem, Unavailable

_BLOCK: Final = 256 * 1024
_INCOMING: Final = "incoming"
_TURN: Final = 0x6B71666C  # "kqfl": any number no other turn of this database uses
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
ABANDONED_AFTER: Final = timedelta(hours=1)
"""How old a content under a random name is before nobody is writing it any more."""


@dataclass(frozen=True, slots=True)
class Received:
    """A content that lies beside, waiting for its row."""

    path: Path
    sha256: str
    size: int
    name: str
    """The tidied name of the upload."""


@dataclass(frozen=True, slots=True)
class FileStore:
    """The folder of contents; `max_bytes` is the longest that is taken."""

    folder: Path
    max_bytes: int

    def receive(self, stream: BinaryIO, name: str, check: Callable[[Path, str], None]) -> Received:
        """The stream's content lies beside, whole, synced and of the kind its name says.

        Raises Invalid for an empty, too large or wrong one and Unavailable where the folder is full or takes nothing;
        then nothing of it is left.
        """
        path = self.folder / _INCOMING / token_hex(16)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            digest, size = self._write(stream, path)
            check(path, name)
        except OSError as error:
            path.unlink(missing_ok=True) if path.parent.is_dir() else None
            raise folder_fault(error) from error
        except AppError:
            path.unlink(missing_ok=True)
            raise
        return Received(path, digest, size, name)

    def discard(self, received: Received) -> None:
        """What was received and found no place is gone."""
        received.path.unlink(missing_ok=True)

    def place(self, received: Received) -> None:
        """The content has its place; for who holds the folder's lock. Raises Unavailable."""
        target = self.path_of(received.sha256)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(received.path, target)
            for folder in (target.parent, self.folder, self.folder.parent):  # each may be new
                _sync_folder(folder)
        except OSError as error:
            raise folder_fault(error) from error

    def path_of(self, digest: str) -> Path:
        """Where the content with this digest lies."""
        return self.folder / digest[:2] / digest

    def open(self, digest: str) -> BinaryIO:
        """The content. Raises NotFound where it is missing, which `keqiao doctor` reports."""
        try:
            return self.path_of(digest).open("rb")
        except OSError:
            raise NotFound("file.content_missing") from None

    def digests(self) -> Iterator[str]:
        """The digests of what lies in the folder."""
        if self.folder.is_dir():
            for folder in sorted(self.folder.iterdir()):
                if len(folder.name) == 2 and folder.is_dir():
                    yield from sorted(entry.name for entry in folder.iterdir())

    def remove(self, digest: str) -> None:
        """The content is gone; for who holds the folder's lock and found no row that names it."""
        self.path_of(digest).unlink(missing_ok=True)

    def abandoned(self, now: datetime) -> list[Path]:
        """What was being received when a process died."""
        incoming = self.folder / _INCOMING
        if not incoming.is_dir():
            return []
        before = (now - ABANDONED_AFTER).timestamp()
        return [entry for entry in sorted(incoming.iterdir()) if entry.stat().st_mtime < before]

    def _write(self, stream: BinaryIO, path: Path) -> tuple[str, int]:
        digest, size = sha256(), 0
        with path.open("xb") as file:
            while block := stream.read(_BLOCK):
                size += len(block)
                if size > self.max_bytes:
                    raise _refused("file.too_large", mib=self.max_bytes // 2**20)
                digest.update(block)
                file.write(block)
            if not size:
                raise _refused("file.empty")
            file.flush()
            os.fsync(file.fileno())
        return digest.hexdigest(), size


def hold_folder(session: WriteSession) -> None:
    """No other transaction puts contents into the folder or sweeps it until this one ends."""
    session.take_turn(_TURN)


def folder_fault(error: OSError) -> Unavailable:
    """What to say of a folder that takes nothing: full, or not to be written to."""
    return Unavailable("disk_full" if error.errno in _FULL else "file.folder_unwritable")


def _sync_folder(folder: Path) -> None:
    """What was put into the folder is on disk under its name."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _refused(code: str, **params: int) -> Invalid:
    return Invalid(code, (Problem(code, tuple(params.items()), field="file"),), **params)
