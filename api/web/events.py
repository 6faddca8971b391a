"""Events as sentences: `event.<code>` with parameters that people can read."""

from collections.abc import Mapping
from typing import Any, Final

from core.i18n import Translator
from models.deal_forms import EventPublic
from tracking.extra_stages import base_of, is_extra

_NAMES: Final[Mapping[str, str]] = {
    "stage": "stage.{value}",
    "from": "stage.{value}",
    "to": "stage.{value}",
    "reason": "enum.ReasonCode.{value}",
    "verdict": "enum.Verdict.{value}",
    "kind": "enum.ContractKind.{value}",
    "role": "enum.Role.{value}",
    "clarity_kind": "clarity.type.{value}",
    "move": "move.{value}",
    "evidence": "enum.EvidenceKind.{value}",
    "side": "enum.PartyRole.{value}",
    "action": "enum.NextAction.{value}",
    "because": "enum.ActionReason.{value}",
    "not_now": "enum.NotNow.{value}",
}
"""Parameters that are codes, with the key of their names."""


def event_text(t: Translator, event: EventPublic) -> str:
    """What happened, as a sentence; an event without a sentence of its own is named by its code."""
    key = f"event.{event.code}"
    params = {name: _readable(t, name, value, event) for name, value in event.params.items()}
    if not t.has(key):
        return event.code
    try:
        return t(key, **params)
    except KeyError:  # written by an older version, which knew fewer parameters
        return t(key)


def stage_name(t: Translator, code: str, names: Mapping[str, str] | None = None) -> str:
    """What a stage is called: as people wrote, for one that only a single deal has, if its name may be read."""
    if not is_extra(code):
        return t(f"stage.{code}")
    return (names or {}).get(code) or t("stage.extra_after", stage=t(f"stage.{base_of(code)}"))


def _readable(t: Translator, name: str, value: Any, event: EventPublic) -> Any:
    if name in ("stage", "from", "to") and isinstance(value, str) and is_extra(value):
        return stage_name(t, value, event.stage_names)
    pattern = _NAMES.get(name)
    if pattern is None or not isinstance(value, str):
        return value
    key = pattern.format(value=value)
    return t(key) if t.has(key) else value
