"""Proposed actions as sentences: why, and what the next step may be called."""

from collections.abc import Mapping
from typing import Final

from core.i18n import Translator
from models.deal_outcome import ActionPublic

_NAMES: Final[Mapping[str, str]] = {"side": "enum.PartyRole.{value}", "evidence": "enum.EvidenceKind.{value}"}
"""Parameters that are codes, several of them between commas, with the key of their names."""


def because_text(t: Translator, made: ActionPublic) -> str:
    """Why the action is proposed, as a sentence."""
    return t(f"action.because.{made.because.value}", **_readable(t, made))


def step_text(t: Translator, made: ActionPublic) -> str:
    """What the next step may be called when the action is taken; people write it as they like."""
    return t(f"action.step.{made.because.value}", **_readable(t, made))


def _readable(t: Translator, made: ActionPublic) -> dict[str, str | int | float]:
    return {name: _named(t, name, value) for name, value in made.params.items()}


def _named(t: Translator, name: str, value: str | int | float) -> str | int | float:
    if name not in _NAMES:
        return value
    return t("deal.or").join(t(_NAMES[name].format(value=one)) for one in str(value).split(",") if one)
