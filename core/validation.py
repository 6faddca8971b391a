"""Pydantic's findings as problems with message codes, one per field: for JSON, forms, files and the command line."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from core.errors import Param, Problem

_CODES: Final[Mapping[str, str]] = {
    "missing": "field.required",
    "string_too_short": "field.required",
    "too_short": "field.required",
    "string_too_long": "field.too_long",
    "too_long": "field.too_many",
    "greater_than_equal": "field.too_small",
    "greater_than": "field.too_small",
    "less_than_equal": "field.too_large",
    "less_than": "field.too_large",
    "enum": "field.not_a_choice",
    "literal_error": "field.not_a_choice",
    "extra_forbidden": "field.unknown",
    "json_invalid": "field.not_json",
    "string_pattern_mismatch": "field.wrong_form",
}
_FAMILIES: Final = (
    (("date", "datetime", "timezone"), "field.not_a_date"),
    (("int", "float", "decimal", "finite"), "field.not_a_number"),
    (("bool",), "field.not_a_yes_or_no"),
    (("time_parsing", "time_type"), "field.not_a_time"),
)
_PARAMS: Final = {
    "max_length": "max",
    "min_length": "min",
    "ge": "min",
    "gt": "min",
    "le": "max",
    "lt": "max",
}
_PLACES: Final = frozenset({"body", "query", "path", "header", "cookie"})


def problems_of(errors: Iterable[Mapping[str, Any]]) -> tuple[Problem, ...]:
    """One problem for each of Pydantic's errors (`ValidationError.errors()`)."""
    return tuple(_problem(error) for error in errors)


def _problem(error: Mapping[str, Any]) -> Problem:
    context = error.get("ctx") or {}
    params: dict[str, Param] = {
        name: value
        for key, value in context.items()
        if (name := _PARAMS.get(key)) and isinstance(value, int | float | str)
    }
    field = _field(error["loc"])
    code = "field.version_needed" if (error["type"], field) == ("missing", "version") else _code(error["type"], context)
    return Problem(code, tuple(params.items()), field=field)


def _code(kind: str, context: Mapping[str, Any]) -> str:
    if kind == "value_error" and isinstance(context.get("error"), ValueError):
        return f"field.{context['error']}"  # our own validators raise ValueError("budget_order")
    if kind == "string_too_short" and context.get("min_length", 1) > 1:
        return "field.too_short"
    if kind in _CODES:
        return _CODES[kind]
    return next((code for starts, code in _FAMILIES if kind.startswith(starts)), "field.invalid")


def _field(location: Iterable[str | int]) -> str:
    """The name of the field, with its path inside: ("body", "keywords", 2) is "keywords.2"."""
    parts = [str(part) for part in location]
    return ".".join(parts[1:] if parts and parts[0] in _PLACES else parts)
