"""Cells as values: what people write in a spreadsheet, and what programs write in JSON.

A converter takes a cell that is not empty and gives the value of the field, or raises CellError with a message code.
"""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from enum import Enum
from functools import cache
from typing import Any, TypeVar

from core.decimals import read_decimal
from core.errors import Param
from core.i18n import Language, translator
from core.language.normalise import clean
from core.taxonomy import Taxonomy
from models.columns import MONEY_MAX
from tracking.templates import SIGNED, all_stages
from workflow.importing.synonyms import BY_KIND, STAGES, TOO_LITTLE

Convert = Callable[[Any], Any]
V = TypeVar("V")
_SEPARATORS = re.compile(r"[;；、|,，\n]")
BETWEEN_NAMES = re.compile(r"[;；|\n]")
"""What parts names: those of firms hold commas."""
_STAGES = (*all_stages(), SIGNED)
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_TO_BE_DISCUSSED = frozenset({"面议", "negotiable"})
_ENDINGS = frozenset({"省", "市", "业"})
"""What people leave off: 纺织 is 纺织业, though 纺织服装、服饰业 begins with it too."""
_SHORTEST = 2
_LISTED_MAX = 40
"""A flat list no longer than this is told in full to whoever names what is not in it."""
_NEAR = 0.5
"""How alike a word and a name have to be for the name to be suggested: half of their characters, in their order."""
_NEAREST_MAX = 3
_LANGUAGES = {"zh": Language.ZH, "zh_hans": Language.ZH, "中文": Language.ZH, "en": Language.EN, "英文": Language.EN}


class CellError(ValueError):
    """A cell that cannot be read, with a message code."""

    def __init__(self, code: str, **params: Param) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def text(cell: Any) -> str:
    """A text as written; line ends are made alike."""
    if not isinstance(cell, str):
        raise CellError("field.not_text")
    if "\0" in cell or any("\ud800" <= character <= "\udfff" for character in cell):
        raise CellError("field.not_writable")
    return cell.replace("\r\n", "\n").replace("\r", "\n").strip()


def identifier(cell: Any) -> str:
    """An id; whole numbers are ids too."""
    return str(cell) if isinstance(cell, int) and not isinstance(cell, bool) else text(cell)


def integer(cell: Any) -> int:
    """A whole number."""
    number = _number(cell)
    if number != int(number):
        raise CellError("field.not_a_whole_number")
    return int(number)


def money(unit_in_fen: int) -> Convert:
    """A sum in units of so many 分, as 分; half a 分 is refused, not rounded. 面议 is no sum."""

    def convert(cell: Any) -> int | None:
        if isinstance(cell, str) and cell.strip() in _TO_BE_DISCUSSED:
            return None
        fen = _number(cell) * unit_in_fen
        if fen != fen.to_integral_value():
            raise CellError("field.too_precise")
        if not 0 <= fen <= MONEY_MAX:
            raise CellError("field.not_a_sum")
        return int(fen)

    return convert


def day(cell: Any) -> date:
    """A date such as 2026-03-02, 2026/3/2 or 2026年3月2日."""
    found = _DATE.fullmatch(text(cell))
    if not found:
        raise CellError("field.not_a_date")
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        raise CellError("field.not_a_date") from None


def language(cell: Any) -> Language:
    """The language a text is written in."""
    try:
        return _LANGUAGES[text(cell).lower().replace("-", "_")]
    except KeyError:
        raise CellError("field.not_one_of", choices="zh, en") from None


def choice(kind: type[Enum], told: Collection[Enum] = ()) -> Convert:
    """A member of a closed set, by its value, its name in either language or a word that societies write for it.

    A fault lists `told`, or all of them, and those that were nearly written.
    """

    def convert(cell: Any) -> Enum:
        written, choices = identifier(cell), {member: f"{member.value} {label(member)}" for member in told or kind}
        meanings = TOO_LITTLE.get(kind, {}).get(clean(written), ())
        if meanings:
            named = ", ".join(f"{member.value} {label(member)}" for member in meanings)
            raise CellError("field.says_too_little", value=written, meanings=named)
        return _named(_members(kind), written, choices)

    return convert


def code(taxonomy: Callable[[], Taxonomy]) -> Convert:
    """A code of a taxonomy, by itself, by its name in either language, or by a short form of its Chinese name."""

    def convert(cell: Any) -> str:
        written = text(cell)
        found = _codes(taxonomy).get(clean(written)) or _by_short_form(taxonomy, clean(written))
        if found is None:
            raise _unknown_code(taxonomy(), written)
        return found

    return convert


