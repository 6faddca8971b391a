"""How far in the change log a cached index had come, and the proof that it is this database's log.

The cache of another database, or of one that was restored from a backup, must not be topped up as if it were this
one's: the last change it had seen has to stand in the log as it was seen.
"""

import json
from hashlib import sha256
from pathlib import Path

from core.database import ReadSession
from models.vector import Change

_FORMAT = 1
_FILE = "place.json"
_MANIFEST = Path("engine") / "manifest.json"


def write_place(session: ReadSession, folder: Path, change_id: int) -> None:
    """The index just saved in `folder` is known to have followed the log up to this change."""
    change = session.get(Change, change_id)
    path = folder / _FILE
    if change is None:
        path.unlink(missing_ok=True)
        return
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(_mark(change) | {"engine": _digest(folder)}), encoding="utf-8")
    temporary.replace(path)


def read_place(session: ReadSession, folder: Path) -> int | None:
    """The last change the index in `folder` has seen; None where it is not an index of this database."""
    try:
        stored = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        change = session.get(Change, int(stored["change"]))
        if change is None or stored != _mark(change) | {"engine": _digest(folder)}:
            return None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return change.id


def _mark(change: Change) -> dict[str, str | int]:
    return {
        "format": _FORMAT,
        "change": change.key,
        "capability": change.capability_id,
        "recorded_at": change.recorded_at.isoformat(),
    }


def _digest(folder: Path) -> str:
    return sha256((folder / _MANIFEST).read_bytes()).hexdigest()
