"""Requirements drafted from a need's text by rules, around what people have decided about them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from catalog.demand.clarity import Clarity, Demand, NeedParts, assess_clarity
from catalog.demand.needs import removed_requirements, requirements_of
from core.database import ReadSession, WriteSession
from core.language.clauses import Clause
from core.language.demands import demanded_clauses
from models.enums import Origin
from models.need import Need, NeedRevision
from models.requirement import REQUIREMENTS_MAX, QuotedField, Requirement
from workflow.requirements.quotes import find_again
from workflow.requirements.rows import add_rows, is_decided, number, texts_of, words_of

_FIELDS = (QuotedField.PROBLEM.value, QuotedField.INDICATORS.value)
"""Where requirements are looked for: the goal says what the asker hopes to gain, not what a supplier must bring."""
_READ_IN_ORDER = tuple(field.value for field in QuotedField)

Span = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class _Kept:
    """What drafting has to respect: rows that stay, rows that stay if they would be drafted again, and the rest."""

    decided: list[Requirement]
    undecided: list[Requirement]
    taken: list[Span]
    """Stretches about which people have decided."""
    seen: frozenset[str] | None = None
    """The clauses people had before them when they decided; None if everything was."""

    def holds(self, span: Span) -> bool:
        """Whether people have decided about any of it."""
        field, start, end = span
        return any(field == other and start < high and low < end for other, low, high in self.taken)


def draft_requirements(
    session: WriteSession, need: Need, revision: NeedRevision, *, now: datetime, before: NeedRevision | None = None
) -> None:
    """The revision has the requirements and indicators its text states, and the need its clarity.

    What people decided stays, be it about this revision or about the one `before` it: what they kept, changed or took
    out is not drafted again. A clause that is new to them is unsettled.
    """
    kept = _kept(session, revision) if before is None else _carried(session, before, revision, now)
    wanted = {span: clause for span, clause in _clauses(revision) if not kept.holds(span)}
    stay = [row for row in kept.undecided if _is_wanted(row, wanted)]
    for row in kept.undecided:
        if row not in stay:
            row.ended_at = now
    standing = {_span(row) for row in stay}
    drafted = [
        _drafted(revision, span, clause, unsettled=kept.seen is not None and clause.text not in kept.seen)
        for span, clause in wanted.items()
        if span not in standing
    ]
    rows = sorted([*kept.decided, *stay], key=lambda row: row.position)
    drafted = drafted[: max(0, REQUIREMENTS_MAX - len(rows))]
    number(_merged(rows, drafted))
    add_rows(session, revision, drafted)
    clarity = clarity_of(need, revision)
    need.clarity, need.clarity_kind = clarity.score, clarity.type.value
    session.flush()


def clarity_of(need: Need, revision: NeedRevision, decided: tuple[Demand, ...] | None = None) -> Clarity:
    """How clearly the revision is put, and what to ask the enterprise next; `decided` as in `decided_demands`."""
    parts = NeedParts(
        title=revision.title,
        problem=revision.problem,
        indicators=revision.indicators,
        goal=revision.goal,
        keywords=tuple(revision.keywords),
        has_budget=revision.budget_from is not None or revision.budget_to is not None,
        has_deadline=revision.deadline is not None or revision.period_months is not None,
        has_decider=need.contact_id is not None,
        decided=decided,
    )
    return assess_clarity(parts)


def decided_demands(session: ReadSession, revision: NeedRevision) -> tuple[Demand, ...] | None:
    """The requirements in force once people decided about any, be it by taking one out; None before."""
    rows = requirements_of(session, revision.key)
    if not any(is_decided(row) for row in rows) and not removed_requirements(session, revision.key):
        return None
    return tuple(Demand(words_of(revision, row), row.confirmed_at is not None) for row in rows)


def _kept(session: WriteSession, revision: NeedRevision) -> _Kept:
    """What there is to respect when the same text is drafted again."""
    rows = requirements_of(session, revision.key)
    decided = [row for row in rows if is_decided(row)]
    taken = [_span(row) for row in (*decided, *removed_requirements(session, revision.key))]
    return _Kept(decided, [row for row in rows if not is_decided(row)], taken)


def _carried(session: WriteSession, before: NeedRevision, revision: NeedRevision, now: datetime) -> _Kept:
    """The decisions about the text before, written again for the new text as far as it still says the same."""
    decided = [row for row in requirements_of(session, before.key) if is_decided(row)]
    removed = removed_requirements(session, before.key)
    if not decided and not removed:
        return _Kept([], [], [])
    carried = [row for row in (_moved(row, before, revision) for row in decided) if row is not None]
    gone = [row for row in (_still_out(row, before, revision, now) for row in removed) if row is not None]
    add_rows(session, revision, [*carried, *gone])
    taken = [_span(row) for row in (*carried, *gone)]
    return _Kept(carried, [], taken, frozenset(clause.text for _, clause in _clauses(before)))


def _moved(row: Requirement, before: NeedRevision, revision: NeedRevision) -> Requirement | None:
    """The row for another revision. None if it only quotes, and its words are gone.

    Where the words stand in another clause than before, or are gone and a person's wording is left, it is unsettled and
    no longer confirmed: nobody has looked at it as it stands now.
    """
    copy = Requirement(**row.model_dump(exclude={"id", "need_revision_id"}), need_revision_id=revision.key)
    if not row.field:
        return copy
    place = find_again(_span(row), texts_of(before), texts_of(revision))
    if place is None and not row.wording:
        return None
    copy.field, copy.start, copy.end = (place.field, place.start, place.end) if place else ("", 0, 0)
    if place is None or not place.as_before:
        copy.unsettled, copy.confirmed_at, copy.confirmed_by_id = True, None, None
    return copy


def _still_out(row: Requirement, before: NeedRevision, revision: NeedRevision, now: datetime) -> Requirement | None:
    """What was taken out, for another revision; None where it quoted nothing or stands in another clause now."""
    place = find_again(_span(row), texts_of(before), texts_of(revision)) if row.field else None
    if place is None or not place.as_before:
        return None
    return Requirement(
        need_revision_id=revision.key,
        position=row.position,
        kind=row.kind,
        field=place.field,
        start=place.start,
        end=place.end,
        origin=row.origin,
        ended_at=now,
        removed=True,
    )


def _clauses(revision: NeedRevision) -> Iterator[tuple[Span, Clause]]:
    """What is asked for, field by field."""
    texts = texts_of(revision)
    for field, clauses in zip(_FIELDS, demanded_clauses(*(texts[field] for field in _FIELDS)), strict=True):
        for clause in clauses:
            yield (field, clause.start, clause.end), clause


def _drafted(revision: NeedRevision, span: Span, clause: Clause, *, unsettled: bool) -> Requirement:
    field, start, end = span
    return Requirement(
        need_revision_id=revision.key,
        position=0,
        kind=clause.kind,
        field=field,
        start=start,
        end=end,
        origin=Origin.ENGINE,
        unsettled=unsettled,
    )


def _merged(rows: Sequence[Requirement], drafted: Sequence[Requirement]) -> list[Requirement]:
    """The rows in their order, each drafted one behind the last that stands before it in the text."""
    if not rows:
        return list(drafted)
    merged = list(rows)
    for new in drafted:
        earlier = [at for at, row in enumerate(merged) if row.field and _place(row) < _place(new)]
        merged.insert(earlier[-1] + 1 if earlier else 0, new)
    return merged


def _is_wanted(row: Requirement, wanted: dict[Span, Clause]) -> bool:
    clause = wanted.get(_span(row))
    return clause is not None and clause.kind is row.kind


def _span(row: Requirement) -> Span:
    return row.field, row.start, row.end


def _place(row: Requirement) -> tuple[int, int]:
    return _READ_IN_ORDER.index(row.field), row.start
