"""Codes that people hand in are codes of taxonomies, or of stages; those that could be meant are told with names."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from core.errors import Invalid, Problem
from core.i18n import Translator
from core.taxonomy import Taxonomy, disciplines, industries, regions, technical_fields
from tracking.extra_stages import base_of, is_extra

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


def stage_told(t: Translator, code: str, names: Mapping[str, str] | None = None) -> str:
    """What a stage is called: one that only a single deal has, as in `names`, else by the stage it follows."""
    if not is_extra(code):
        return t(f"stage.{code}")
    return (names or {}).get(code) or t("stage.extra_after", stage=t(f"stage.{base_of(code)}"))


def stages_told(t: Translator, codes: Iterable[str]) -> str:
    """The codes of stages, each with what it is called."""
    return t("list.separator").join(t("list.code_and_name", code=code, name=stage_told(t, code)) for code in codes)
