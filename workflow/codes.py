"""Codes that people hand in are codes of the taxonomies."""

from collections.abc import Callable, Sequence

from core.errors import Invalid, Problem
from core.taxonomy import Taxonomy, disciplines, industries, regions, technical_fields

TAXONOMIES: dict[str, Callable[[], Taxonomy]] = {
    "region": regions,
    "regions": regions,
    "industry": industries,
    "industries": industries,
    "disciplines": disciplines,
    "technical_field": technical_fields,
    "technical_fields": technical_fields,
}
"""The taxonomy behind a field, by the field's name."""


def code_problems(**fields: str | Sequence[str] | None) -> tuple[Problem, ...]:
    """A problem for every code that is in no taxonomy; an empty field is none."""
    found = []
    for name, value in fields.items():
        codes = [value] if isinstance(value, str) else value or []
        taxonomy = TAXONOMIES[name]()
        found += [
            Problem("field.unknown_code", (("value", code), ("taxonomy", taxonomy.name)), field=name)
            for code in codes
            if code and code not in taxonomy
        ]
    return tuple(found)


def check_codes(**fields: str | Sequence[str] | None) -> None:
    """Every code given is known. Raises Invalid."""
    problems = code_problems(**fields)
    if problems:
        raise Invalid("invalid", problems)
