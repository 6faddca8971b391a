"""Units of measurement as people write them in Chinese and English technical text, and what they mean to pint.

`UNIT` is the pattern of a whole unit (kg, 立方米/小时, W/(m·K), mg·L-1); `read_unit` gives its canonical name. pint is
loaded on first use, once. Money, counted things, hardness scales, pH, sound levels, turns and colony counts are
dimensions of their own, so that nothing is ever converted between them.
"""

import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import pint

# Written form → name in pint. Forms are tried exactly first, then without regard to case.
_METRIC = {
    "m": "meter", "g": "gram", "s": "second", "W": "watt", "V": "volt", "A": "ampere", "Hz": "hertz", "Pa": "pascal",
    "N": "newton", "J": "joule", "L": "liter", "mol": "mole", "F": "farad", "H": "henry", "S": "siemens", "Ω": "ohm",
    "eV": "electron_volt", "Wh": "watt_hour", "Ah": "ampere_hour", "VA": "volt_ampere", "cal": "calorie", "bit": "bit",
    "B": "byte", "T": "tesla", "bps": "bit_per_second", "Gy": "gray", "Bq": "becquerel", "Sv": "sievert", "bar": "bar",
    "lm": "lumen", "W·h": "watt_hour", "Wp": "watt",
}  # fmt: skip
_PREFIXES = {"p": "pico", "n": "nano", "μ": "micro", "u": "micro", "m": "milli", "c": "centi", "d": "deci", "h": "hecto",
             "k": "kilo", "K": "kilo", "M": "mega", "G": "giga", "T": "tera"}  # fmt: skip