class StageCode(str):
    """The code of a stage; a spreadsheet shows its name."""

    __slots__ = ()


def stage(cell: Any) -> str:
    """A stage of a deal by its code, its name in either language or a word for it; just signed is one of them."""
    spoken = translator(Language.ZH)
    return _named(_stages(), text(cell), {code: f"{code} {spoken(f'stage.{code}')}" for code in _STAGES})


def several(each: Convert, parts: re.Pattern[str] = _SEPARATORS) -> Convert:
    """A list: an array in JSON; one cell in a spreadsheet, parted by ; 、 , | or line breaks. Repeats are dropped."""

    def convert(cell: Any) -> list[Any]:
        parted = cell if isinstance(cell, list) else parts.split(text(cell))
        return list(dict.fromkeys(each(part) for part in parted if not isinstance(part, str) or part.strip()))

    return convert


def _named(names: Mapping[str, V], written: str, choices: Mapping[V, str]) -> V:
    """What goes by the name that was written. Raises CellError with every choice, and the nearest if any is near."""
    found = names.get(clean(written))
    if found is not None:
        return found
    listed = ", ".join(choices.values())
    like = get_close_matches(clean(written), names, n=_NEAREST_MAX, cutoff=_NEAR)
    nearest = list(dict.fromkeys(choices[names[name]] for name in like if names[name] in choices))
    if not nearest:
        raise CellError("field.not_one_of", choices=listed)
    raise CellError("field.nearly_one_of", value=written, nearest=", ".join(nearest), choices=listed)


def _number(cell: Any) -> Decimal:
    if isinstance(cell, bool) or not isinstance(cell, int | float | str):
        raise CellError("field.not_a_number")
    try:
        number = read_decimal(str(cell))
    except InvalidOperation:
        raise CellError("field.not_a_number") from None
    if not number.is_finite() or abs(number) > MONEY_MAX:
        raise CellError("field.not_a_number")
    return number


def label(member: Enum, spoken: Language = Language.ZH) -> str:
    """The name of a member of a closed set."""
    return translator(spoken)(f"enum.{type(member).__name__}.{member.value}")


@cache
def _members(kind: type[Enum]) -> dict[str, Enum]:
    names: dict[str, Enum] = {}
    for member in kind:
        for name in (str(member.value), *(label(member, spoken) for spoken in Language)):
            names.setdefault(clean(name), member)
    for member, words in BY_KIND.get(kind, {}).items():
        names |= {clean(word): member for word in words if clean(word) not in names}
    return names


@cache
def _stages() -> dict[str, str]:
    names: dict[str, str] = {}
    for code in _STAGES:
        for name in (code, *(translator(spoken)(f"stage.{code}") for spoken in Language)):
            names.setdefault(clean(name), code)
    for code, words in STAGES.items():
        names |= {clean(word): code for word in words if clean(word) not in names}
    return names


@cache
def _codes(taxonomy: Callable[[], Taxonomy]) -> dict[str, str]:
    codes: dict[str, str] = {}
    for entry in taxonomy():
        for name in (entry.code, entry.zh, entry.en):
            codes.setdefault(clean(name), entry.code)
    return codes


@cache
def _upper_names(taxonomy: Callable[[], Taxonomy]) -> dict[str, str]:
    """Chinese name → code of the two upper levels; a name both levels have is the upper one's."""
    names: dict[str, str] = {}
    tops = taxonomy().roots()
    for entry in (*tops, *(below for top in tops for below in taxonomy().children(top.code))):
        names.setdefault(clean(entry.zh), entry.code)
    return names


def _by_short_form(taxonomy: Callable[[], Taxonomy], written: str) -> str | None:
    """The code of the one upper name that begins so; of several, the one that only adds 省, 市 or 业."""
    if len(written) < _SHORTEST:
        return None
    names = [name for name in _upper_names(taxonomy) if name.startswith(written)]
    meant = [name for name in names if name[len(written) :] in _ENDINGS] or names
    return _upper_names(taxonomy)[meant[0]] if len(meant) == 1 else None


def _unknown_code(taxonomy: Taxonomy, written: str) -> CellError:
    if len(taxonomy) > _LISTED_MAX:
        return CellError("field.unknown_code", value=written, taxonomy=taxonomy.name)
    choices = ", ".join(f"{entry.code} {entry.zh}" for entry in taxonomy)
    return CellError("field.not_in_list", value=written, choices=choices)
