"""A need's requirements as people, and as the matcher, read them."""

from typing import TYPE_CHECKING

from catalog.demand.needs import indicators_of, requirements_of
from core.database import ReadSession
from models.need import NeedRevision
from models.requirement import Indicator, IndicatorPublic, Requirement, RequirementPublic
from workflow.requirements.rows import quote_of, texts_of, words_of

if TYPE_CHECKING:
    from matching.evidence.types import Requirement as AskedFor


def show_requirements(session: ReadSession, revision: NeedRevision) -> list[RequirementPublic]:
    """The requirements with the words they stand for, in order."""
    rows = requirements_of(session, revision.key)
    indicators: dict[int, list[Indicator]] = {}
    for indicator in indicators_of(session, [row.key for row in rows]):
        indicators.setdefault(indicator.requirement_id, []).append(indicator)
    return [_public(revision, number, row, indicators.get(row.key, [])) for number, row in enumerate(rows, start=1)]


def requirements_for_matching(session: ReadSession, revision: NeedRevision) -> "tuple[AskedFor, ...]":
    """What suppliers' documents are searched for, in order. The rows are those of `requirements_of`."""
    return tuple(as_asked(revision, row) for row in requirements_of(session, revision.key))


def as_asked(revision: NeedRevision, row: Requirement) -> "AskedFor":
    """One row, which may have ended, as the matcher reads it; of an erased revision nothing is left to read."""
    from matching.evidence.types import Requirement as AskedFor

    return AskedFor(words_of(revision, row), row.kind, confirmed=row.confirmed_at is not None)


def _public(revision: NeedRevision, number: int, row: Requirement, indicators: list[Indicator]) -> RequirementPublic:
    text = row.wording or (texts_of(revision)[row.field] if row.field else "")
    return RequirementPublic(
        number=number,
        kind=row.kind,
        field=row.field,
        start=row.start,
        end=row.end,
        text=words_of(revision, row),
        quote=quote_of(revision, row),
        origin=row.origin,
        confirmed=row.confirmed_at is not None,
        unsettled=row.unsettled,
        indicators=[
            IndicatorPublic(name=i.name, low=i.low, high=i.high, unit=i.unit, text=text[i.start : i.end])
            for i in indicators
        ],
    )