_PREFIXED = (
    "pm nm μm um mm cm dm km μg ug mg kg Kg ps ns μs us ms mW kW KW MW GW TW μW uW mV kV KV MV μV uV mA kA μA uA nA kHz KHz"
    " MHz GHz THz hPa kPa KPa MPa GPa mPa μPa mN kN KN MN kJ KJ MJ GJ mJ μJ uJ mL ml μL uL cL dL mmol μmol umol nmol kmol"
    " pF nF μF uF mF mH μH uH nH mS μS uS kΩ KΩ MΩ GΩ mΩ keV MeV GeV meV kWh KWh MWh GWh TWh mWh mAh kAh kVA MVA kcal Kcal"
    " kW·h MW·h kB KB MB GB TB PB kb kbps Mbps Gbps kbit Mbit Gbit mT μT kGy mGy mSv μSv mbar kWp MWp GWp klm"
).split()
_LATIN = {
    "t": "metric_ton", "ton": "metric_ton", "tons": "metric_ton", "tonne": "metric_ton", "tonnes": "metric_ton",
    "l": "liter", "litre": "liter", "litres": "liter", "liter": "liter", "liters": "liter", "cc": "milliliter",
    "h": "hour", "hr": "hour", "hrs": "hour", "hour": "hour", "hours": "hour", "min": "minute", "mins": "minute",
    "minute": "minute", "minutes": "minute", "sec": "second", "second": "second", "seconds": "second", "d": "day",
    "day": "day", "days": "day", "week": "week", "weeks": "week", "month": "month", "months": "month", "a": "year",
    "year": "year", "years": "year", "yr": "year", "K": "kelvin", "℃": "degree_Celsius", "°C": "degree_Celsius",
    "ºC": "degree_Celsius", "oC": "degree_Celsius", "degC": "degree_Celsius", "degrees Celsius": "degree_Celsius",
    "degrees C": "degree_Celsius", "°F": "degree_Fahrenheit", "℉": "degree_Fahrenheit", "°": "degree", "deg": "degree",
    "degrees": "degree", "rad": "radian", "%": "percent", "percent": "percent", "per cent": "percent", "wt%": "percent",
    "vol%": "percent", "at%": "percent", "mol%": "percent", "‰": "permille_", "ppm": "ppm_", "ppb": "ppb_",
    "meter": "meter", "meters": "meter", "metre": "meter", "metres": "meter", "kilometers": "kilometer",
    "kilometres": "kilometer", "millimeters": "millimeter", "millimetres": "millimeter", "micron": "micrometer",
    "microns": "micrometer", "micrometers": "micrometer", "nanometers": "nanometer", "inch": "inch", "inches": "inch",
    "ft": "foot", "feet": "foot", "kilogram": "kilogram", "kilograms": "kilogram", "grams": "gram", "gram": "gram",
    "kgf": "kilogram_force", "atm": "atmosphere", "psi": "psi", "mmHg": "mmHg", "Torr": "torr", "ha": "hectare",
    "hectares": "hectare", "mu": "mu_area", "hp": "metric_horsepower", "rpm": "turn/minute", "RPM": "turn/minute",
    "rps": "turn/second", "r": "turn", "rev": "turn", "cP": "centipoise", "lux": "lux", "lx": "lux", "cd": "candela",
    "Nm": "newton*meter", "N·m": "newton*meter", "kN·m": "kilonewton*meter", "Nm3": "meter**3", "㎡": "meter**2",
    "㎥": "meter**3", "㎜": "millimeter", "㎝": "centimeter", "㎞": "kilometer", "㎏": "kilogram", "㎎": "milligram",
    "㎛": "micrometer", "㎚": "nanometer", "㎾": "kilowatt", "㏑": "nat", "㎖": "milliliter", "㎐": "hertz",
    "㎒": "megahertz", "㎓": "gigahertz", "㎪": "kilopascal", "㎫": "megapascal", "dB(A)": "sound_decibel",
    "dBA": "sound_decibel", "dB": "sound_decibel", "dBm": "power_decibel", "CFU": "colony", "cfu": "colony",
    "IU": "activity_unit", "U": "activity_unit", "HRC": "hardness_hrc", "HRB": "hardness_hrb", "HRA": "hardness_hra",
    "HB": "hardness_brinell", "HBW": "hardness_brinell", "HV": "hardness_vickers", "pH": "acidity", "mesh": "mesh",
    "fps": "item/second", "dpi": "item/inch", "ions": "item", "ion": "item", "pcs": "item", "pieces": "item",
    "cycles": "item", "times": "item", "units": "item", "samples": "item", "people": "item", "px": "pixel_",
    "pixels": "pixel_", "fold": "fold", "x": "fold", "yuan": "CNY", "RMB": "CNY", "CNY": "CNY", "¥": "CNY", "$": "USD",
    "USD": "USD", "dollars": "USD", "€": "EUR", "EUR": "EUR", "euros": "EUR",
}  # fmt: skip
_CHINESE = {
    "毫米": "millimeter", "厘米": "centimeter", "分米": "decimeter", "微米": "micrometer", "纳米": "nanometer",
    "公里": "kilometer", "千米": "kilometer", "米": "meter", "英寸": "inch", "丝": "0.01*millimeter", "平方米": "meter**2",
    "平米": "meter**2", "平方公里": "kilometer**2", "平方千米": "kilometer**2", "平方毫米": "millimeter**2",
    "平方厘米": "centimeter**2", "公顷": "hectare", "亩": "mu_area", "立方米": "meter**3", "立方厘米": "centimeter**3",
    "立方毫米": "millimeter**3", "立方": "meter**3", "方": "meter**3", "毫升": "milliliter", "微升": "microliter",
    "公升": "liter", "升": "liter", "公斤": "kilogram", "千克": "kilogram", "毫克": "milligram", "微克": "microgram",
    "克": "gram", "公吨": "metric_ton", "吨": "metric_ton", "斤": "0.5*kilogram", "克拉": "carat", "毫秒": "millisecond",
    "微秒": "microsecond", "纳秒": "nanosecond", "秒钟": "second", "秒": "second", "分钟": "minute", "小时": "hour",
    "个小时": "hour", "工作日": "day", "个工作日": "day", "天": "day", "日": "day", "昼夜": "day", "周": "week",
    "星期": "week", "个星期": "week", "个月": "month", "季度": "3*month", "个季度": "3*month", "年": "year",
    "周年": "year", "摄氏度": "degree_Celsius", "度": "degree", "度电": "kilowatt_hour", "开尔文": "kelvin",
    "千瓦时": "kilowatt_hour", "千瓦·时": "kilowatt_hour", "千瓦": "kilowatt", "兆瓦": "megawatt", "毫瓦": "milliwatt",
    "瓦": "watt", "千伏": "kilovolt", "毫伏": "millivolt", "伏": "volt", "伏特": "volt", "安培": "ampere",
    "安时": "ampere_hour", "毫安时": "milliampere_hour", "毫安": "milliampere", "安": "ampere", "微安": "microampere",
    "欧姆": "ohm", "兆欧": "megaohm", "欧": "ohm", "赫兹": "hertz", "赫": "hertz", "千赫": "kilohertz", "兆赫": "megahertz",
    "千帕": "kilopascal", "兆帕": "megapascal", "帕": "pascal", "大气压": "atmosphere", "个大气压": "atmosphere",
    "公斤力": "kilogram_force", "千牛": "kilonewton", "牛顿": "newton", "牛": "newton", "千焦": "kilojoule",
    "兆焦": "megajoule", "焦耳": "joule", "焦": "joule", "大卡": "kilocalorie", "千卡": "kilocalorie", "卡路里": "calorie",
    "马力": "metric_horsepower", "流明": "lumen", "勒克斯": "lux", "摩尔": "mole", "毫摩尔": "millimole",
    "分贝": "sound_decibel", "转": "turn", "字节": "byte", "比特": "bit", "帧": "item", "像素": "pixel_", "目": "mesh",
    "元": "CNY", "元人民币": "CNY", "块钱": "CNY", "美元": "USD", "欧元": "EUR", "倍": "fold", "个百分点": "percent",
    "百分点": "percent", "人次": "item", "台套": "item", "台": "item", "套": "item", "项": "item", "篇": "item",
    "件": "item", "人": "item", "名": "item", "次": "item", "组": "item", "条": "item", "只": "item", "辆": "item",
    "头": "item", "株": "item", "层": "item", "家": "item", "批": "item", "座": "item", "份": "item", "块": "item",
    "片": "item", "根": "item", "枚": "item", "颗": "item", "粒": "item", "例": "item", "种": "item", "个": "item",
    "户": "item", "头份": "item", "道": "item", "路": "item", "通道": "item", "羽": "item", "箱": "item", "瓶": "item",
}  # fmt: skip
# Only after a stroke, where the short word cannot mean anything else: 转/分, 吨/时.
_ONLY_BELOW = {"分": "minute", "时": "hour", "月": "month"}

