"""Units of measurement as people write them in Chinese and English, and what they mean to pint.

`UNIT` is the pattern of a whole unit (kg, 立方米/小时, W/(m·K), h-1); `read_unit` gives its canonical name. The written
forms are in data/units.tsv, words that only begin like one in data/not_units.tsv. pint is loaded when the first unit is
read, once.

Money, counted things, angles, sound levels, hardness scales, pH and colony counts are dimensions of their own, so that
nothing is converted between them: an exchange rate or a hardness table is not arithmetic.
"""

import csv
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import pint


def _rows(name: str) -> list[list[str]]:
    with open(Path(__file__).parent / "data" / name, encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]


# Written form → unit in pint's notation.
_FORMS = {form: unit for unit, forms in _rows("units.tsv") for form in forms.split("|")}
# Written form → characters before which it begins another word: 5年级, 3元件, 2条件.
_OTHER_WORDS = dict(_rows("not_units.tsv"))
# Too short to be trusted alone (5S, 2B, 月): they are units only below a stroke or in front of one.
_NEVER_ALONE = {"a": "year", "分": "minute", "时": "hour", "月": "month", "S": "siemens", "F": "farad", "B": "infobyte",
                "U": "activity_unit", "H": "henry", "k": "kelvin"}  # fmt: skip
_ALL_FORMS = _FORMS | _NEVER_ALONE

_DEFINITIONS = (
    "CNY = [currency_cny]", "USD = [currency_usd]", "EUR = [currency_eur]",
    "GBP = [currency_gbp]", "HKD = [currency_hkd]", "item = [counted]", "colony = [colony]",
    "arc_degree = [angle]", "shaft_turn = 360 * arc_degree",
    "angle_minute = arc_degree / 60", "angle_second = arc_degree / 3600",
    "angle_milliradian = 0.0572957795 * arc_degree",
    "turbidity_unit = [turbidity]", "tenth = 0.1", "infobit = [information]", "infobyte = 8 * infobit",
    "pixel_count = [pixel]", "sample_rate = 1 / second", "kilosample_rate = 1000 / second",
    "megasample_rate = 1e6 / second", "gigasample_rate = 1e9 / second",
    "level_decibel = [level]", "level_dbm = [power_level]", "acidity = [acidity]", "activity_unit = [activity]",
    "hardness_hrc = [hardness_hrc]", "hardness_hrb = [hardness_hrb]", "hardness_hra = [hardness_hra]",
    "hardness_brinell = [hardness_brinell]", "hardness_vickers = [hardness_vickers]", "mesh = [mesh]",
    "fold = 1", "parts_per_million = 1e-6", "parts_per_billion = 1e-9",
    "chinese_mu = 2000 / 3 * meter ** 2", "jin = 0.5 * kilogram", "quarter_year = 3 * month",
)  # fmt: skip
# The name of a dimension, by a unit that has it.
_DIMENSIONS = {
    "percent": "ratio", "meter": "length", "meter**2": "area", "meter**3": "volume", "kilogram": "mass", "hour": "time",
    "kelvin": "temperature", "hertz": "frequency", "meter/second": "speed", "meter/second**2": "acceleration",
    "newton": "force", "pascal": "pressure", "joule": "energy", "watt": "power", "volt": "voltage", "ampere": "current",
    "ohm": "resistance", "farad": "capacitance", "ampere_hour": "charge", "kilogram/meter**3": "density",
    "meter**3/hour": "volume flow", "kilogram/hour": "mass flow", "shaft_turn/minute": "rotational speed",
    "watt_hour/kilogram": "specific energy", "watt/meter/kelvin": "thermal conductivity", "pascal*second": "viscosity",
    "newton/meter": "surface energy", "siemens/meter": "conductivity", "mole": "amount",
    "tesla": "magnetic flux density",
    "infobit": "information", "infobit/second": "data rate", "item": "count", "item/second": "count rate",
    "CNY": "money",
    "CNY/kilogram": "price by mass", "arc_degree": "angle", "level_decibel": "level", "acidity": "acidity",
    "mesh": "mesh", "lumen": "luminous flux", "colony/milliliter": "colony density", "item/meter**2": "areal density",
}  # fmt: skip


