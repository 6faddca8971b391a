"""What lies in the folder and no row names, what rows name and is missing, and getting rid of the former."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists
from sqlmodel import col, select

from core.database import ReadSession, WriteSession
from models.file import AttachmentVersion, StoredFile
from workflow.files.storage import FileStore, hold_folder

BATCH = 200
"""Contents removed in one transaction: a sweep keeps nobody waiting for long."""


@dataclass(frozen=True, slots=True)
class FolderState:
    """The folder compared with the rows."""

    stored: int
    """Contents that rows name."""
    missing: int
    """Of those, how many are not in the folder."""
    orphaned: int
    """What lies in the folder without a row, or was left behind half received."""


def compare_folder(session: ReadSession, store: FileStore, *, now: datetime) -> FolderState:
    """The folder as it is now; what is being uploaded at this moment may count as orphaned."""
    named = set(session.exec(select(StoredFile.sha256).where(_is_needed())))
    there = set(store.digests())
    return FolderState(len(named), len(named - there), len(there - named) + len(store.abandoned(now)))


def sweep_folder(session: WriteSession, store: FileStore, *, now: datetime) -> int:
    """How many contents are gone: some that no version has any more, that no row names, or that nobody finished.

    At most a batch of each kind goes in one transaction; the rows go with it, and the contents before it commits: what
    it removes, nothing names.
    """
    hold_folder(session)
    unneeded = session.exec(select(StoredFile).where(~_is_needed()).limit(BATCH)).all()
    for row in unneeded:
        session.delete(row)
    session.flush()
    named = set(session.exec(select(StoredFile.sha256)))
    orphans = [digest for digest in store.digests() if digest not in named][:BATCH]
    for digest in orphans:
        store.remove(digest)
    left = store.abandoned(now)[:BATCH]
    for path in left:
        path.unlink(missing_ok=True)
    return len(orphans) + len(left)


def _is_needed() -> ColumnElement[bool]:
    return exists().where(col(AttachmentVersion.file_id) == col(StoredFile.id))
