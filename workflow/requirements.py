"""The requirements and indicators of a need, drafted from its text by rules; people decide about them later.

They are offsets into the revision's own fields, never copies of its text, so that erasing the text erases them.
"""

from collections.abc import Iterable, Sequence
from math import isfinite

from sqlmodel import col, delete

from catalog.demand.clarity import Clarity, NeedParts, assess_clarity
from catalog.demand.needs import indicators_of, requirements_of
from core.database import ReadSession, WriteSession
from core.language.clauses import Clause, split_clauses
from core.language.quantities import Quantity, quantities
from models.enums import Origin
from models.need import Indicator, IndicatorPublic, Need, NeedRevision, Requirement, RequirementPublic

_FIELDS = ("problem", "indicators")
"""Where requirements are looked for: the goal says what the asker hopes to gain, not what a supplier must bring."""
_REQUIREMENTS_MAX = 200
_NAME_MAX, _UNIT_MAX = 200, 60


def draft_requirements(session: WriteSession, need: Need, revision: NeedRevision) -> None:
    """The revision has the requirements and indicators its text states, and the need its clarity."""
    _drop_drafted(session, revision)
    drafted = [(field, clause) for field in _FIELDS for clause in split_clauses(getattr(revision, field))]
    rows = [
        (_requirement(revision, position, field, clause), clause)
        for position, (field, clause) in enumerate(drafted[:_REQUIREMENTS_MAX])
    ]
    session.add_all(row for row, _ in rows)
    session.flush()
    found = {field: quantities(getattr(revision, field)) for field in _FIELDS}
    for row, clause in rows:
        session.add_all(_indicators(row, found[row.field], clause))
    clarity = clarity_of(need, revision)
    need.clarity, need.clarity_kind = clarity.score, clarity.type.value
    session.flush()


def clarity_of(need: Need, revision: NeedRevision) -> Clarity:
    """How clearly the revision is put, and what to ask the enterprise next."""
    parts = NeedParts(
        title=revision.title,
        problem=revision.problem,
        indicators=revision.indicators,
        goal=revision.goal,
        keywords=tuple(revision.keywords),
        has_budget=revision.budget_from is not None or revision.budget_to is not None,
        has_deadline=revision.deadline is not None or revision.period_months is not None,
        has_decider=need.contact_id is not None,
    )
    return assess_clarity(parts)


def show_requirements(session: ReadSession, revision: NeedRevision) -> list[RequirementPublic]:
    """The requirements with the words they stand for, in order."""
    rows = requirements_of(session, revision.key)
    indicators: dict[int, list[Indicator]] = {}
    for indicator in indicators_of(session, [row.key for row in rows]):
        indicators.setdefault(indicator.requirement_id, []).append(indicator)
    return [_public(revision, row, indicators.get(row.key, [])) for row in rows]


def _drop_drafted(session: WriteSession, revision: NeedRevision) -> None:
    old = [row.key for row in requirements_of(session, revision.key)]
    session.exec(delete(Indicator).where(col(Indicator.requirement_id).in_(old)))
    session.exec(delete(Requirement).where(col(Requirement.id).in_(old)))


def _requirement(revision: NeedRevision, position: int, field: str, clause: Clause) -> Requirement:
    return Requirement(
        need_revision_id=revision.key,
        position=position,
        kind=clause.kind,
        field=field,
        start=clause.start,
        end=clause.end,
        origin=Origin.ENGINE,
    )


def _indicators(requirement: Requirement, found: Sequence[Quantity], clause: Clause) -> Iterable[Indicator]:
    for quantity in found:
        if clause.start <= quantity.start and quantity.end <= clause.end and quantity.is_bound:
            yield Indicator(
                requirement_id=requirement.key,
                name=quantity.name[:_NAME_MAX],
                low=_finite(quantity.low),
                high=_finite(quantity.high),
                unit=quantity.unit if len(quantity.unit) <= _UNIT_MAX else "",
                start=quantity.start,
                end=quantity.end,
            )


def _finite(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None


def _public(revision: NeedRevision, row: Requirement, indicators: list[Indicator]) -> RequirementPublic:
    text: str = getattr(revision, row.field)
    return RequirementPublic(
        kind=row.kind,
        field=row.field,
        start=row.start,
        end=row.end,
        text=text[row.start : row.end],
        origin=row.origin,
        indicators=[
            IndicatorPublic(name=i.name, low=i.low, high=i.high, unit=i.unit, text=text[i.start : i.end])
            for i in indicators
        ],
    )
