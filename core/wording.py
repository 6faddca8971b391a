"""Codes with parameters in the reader's words; parameters that are codes of a taxonomy become their names."""

from collections.abc import Callable, Mapping

from core.i18n import Translator
from core.taxonomy import Taxonomy, UnknownCode, regions, technical_fields

_TAXONOMIES: Mapping[str, Callable[[], Taxonomy]] = {"field": technical_fields, "region": regions}
"""Parameters that are codes, with what they are codes of."""


Params = Mapping[str, str | int | float]


def reason_text(texts: Translator, code: str, params: Params) -> str:
    """Why a match was proposed, as a phrase."""
    return worded(texts, f"reason.{code}", params)


def worded(texts: Translator, key: str, params: Params) -> str:
    """The message with this key, its parameters readable."""
    return texts(key, **{name: _named(texts, name, value) for name, value in params.items()})


def _named(texts: Translator, name: str, value: str | int | float) -> str | int | float:
    if name not in _TAXONOMIES or not isinstance(value, str):
        return value
    try:
        return _TAXONOMIES[name]().label(value, texts.language.value)
    except UnknownCode:
        return value
