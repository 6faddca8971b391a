"""Units as people read them: the first written form of each in data/units.tsv, and what is counted by its own word."""

import csv
import re
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parent / "data" / "units.tsv"
_NAME = re.compile(r"[A-Za-z_]+(?:\*\*\d+)?")
_COUNTED = "item"
_POWERS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def symbol_of(unit: str, written: str = "") -> str:
    """The symbol of a canonical unit name ("watt_hour / kilogram" is "Wh/kg"); names without a symbol stay.

    Things that are counted are called by the word `written` has for them (件, 次, wafers).
    """
    tight = unit.replace(" ** ", "**")
    return _NAME.sub(lambda found: _symbol(found[0], written), tight).replace(" / ", "/").replace(" * ", "·")


def _symbol(name: str, written: str) -> str:
    counted = _counting_words().search(written) if name == _COUNTED else None
    if counted:
        return counted["word"]
    if name in _symbols():
        return _symbols()[name][0]
    base, _, power = name.partition("**")
    return _symbols().get(base, [base])[0] + power.translate(_POWERS)


@cache
def _counting_words() -> re.Pattern[str]:
    words = "|".join(map(re.escape, sorted(_symbols()[_COUNTED], key=len, reverse=True)))
    return re.compile(rf"[0-9十百千万亿余多几]\s?(?P<word>(?:{words})(?![A-Za-z]))")


@cache
def _symbols() -> dict[str, list[str]]:
    with _DATA.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
    return {unit: forms.split("|") for unit, forms in rows}
