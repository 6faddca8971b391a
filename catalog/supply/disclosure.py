"""What of a capability is shown at which disclosure level.

The card says what it is and who offers it; the summary, what it can do; the full view, what it costs and earns.
"""

from models.capability import PROSE, CapabilityPublic, CapabilityText
from models.enums import DisclosureLevel

LEVELS: dict[str, DisclosureLevel] = {
    "title": DisclosureLevel.CARD,
    "language": DisclosureLevel.CARD,
    "kind": DisclosureLevel.CARD,
    "maturity": DisclosureLevel.CARD,
    "technical_field": DisclosureLevel.CARD,
    "industries": DisclosureLevel.CARD,
    "disciplines": DisclosureLevel.CARD,
    "keywords": DisclosureLevel.SUMMARY,
    "summary": DisclosureLevel.SUMMARY,
    "advantage": DisclosureLevel.SUMMARY,
    "trl": DisclosureLevel.SUMMARY,
    "ipr": DisclosureLevel.SUMMARY,
    "cooperation_modes": DisclosureLevel.SUMMARY,
    "economics": DisclosureLevel.FULL,
}
"""The lowest level at which a field of the text is shown; every field stands here (a test compares)."""


def shown_fields(level: DisclosureLevel) -> set[str]:
    """The fields of the text that are shown at `level`."""
    return {name for name, lowest in LEVELS.items() if lowest <= level}


def shown_text(text: CapabilityText, level: int) -> str:
    """As much of `full_text` as is shown at `level`: a beginning of it, so a place in it is the same place in both."""
    return "\n".join(part for name in PROSE if LEVELS[name] <= level and (part := getattr(text, name)))


def cut_capability(text: CapabilityText, level: DisclosureLevel, **facts: object) -> CapabilityPublic:
    """The capability as seen at `level`; `facts` are what is not part of the text (ids, version, supplier)."""
    shown = {name: getattr(text, name) for name in shown_fields(level)}
    return CapabilityPublic.model_validate({**shown, **facts, "level": level})
