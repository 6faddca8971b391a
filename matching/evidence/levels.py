"""Ladders of named levels (IP65, CT9, fire class B1, MSL3, 二级): which end is better, and dates of the calendar."""

import re
from dataclasses import dataclass
from functools import lru_cache

from matching.evidence.types import KEPT_TEXTS


@dataclass(frozen=True, slots=True)
class Level:
    """A step of a ladder as a number; on `ladder` a higher number is better unless `falling`."""

    ladder: str
    step: float
    falling: bool


_NUMERALS = {sign: value for value, sign in enumerate("零一二三四五六七八九十")} | {"Ⅰ": 1, "Ⅱ": 2, "Ⅲ": 3, "Ⅳ": 4}
_CODES = re.compile(
    r"(?<![A-Za-z])(IP|IK|CT|IT|MSL|NAS|CMMI|MERV|LOD|TRL|SIL|ASIL|HL|PL|BSL|C-)\s?-?([0-9]{1,2}|[A-D])([KX])?(?![0-9A-Za-z])"
)
_FALLING_CODES = {"CT", "IT", "MSL", "NAS"}
_UL = re.compile(r"V-?([0-2])(?![0-9])")
_CLASS = re.compile(
    r"(?:fire (?:rating|class)|燃烧性能|防火等级|阻燃等级)\D{0,8}?([A-F])([12])?|(?<![A-Za-z])([AB])([12])级", re.I
)
_LETTER = re.compile(r"(?:class|grade|rating|level)\s([A-E])(?![A-Za-z0-9])|(?<![A-Za-z0-9])([A-E])\s?级")
_CROSS_CUT = re.compile("(?<![A-Za-z0-9.])([0-5])B(?![A-Za-z0-9])")
_GRADE = re.compile(r"([0-9](?:\.[0-9])?|[一二三四五六七八九十]|[ⅠⅡⅢⅣ])\s?级")
_NTH_CLASS = re.compile(r"([甲乙丙丁特])级")
_RISING_GRADES = re.compile(
    "晶粒度?|抗风|风力|风|抗震|烈度|色牢度|牢度|台风|阵风|耐候|评审|防护|等保|等级保护|成熟度|生物安全|安全完整性|防弹|防盗|自动驾驶|能见|耐磨|耐污"
)


@lru_cache(maxsize=KEPT_TEXTS)
def levels_of(text: str) -> dict[str, Level]:
    """The levels that `text` names, by ladder; the first of each."""
    found: dict[str, Level] = {}
    for match in _CODES.finditer(text):
        code = match[1]
        step = float(match[2]) if match[2].isdigit() else float("ABCD".index(match[2]))
        found.setdefault(code, Level(code, step + (0.5 if match[3] == "K" else 0), code in _FALLING_CODES))
    for match in _UL.finditer(text):
        found.setdefault("V", Level("V", float(match[1]), falling=True))
    for match in _CLASS.finditer(text):
        letter, digit = (match[1] or match[3]).upper(), match[2] or match[4] or "1"
        found.setdefault("class", Level("class", "ABCDEF".index(letter) * 3 + float(digit), falling=True))
    for match in _LETTER.finditer(text):
        found.setdefault("letter", Level("letter", "ABCDE".index(match[1] or match[2]), falling=True))
    for match in _CROSS_CUT.finditer(text):
        found.setdefault("cross-cut", Level("cross-cut", float(match[1]), falling=False))
    for match in _NTH_CLASS.finditer(text):
        found.setdefault("rank", Level("rank", float("特甲乙丙丁".index(match[1])), falling=True))
    for match in _GRADE.finditer(text):
        value = float(match[1]) if match[1][0].isdigit() else float(_NUMERALS[match[1]])
        found.setdefault("级", Level("级", value, falling=not _RISING_GRADES.search(text)))
    return found


def reaches(asked: Level, offered: Level) -> bool:
    """Whether `offered` is as good as `asked` or better."""
    return offered.step <= asked.step if asked.falling else offered.step >= asked.step