_DEFINITIONS = (
    "CNY = [currency_cny]", "USD = [currency_usd]", "EUR = [currency_eur]", "item = [counted]", "turn = [turn]",
    "hardness_hrc = [hardness_hrc]", "hardness_hrb = [hardness_hrb]", "hardness_hra = [hardness_hra]",
    "hardness_brinell = [hardness_brinell]", "hardness_vickers = [hardness_vickers]", "acidity = [acidity]",
    "sound_decibel = [level]", "power_decibel = [power_level]", "colony = [colony]", "activity_unit = [activity]",
    "mesh = [mesh]", "pixel_ = [pixel]", "fold = 1", "permille_ = 0.001", "ppm_ = 1e-6", "ppb_ = 1e-9",
    "mu_area = 666.6666666666667 * meter ** 2", "bit_per_second = bit / second",
)  # fmt: skip
_DIMENSIONS = {
    "dimensionless": "ratio", "[length]": "length", "[length] ** 2": "area", "[length] ** 3": "volume", "[mass]": "mass",
    "[time]": "time", "[temperature]": "temperature", "1 / [time]": "frequency", "[length] / [time]": "speed",
    "[mass] / [length] / [time] ** 2": "pressure", "[length] * [mass] / [time] ** 2": "force",
    "[length] ** 2 * [mass] / [time] ** 2": "energy", "[length] ** 2 * [mass] / [time] ** 3": "power",
    "[length] ** 2 * [mass] / [current] / [time] ** 3": "voltage", "[current]": "current",
    "[length] ** 2 * [mass] / [current] ** 2 / [time] ** 3": "resistance", "[mass] / [length] ** 3": "density",
    "[length] ** 3 / [time]": "volume flow", "[mass] / [time]": "mass flow", "[turn] / [time]": "rotational speed",
    "[length] ** 2 / [time] ** 2": "specific energy", "[counted]": "count", "[currency_cny]": "money",
    "[currency_usd]": "money (USD)", "[currency_eur]": "money (EUR)", "[level]": "sound level", "[acidity]": "acidity",
    "[length] * [mass] / [temperature] / [time] ** 3": "thermal conductivity", "[mass] / [length] / [time]": "viscosity",
}  # fmt: skip


class UnitName(NamedTuple):
    """A unit in pint's long form ("megapascal", "meter ** 3 / hour") and the kind of thing it measures."""

    canonical: str
    dimension: str


def _prefixed() -> dict[str, str]:
    forms = {}
    for form in _PREFIXED:
        base = form[1:].replace("l", "L") if form in ("ml",) else form[1:]
        base = "bit" if form == "kb" else base
        forms[form] = _PREFIXES[form[0]] + _METRIC[base]
    return forms


