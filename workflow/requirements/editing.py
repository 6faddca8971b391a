"""People decide about a need's requirements: they change, add, order, take out and confirm them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from dataclasses import field as made_of
from datetime import datetime

from sqlalchemy.orm.attributes import flag_modified

from catalog.demand.needs import NeedRow, requirements_of
from core.database import WriteSession
from core.errors import Conflict, Invalid, Problem
from models.access import Viewer
from models.deal_enums import Visibility
from models.enums import NeedStatus, Origin, SubjectKind
from models.need import Need, NeedRevision
from models.requirement import REQUIREMENTS_MAX, Requirement, RequirementEdit
from workflow.history import record_event
from workflow.need_progress import tell_curators
from workflow.needs import get_need_to_edit
from workflow.requirements.quotes import places_of
from workflow.requirements.rows import add_rows, number, quote_of, texts_of


@dataclass(slots=True)
class _Changes:
    """What an edit does: the rows in their new order, those to be written, and how many of each kind."""

    rows: list[Requirement] = made_of(default_factory=list)
    written: list[Requirement] = made_of(default_factory=list)
    ended: list[Requirement] = made_of(default_factory=list)
    added: int = 0
    changed: int = 0
    removed: int = 0
    confirmed: int = 0


def edit_requirements(
    session: WriteSession,
    viewer: Viewer,
    need_id: str,
    edits: Sequence[RequirementEdit],
    *,
    now: datetime,
    version: int | None = None,
) -> Need:
    """The need demands what the lines say, in this order; what is in none of them is taken out.

    For whoever asks and for staff who curate the need. A changed line counts as theirs; words that stand in the need's
    text are quoted, not copied. Raises NotFound, Refused, Invalid, and Conflict for a need that is archived, closed,
    not focused yet or was changed meanwhile.
    """
    row = get_need_to_edit(session, viewer, need_id, version=version)
    _require_open(row.need)
    if len(edits) > REQUIREMENTS_MAX:
        raise Invalid("invalid", (Problem("field.too_many", (("max", REQUIREMENTS_MAX),), field="requirements"),))
    held = requirements_of(session, row.revision.key)
    changes = _changes(held, edits, row, viewer, now)
    for old in changes.ended:
        old.ended_at = now
    in_order = [old.key for old in held] == [new.id for new in changes.rows]
    number(changes.rows)
    add_rows(session, row.revision, changes.written)
    if not in_order:
        flag_modified(row.need, "disclosure")  # who looked at the earlier list meets a conflict
        _record(session, viewer, row.need, changes, now)
    session.flush()
    return row.need


def confirm_requirements(
    session: WriteSession,
    viewer: Viewer,
    need_id: str,
    *,
    now: datetime,
    numbers: Collection[int] | None = None,
    version: int | None = None,
) -> Need:
    """The requirements with these numbers, or all, are confirmed as they stand. Raises as `edit_requirements`."""
    row = get_need_to_edit(session, viewer, need_id, version=version)
    held = requirements_of(session, row.revision.key)
    chosen = range(1, len(held) + 1) if numbers is None else numbers
    _require_known([(f"numbers.{at}", n) for at, n in enumerate(chosen)], len(held))
    edits = [
        RequirementEdit(
            number=n, kind=old.kind, wording=old.wording, confirmed=old.confirmed_at is not None or n in chosen
        )
        for n, old in enumerate(held, start=1)
    ]
    return edit_requirements(session, viewer, need_id, edits, now=now, version=version)


def _require_open(need: Need) -> None:
    if need.archived_at is not None:
        raise Conflict("need.archived")
    if need.status is NeedStatus.CLOSED:
        raise Conflict("need.closed")
    if need.clarity is None:
        raise Conflict("need.not_focused")


def _changes(
    held: Sequence[Requirement], edits: Sequence[RequirementEdit], row: NeedRow, viewer: Viewer, now: datetime
) -> _Changes:
    named = [(f"requirements.{at}.number", edit.number) for at, edit in enumerate(edits) if edit.number is not None]
    _require_known(named, len(held))
    changes = _Changes()
    for at, edit in enumerate(edits):
        old = held[edit.number - 1] if edit.number is not None else None
        new = _row(old, edit, row, viewer, now, where=f"requirements.{at}")
        if old is not None and _says_the_same(old, new):
            changes.rows.append(old)
            continue
        changes.rows.append(new)
        changes.written.append(new)
        _count(changes, old, new)
    kept = {n for _, n in named}
    for n, old in enumerate(held, start=1):
        if n not in kept:
            old.removed = True
            changes.ended.append(old)
            changes.removed += 1
    return changes


def _count(changes: _Changes, old: Requirement | None, new: Requirement) -> None:
    if old is None:
        changes.added += 1
    else:
        changes.ended.append(old)
        is_withdrawn = old.confirmed_at is not None and new.confirmed_at is None
        changes.changed += is_withdrawn or _content(old) != _content(new)
    changes.confirmed += new.confirmed_at is not None and (old is None or old.confirmed_at != new.confirmed_at)


def _require_known(named: Sequence[tuple[str, int]], count: int) -> None:
    """Every number is one of the list, and none is named twice. Raises Invalid."""
    numbers = [n for _, n in named]
    wrong = [(place, n) for place, n in named if not 1 <= n <= count or numbers.count(n) > 1]
    if wrong:
        problems = (Problem("requirement.number", (("value", n), ("most", count)), field=place) for place, n in wrong)
        raise Invalid("invalid", tuple(problems))


def _row(
    old: Requirement | None, edit: RequirementEdit, row: NeedRow, viewer: Viewer, now: datetime, *, where: str
) -> Requirement:
    """The line as a row, not yet in the session."""
    field, start, end = _quoted(old, edit, row.revision, where)
    new = Requirement(
        need_revision_id=row.revision.key,
        position=0,
        kind=edit.kind,
        field=field,
        start=start,
        end=end,
        wording=edit.wording,
        origin=Origin.ASKER if row.need.organisation_id in viewer.organisations else Origin.STAFF,
    )
    if new.wording == quote_of(row.revision, new):
        new.wording = ""
    same = old is not None and _content(old) == _content(new)
    if old is not None and same:
        new.origin, new.unsettled = old.origin, old.unsettled and not edit.confirmed
    if edit.confirmed:
        was = old if old is not None and same and old.confirmed_at is not None else None
        new.confirmed_at = was.confirmed_at if was else now
        new.confirmed_by_id = was.confirmed_by_id if was else viewer.person_id
    return new


def _quoted(old: Requirement | None, edit: RequirementEdit, revision: NeedRevision, where: str) -> tuple[str, int, int]:
    """What the line quotes: what it says, what it quoted, or where its words stand. Raises Invalid."""
    texts = texts_of(revision)
    if edit.field is not None:
        if edit.end > len(texts[edit.field]):
            problem = Problem("requirement.outside", (("most", len(texts[edit.field])),), field=f"{where}.end")
            raise Invalid("invalid", (problem,))
        return edit.field.value, edit.start, edit.end
    if old is not None:
        return old.field, old.start, old.end
    places = ((name, at, at + len(edit.wording)) for name in texts for at in places_of(edit.wording, texts[name]))
    return next(places, ("", 0, 0))


def _content(row: Requirement) -> tuple[object, ...]:
    return row.kind, row.wording, row.field, row.start, row.end


def _says_the_same(old: Requirement, new: Requirement) -> bool:
    return _content(old) == _content(new) and old.confirmed_at == new.confirmed_at and old.unsettled == new.unsettled


def _record(session: WriteSession, viewer: Viewer, need: Need, changes: _Changes, now: datetime) -> None:
    only_confirmed = changes.confirmed and not (changes.added or changes.changed or changes.removed)
    event = record_event(
        session,
        SubjectKind.NEED,
        need.key,
        "need.requirements_confirmed" if only_confirmed else "need.requirements_edited",
        actor_id=viewer.person_id,
        now=now,
        params={name: getattr(changes, name) for name in ("added", "changed", "removed", "confirmed")},
        visibility=Visibility.PARTIES,
    )
    tell_curators(session, viewer, need, event, "requirements")
