"""Failures as sentences."""

from collections.abc import Mapping

from core.errors import AppError, Param, Problem
from core.i18n import Translator
from models.enums import ReasonCode
from workflow.codes import TAXONOMIES, stages_told


def message_of(t: Translator, fault: AppError | Problem) -> str:
    """What is wrong, as a sentence in the reader's language; a code without a text of its own gets a general one."""
    key = f"error.{fault.code}"
    if not t.has(key):
        return t("error.field.invalid" if isinstance(fault, Problem) else "error.bad_request")
    return t(key, **_readable(t, dict(fault.params)))


def _readable(t: Translator, params: Mapping[str, Param]) -> dict[str, Param]:
    """The parameters with names that people read in place of codes."""
    names = {make().name for make in TAXONOMIES.values()}
    return {name: _named(t, name, value, names) for name, value in params.items()}


def _named(t: Translator, name: str, value: Param, taxonomies: set[str]) -> Param:
    if name == "taxonomy" and value in taxonomies:
        return t(f"taxonomy.{value}")
    if name in ("reason", "reasons") and isinstance(value, str) and set(value.split(",")) <= set(ReasonCode):
        return t("list.separator").join(t(f"enum.ReasonCode.{code}") for code in value.split(","))
    if name == "stages" and isinstance(value, str):
        return t("list.separator").join(t(f"stage.{code}") for code in value.split(","))
    if name == "stage_codes" and isinstance(value, str):
        return stages_told(t, value.split(","))
    return value
