"""A need's requirements as people, and as the matcher, read them."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from catalog.demand.disclosure import readable
from catalog.demand.needs import indicators_of, requirements_of
from core.database import ReadSession
from models.enums import DisclosureLevel
from models.need import NeedRevision
from models.requirement import Indicator, IndicatorPublic, Requirement, RequirementPublic
from workflow.requirements.rows import texts_of, words_of

if TYPE_CHECKING:
    from matching.evidence.types import Requirement as AskedFor


def show_requirements(
    session: ReadSession, revision: NeedRevision, level: int = DisclosureLevel.FULL
) -> list[RequirementPublic]:
    """The requirements with the words they stand for, in order, as read at `level`."""
    texts = {field: readable(text, level) for field, text in texts_of(revision).items()}
    rows = requirements_of(session, revision.key)
    indicators: dict[int, list[Indicator]] = {}
    for indicator in indicators_of(session, [row.key for row in rows]):
        indicators.setdefault(indicator.requirement_id, []).append(indicator)
    return [
        _public(texts, number, row, readable(row.wording, level), indicators.get(row.key, []))
        for number, row in enumerate(rows, start=1)
    ]


def words_as_read(
    rows: Iterable[tuple[Requirement, NeedRevision]], level: int = DisclosureLevel.FULL
) -> dict[int, str]:
    """What requirements of any revisions say as read at `level`, by their keys."""
    texts: dict[int, dict[str, str]] = {}
    found = {}
    for row, revision in rows:
        if revision.key not in texts:
            texts[revision.key] = {field: readable(text, level) for field, text in texts_of(revision).items()}
        quote = texts[revision.key][row.field][row.start : row.end] if row.field else ""
        found[row.key] = readable(row.wording, level) or quote
    return found


def requirements_for_matching(session: ReadSession, revision: NeedRevision) -> "tuple[AskedFor, ...]":
    """What suppliers' documents are searched for, in order. The rows are those of `requirements_of`."""
    return tuple(as_asked(revision, row) for row in requirements_of(session, revision.key))


def as_asked(revision: NeedRevision, row: Requirement) -> "AskedFor":
    """One row, which may have ended, as the matcher reads it; of an erased revision nothing is left to read."""
    from matching.evidence.types import Requirement as AskedFor

    return AskedFor(words_of(revision, row), row.kind, confirmed=row.confirmed_at is not None)


def _public(
    texts: Mapping[str, str], number: int, row: Requirement, wording: str, indicators: list[Indicator]
) -> RequirementPublic:
    quote = texts[row.field][row.start : row.end] if row.field else ""
    text = wording or (texts[row.field] if row.field else "")
    return RequirementPublic(
        number=number,
        kind=row.kind,
        field=row.field,
        start=row.start,
        end=row.end,
        text=wording or quote,
        quote=quote,
        origin=row.origin,
        confirmed=row.confirmed_at is not None,
        unsettled=row.unsettled,
        indicators=[
            IndicatorPublic(name=i.name, low=i.low, high=i.high, unit=i.unit, text=text[i.start : i.end])
            for i in indicators
        ],
    )
