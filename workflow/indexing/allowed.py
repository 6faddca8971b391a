"""Which capabilities the matcher may propose to a viewer, cached per class of viewer and version of the data."""

from collections import OrderedDict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING

from sqlmodel import col, or_, select

from core.database import ReadSession
from models.access import Viewer, matchable_capabilities
from models.changes import last_change
from models.enums import SubjectKind
from models.grant import Grant

if TYPE_CHECKING:
    from matching.types import Allowed, AllowedIds, MatchResult, SupplierMatch
    from workflow.indexing.search_index import SearchIndex

_CLASSES_KEPT = 64


@dataclass(frozen=True, slots=True)
class Permission:
    """What a search may find: `search` goes into the engine, `ids` is what its answer is checked against.

    The two differ when nothing is filtered out: the engine is then told so, and what another thread adds to the index
    before the search is caught by the check.
    """

    search: "Allowed"
    ids: "AllowedIds"

    def checked(self, result: "MatchResult") -> "MatchResult":
        """The result without matches that name a capability which was not allowed."""
        return replace(result, matches=tuple(match for match in result.matches if self._admits(match)))

    def _admits(self, match: "SupplierMatch") -> bool:
        import numpy as np

        named = [match.best.document, *(other.document for other in match.others)]
        return bool(self.ids.mask(np.array(named, dtype=np.int64)).all())

    def without(self, excluded: Iterable[int]) -> "Permission":
        """The same without these capabilities."""
        import numpy as np

        from matching.types import AllowedIds

        gone = np.fromiter(excluded, dtype=np.int64)
        if not len(gone):
            return self
        left = AllowedIds(np.setdiff1d(self.ids.ids, gone, assume_unique=False))
        return Permission(left, left)

    def only(self, wanted: Iterable[int]) -> "Permission":
        """The allowed ones among these capabilities."""
        import numpy as np

        from matching.types import AllowedIds

        left = AllowedIds(np.intersect1d(self.ids.ids, np.fromiter(wanted, dtype=np.int64)))
        return Permission(left, left)


class Permissions:
    """The permissions of the classes of viewers that searched last."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Permission] = OrderedDict()
        self._lock = Lock()

    def of(self, session: ReadSession, viewer: Viewer, index: "SearchIndex") -> Permission:
        """What the viewer may be proposed, as the session sees it now."""
        key = (viewer.class_key, last_change(session), index.seen, _grants(session, viewer))
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        permission = _read(session, viewer, index)
        with self._lock:
            self._kept[key] = permission
            while len(self._kept) > _CLASSES_KEPT:
                self._kept.popitem(last=False)
        return permission


def _read(session: ReadSession, viewer: Viewer, index: "SearchIndex") -> Permission:
    from matching.types import ALL, AllowedIds

    ids = AllowedIds(row[0] for row in session.execute(matchable_capabilities(viewer)))
    return Permission(ALL if ids.mask(index.engine.ids()).all() else ids, ids)


def _grants(session: ReadSession, viewer: Viewer) -> tuple[tuple[int | None, int], ...]:
    """What the viewer was granted singly: it changes without a line in the change log."""
    if viewer.person_id is None or viewer.at is None:
        return ()
    rows = session.exec(
        select(Grant)
        .where(
            Grant.person_id == viewer.person_id,
            Grant.object_kind == SubjectKind.CAPABILITY,
            or_(col(Grant.valid_to).is_(None), col(Grant.valid_to) > viewer.at),
        )
        .order_by(col(Grant.id))
    )
    return tuple((grant.id, grant.version) for grant in rows)
