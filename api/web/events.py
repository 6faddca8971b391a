"""Events as sentences: `event.<code>` with parameters that people can read."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from api.web.forms import MONEY
from core.i18n import Translator
from models.deal_public import EventPublic
from models.enums import Currency
from tracking.extra_stages import is_extra
from workflow.codes import stage_told

if TYPE_CHECKING:
    from api.web.display import Display

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
    "reminder": "enum.ReminderKind.{value}",
    "action": "enum.NextAction.{value}",
    "because": "enum.ActionReason.{value}",
    "not_now": "enum.NotNow.{value}",
}
"""Parameters that are codes, with the key of their names."""


_VALUES: Final = tuple(f"enum.{name}.{{value}}" for name in ("Visibility", "PaymentPlan", "ContractKind", "Currency"))
"""The names of what a field said before and says now."""
_FLAGS: Final = frozenset({"yes", "no"})
_CALLED: Final = {
    ("deal.payment_field_changed", "amount"): "payment",
    ("deal.contract_field_changed", "cooperative"): "cooperative_short",
}
"""Fields that have another name in the history than in the form of a contract."""


def event_text(t: Translator, event: EventPublic, show: "Display") -> str:
    """What happened, as a sentence; an event without a sentence of its own is named by its code."""
    key = f"event.{event.code}"
    changed = _changed(t, event, show)
    params = {name: _readable(t, name, value, event) for name, value in event.params.items()} | changed
    key += ".known" if "after" in changed and t.has(f"{key}.known") else ""
    if not t.has(key):
        return event.code
    try:
        return t(key, **params)
    except KeyError:  # written by an older version, which knew fewer parameters
        return t(key)


def _changed(t: Translator, event: EventPublic, show: "Display") -> dict[str, str]:
    """Of a change, the name of the field and its values as people read them."""
    field, found = event.params.get("field"), {}
    if isinstance(field, str):
        key = f"field.{_CALLED.get((event.code, field), field)}"
        found["field"] = t(key) if t.has(key) else field
    for name in ("before", "after"):
        if name in event.params:
            money = Currency(str(event.params.get(f"money_{name}") or Currency.CNY.value))
            found[name] = _value(t, show, str(field or ""), event.params[name], money)
    return found


def _value(t: Translator, show: "Display", field: str, value: Any, money: Currency) -> str:
    """A value of a field before or after it was changed; a sum is in `money`."""
    if value is None:
        return "–"
    if field in MONEY:
        return show.money(int(value), money)
    if value in _FLAGS:
        return t(f"value.{value}")
    for pattern in _VALUES:
        if t.has(pattern.format(value=value)):
            return t(pattern.format(value=value))
    try:
        return show.date(date.fromisoformat(str(value)))
    except ValueError:
        return str(value)


def _readable(t: Translator, name: str, value: Any, event: EventPublic) -> Any:
    if name in ("stage", "from", "to") and isinstance(value, str) and is_extra(value):
        return stage_told(t, value, event.stage_names)
    pattern = _NAMES.get(name)
    if pattern is None or not isinstance(value, str):
        return value
    key = pattern.format(value=value)
    return t(key) if t.has(key) else value
