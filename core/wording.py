"""Codes with parameters in the reader's words."""

from collections.abc import Callable, Mapping

from core.i18n import Translator
from core.money import money_text
from core.taxonomy import Taxonomy, UnknownCode, regions, technical_fields

_TAXONOMIES: Mapping[str, Callable[[], Taxonomy]] = {"field": technical_fields, "region": regions}
"""Parameters that are codes, with what they are codes of."""
_ENUMS: Mapping[str, str] = {"mode": "CooperationMode", "stance": "IprStance", "state": "IprState"}
"""Parameters that are members of closed sets, with the name under which the catalogue holds their labels."""


Params = Mapping[str, str | int | float]


def reason_text(texts: Translator, code: str, params: Params) -> str:
    """Why a match was proposed, as a phrase."""
    return worded(texts, f"reason.{code}", params)


def worded(texts: Translator, key: str, params: Params) -> str:
    """The message with this key, its parameters readable: codes by their names, sums as money."""
    named = {name: _named(texts, name, value) for name, value in params.items()}
    if isinstance(amount := params.get("amount"), int):
        named["amount"] = money_text(texts, amount, str(params.get("currency", "CNY")))
    return texts(key, **named)


def days_text(texts: Translator, key: str, days: int) -> str:
    """How many days it is: the message `<key>_days`, or `<key>_today` where there is one and it is none."""
    today = f"{key}_today"
    return texts(today) if days == 0 and texts.has(today) else texts.count(f"{key}_days", days)


def _named(texts: Translator, name: str, value: str | int | float) -> str | int | float:
    if name in _ENUMS and isinstance(value, str):
        return texts(f"enum.{_ENUMS[name]}.{value}")
    if name not in _TAXONOMIES or not isinstance(value, str):
        return value
    try:
        return _TAXONOMIES[name]().label(value, texts.language.value)
    except UnknownCode:
        return value
