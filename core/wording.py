"""Codes with parameters in the reader's words; parameters that are codes of a taxonomy become their names."""

from collections.abc import Mapping

from core.i18n import Translator
from core.taxonomy import UnknownCode, technical_fields


def reason_text(texts: Translator, code: str, params: Mapping[str, str | int | float]) -> str:
    """Why a match was proposed, as a phrase."""
    return texts(f"reason.{code}", **{name: _named(texts, name, value) for name, value in params.items()})


def _named(texts: Translator, name: str, value: str | int | float) -> str | int | float:
    if name != "field" or not isinstance(value, str):
        return value
    try:
        return technical_fields().label(value, texts.language.value)
    except UnknownCode:
        return value
