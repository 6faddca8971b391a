"""Units as people read them: the first written form of each in data/units.tsv."""

import csv
import re
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parent / "data" / "units.tsv"
_NAME = re.compile(r"[A-Za-z_]+(?:\*\*\d+)?")
_POWERS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def symbol_of(unit: str) -> str:
    """The symbol of a canonical unit name ("watt_hour / kilogram" is "Wh/kg"); names without a symbol stay."""
    tight = unit.replace(" ** ", "**")
    return _NAME.sub(lambda found: _symbol(found[0]), tight).replace(" / ", "/").replace(" * ", "·")


def _symbol(name: str) -> str:
    if name in _symbols():
        return _symbols()[name]
    base, _, power = name.partition("**")
    return _symbols().get(base, base) + power.translate(_POWERS)


@cache
def _symbols() -> dict[str, str]:
    with _DATA.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
    return {unit: forms.split("|")[0] for unit, forms in rows}
