"""What of a need is shown at which disclosure level.

The card gives the field and nothing that names who asks or what for; the summary, the technical content; the full view,
who asks, whom to call and what it may cost. A page builds a title from the card when there is no public title.
Whom to call is hidden below the full view wherever it stands: contact data typed into a text are masked in place.
"""

from collections.abc import Iterable

from core.language.contacts import contacts, without_contacts
from models.enums import DisclosureLevel
from models.need import NeedPublic, NeedText

TEXT_LEVELS: dict[str, DisclosureLevel] = {
    "public_title": DisclosureLevel.CARD,
    "language": DisclosureLevel.CARD,
    "technical_field": DisclosureLevel.CARD,
    "industry": DisclosureLevel.CARD,
    "asker": DisclosureLevel.CARD,
    "title": DisclosureLevel.SUMMARY,
    "problem": DisclosureLevel.SUMMARY,
    "indicators": DisclosureLevel.SUMMARY,
    "goal": DisclosureLevel.SUMMARY,
    "keywords": DisclosureLevel.SUMMARY,
    "period_months": DisclosureLevel.SUMMARY,
    "deadline": DisclosureLevel.SUMMARY,
    "solution_mode": DisclosureLevel.SUMMARY,
    "regions": DisclosureLevel.SUMMARY,
    "least_trl": DisclosureLevel.SUMMARY,
    "wanted_trl": DisclosureLevel.SUMMARY,
    "ipr_stances": DisclosureLevel.SUMMARY,
    "modes": DisclosureLevel.SUMMARY,
    "excluded_terms": DisclosureLevel.SUMMARY,
    "excluded_names": DisclosureLevel.FULL,
    "preferred_partner": DisclosureLevel.FULL,
    "budget_from": DisclosureLevel.FULL,
    "budget_to": DisclosureLevel.FULL,
    "currency": DisclosureLevel.FULL,
}
OPEN_TEXTS = ("title", "public_title", "problem", "indicators", "goal", "keywords", "excluded_terms")
"""What people write and others than the full readers may read, as far as contact data are masked."""
FACT_LEVELS: dict[str, DisclosureLevel] = {
    "public_id": DisclosureLevel.CARD,
    "version": DisclosureLevel.CARD,
    "revision": DisclosureLevel.CARD,
    "status": DisclosureLevel.CARD,
    "submitted_at": DisclosureLevel.CARD,
    "archived": DisclosureLevel.CARD,
    "region": DisclosureLevel.CARD,
    "clarity_kind": DisclosureLevel.CARD,
    "clarity": DisclosureLevel.SUMMARY,
    "requirements": DisclosureLevel.SUMMARY,
    "organisation": DisclosureLevel.FULL,
    "organisation_name": DisclosureLevel.FULL,
    "contact_name": DisclosureLevel.FULL,
    "disclosure": DisclosureLevel.FULL,
}
"""The lowest level at which a field is shown. Every field of `NeedPublic` stands in one of the two; a test compares."""


def cut_need(text: NeedText, level: DisclosureLevel, facts: dict[str, object]) -> NeedPublic:
    """The need as seen at `level`; `facts` are what is not part of the text. A fact without a level is never shown."""
    shown = {name: _cut(getattr(text, name), level) for name, lowest in TEXT_LEVELS.items() if lowest <= level}
    known = {name: facts[name] for name, lowest in FACT_LEVELS.items() if lowest <= level and name in facts}
    return NeedPublic.model_validate({**shown, **known, "level": level})


def readable(text: str, level: int) -> str:
    """What somebody wrote in a need as read at `level`; every character that is left stands where it stood."""
    return text if level >= DisclosureLevel.FULL else without_contacts(text)


def contacts_typed(texts: Iterable[str]) -> list[str]:
    """The contact data that stand in texts of a need, each once, in order."""
    return list(dict.fromkeys(text[one.start : one.end] for text in texts for one in contacts(text)))


def _cut(said: object, level: int) -> object:
    if isinstance(said, list):
        return [_cut(one, level) for one in said]
    return readable(said, level) if type(said) is str else said