class UnitName(NamedTuple):
    """A unit in pint's long form ("megapascal", "meter ** 3 / hour") and the kind of thing it measures."""

    canonical: str
    dimension: str


def _any_of(forms: dict[str, str]) -> str:
    return "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))


def _any_chinese(forms: dict[str, str]) -> str:
    ordered = sorted(forms, key=len, reverse=True)
    return "|".join(form + (f"(?![{_OTHER_WORDS[form]}])" if form in _OTHER_WORDS else "") for form in ordered)


_LATIN = {
    form: unit for form, unit in _FORMS.items() if not "\u4e00" <= form[0] <= "\u9fff" and form not in _NEVER_ALONE
}
_CHINESE = {form: unit for form, unit in _FORMS.items() if "\u4e00" <= form[0] <= "\u9fff"}
_HAN = "\u4e00-\u9fff"
_POWER = rf"(?:\^\s?\(?[-−]?[1-9]\)?|\*\*-?[1-9]|⁻?[¹²³⁴]|[-−][1-3](?![0-9.%℃°~A-Za-z{_HAN}])|[23](?![0-9.]))"
_ATOM = rf"(?:(?:{_any_of(_LATIN)})(?![A-Za-z]){_POWER}?|(?:{_any_chinese(_CHINESE)}))"
_ATOM_BELOW = rf"(?:{_ATOM}|(?:{_any_of(_NEVER_ALONE)})(?![A-Za-z])(?:{_POWER})?)"
_TIMES = r"(?:\s?[·•⋅*×]\s?|\.(?=[A-Za-z]))"
_PRODUCT_BELOW = rf"{_ATOM_BELOW}(?:{_TIMES}{_ATOM_BELOW})*"
_BELOW = rf"(?:\s?[/每]\s?|\s+per\s+)(?:\(\s?{_PRODUCT_BELOW}\s?\)|{_PRODUCT_BELOW})"
UNIT = rf"(?:{_ATOM}|[SFBUH](?=/))(?:{_TIMES}{_ATOM_BELOW})*(?:{_BELOW})*"
_PART = re.compile(rf"(?P<below>[/每]|\bper\b)|(?P<form>{_any_of(_ALL_FORMS)})(?P<power>{_POWER})?")


@cache
def registry() -> "pint.UnitRegistry[Any]":
    """The one registry of pint with the units of this module, made when first asked for (0.4 s with pint's import)."""
    import pint

    units: pint.UnitRegistry[Any] = pint.UnitRegistry(on_redefinition="raise")
    for definition in _DEFINITIONS:
        units.define(definition)
    return units


@cache
def read_unit(written: str) -> UnitName:
    """The canonical name of `written`, a text that matches `UNIT`.

    Everything behind the first stroke is below it (W/m·K is W/(m·K), as engineers write it). A degree Celsius inside a
    compound unit is a difference, hence a kelvin. Raises ValueError for a text that holds no unit.
    """
    factors: list[str] = []
    sign = "*"
    for part in _PART.finditer(written):
        if part["below"]:
            sign = "/"
        else:
            power = _exponent(part["power"]) if part["power"] else 1
            factors.append(f"{sign}({_ALL_FORMS[part['form']]})**({power})")
    if not factors:
        raise ValueError(f"no unit in {written!r}")
    if len(factors) > 1:
        factors = [factor.replace("degree_Celsius", "kelvin") for factor in factors]
    return named_unit("1" + "".join(factors))


@cache
def named_unit(expression: str) -> UnitName:
    """The canonical form of a unit written in pint's notation. Raises ValueError for an unknown one."""
    import pint

    units = registry()
    try:
        unit = units.parse_units(expression)
    except (pint.errors.PintError, ValueError, TypeError) as error:
        raise ValueError(f"unknown unit {expression!r}") from error
    return UnitName(
        str(unit), _dimension_names().get(str(sorted(unit.dimensionality.items())), str(unit.dimensionality))
    )


@cache
def _dimension_names() -> dict[str, str]:
    units = registry()
    return {str(sorted(units.parse_units(u).dimensionality.items())): name for u, name in _DIMENSIONS.items()}


def _exponent(power: str) -> int:
    return int(re.sub(r"[^-0-9]", "", power.replace("**", "").translate(str.maketrans("⁻−¹²³⁴", "--1234"))))