_BITS_PER_SECOND = {"bps": "bit/second", "kbps": "kilobit/second", "Mbps": "megabit/second", "Gbps": "gigabit/second"}
_FORMS = {**_METRIC, **_prefixed(), **_LATIN, **_CHINESE, **_BITS_PER_SECOND}
_FOLDED = {form.lower(): name for form, name in reversed(_FORMS.items())} | {
    "mpa": "megapascal", "gpa": "gigapascal", "mw": "megawatt", "w": "watt", "mhz": "megahertz", "k": "kelvin",
}  # fmt: skip
# Written in any case without harm; everything else must be written as in the tables.
_ANY_CASE = (
    "mpa gpa kpa pa mhz ghz khz hz kg mm cm km kw kwh mwh wh kv kn kj ml mg ppm ppb rpm cfu db dba mah ah mol mmol"
    " hrc hrb hra hv hb ph mbps gbps gb tb mb kb kcal lux nm w r/min"
).split()


def _alternatives(forms: list[str]) -> str:
    return "|".join(re.escape(form) for form in sorted(set(forms), key=len, reverse=True))


def _case_variants() -> list[str]:
    variants = []
    for form in _ANY_CASE:
        variants += [form, form.upper(), form.capitalize()]
    return variants


_LATIN_FORMS = [f for f in _FORMS if f not in _CHINESE and f not in ("a", "x", "mu", "S", "H", "F", "B", "¥", "$", "€")]
_LATIN_FORMS += [v for v in _case_variants() if "/" not in v]
_POWER = r"(?:\^\s?\(?[-−]?[1-9]\)?|\*\*-?[1-9]|⁻?[¹²³⁴]|[-−][1-3](?![0-9.%℃A-Za-z\u4e00-\u9fff])|[23](?![0-9.]))"
_ATOM_LATIN = rf"(?:(?:{_alternatives(_LATIN_FORMS)})(?![A-Za-z]){_POWER}?)"
_ATOM_CHINESE = rf"(?:{_alternatives(list(_CHINESE))})"
_ATOM_BELOW = rf"(?:{_ATOM_LATIN}|{_ATOM_CHINESE}|(?:{'|'.join(_ONLY_BELOW)})(?!钟)|[aFHS](?![A-Za-z]))"
_TIMES = r"(?:\s?[·•⋅*]\s?|\.(?=[A-Za-z]))"
UNIT = (
    rf"(?:{_ATOM_LATIN}|{_ATOM_CHINESE}|[HFS](?=/))(?:{_TIMES}{_ATOM_BELOW})*"
    rf"(?:(?:\s?[/每]\s?|\s+per\s+)(?:\(\s?{_ATOM_BELOW}(?:{_TIMES}{_ATOM_BELOW})*\s?\)|{_ATOM_BELOW}(?:{_TIMES}{_ATOM_BELOW})*))*"
)
_PART = re.compile(rf"(?P<below>[/每]|\bper\b)|(?P<atom>{_alternatives([*_LATIN_FORMS, *_CHINESE, *_ONLY_BELOW, 'a', 'F', 'H', 'S'])})(?P<power>{_POWER}?)")


@cache
def registry() -> "pint.UnitRegistry[Any]":
    """pint's registry with the units of this module, made once (0.5 s) when first asked for."""
    import pint

    units: pint.UnitRegistry[Any] = pint.UnitRegistry()
    for definition in _DEFINITIONS:
        units.define(definition)
    return units


@cache
def read_unit(written: str) -> UnitName | None:
    """The canonical name of a unit that matches `UNIT`; None if pint cannot make sense of it."""
    parts = [part for part in _PART.finditer(written)]
    terms: list[str] = []
    below = False
    for part in parts:
        if part["below"]:
            below = True
            continue
        name = f"({_name(part['atom'])})" + (f"**({_exponent(part['power'])})" if part["power"] else "")
        terms.append(("/" if below else "*") + name)
    if len(parts) > 1 or any("**" in term for term in terms):
        terms = [term.replace("degree_Celsius", "kelvin") for term in terms]
    return _canonical("1" + "".join(terms)) if terms else None


def named_unit(name: str) -> UnitName:
    """The canonical form of a unit given by its name in pint. Raises ValueError for an unknown one."""
    found = _canonical(name)
    if found is None:
        raise ValueError(f"unknown unit {name!r}")
    return found


def _name(atom: str) -> str:
    return _FORMS.get(atom) or _ONLY_BELOW.get(atom) or _FOLDED[atom.lower()]


def _exponent(power: str) -> int:
    plain = power.translate(str.maketrans("⁻−¹²³⁴", "--1234"))
    return int(re.sub(r"[^-0-9]", "", plain))
