"""The number under which a technology contract is registered (合同登记编号): what it must be, and what is doubtful.

The form of the ministry's model contracts has 14 digits: the year (2), the province and the city (2 and 2, codes of
GB/T 2260), the registering office (2) and a serial number (6), each filled up with zeros. Offices also give out longer
numbers, and the form is not published as binding, so only what cannot be a number at all is refused; whatever departs
from the form is said beside it.
"""

import re
import unicodedata
from datetime import date
from enum import StrEnum
from typing import Final

from core.errors import Invalid, Problem
from core.taxonomy import regions

FIELD: Final = "registration_number"
LONGEST: Final = 40
_FIRST_YEAR: Final = 1985
"""Before the technology market was opened no contract was registered."""
_MODEL: Final = re.compile(r"\d{14}")
_POSSIBLE: Final = re.compile(r"[0-9A-Z]+(?:-[0-9A-Z]+)*")
_LEAST_DIGITS: Final = 8
_BETWEEN: Final = re.compile(r"[\s　]+")
_DASHES: Final = str.maketrans(dict.fromkeys("‐‑‒–—−－", "-"))


class Doubt(StrEnum):
    """What of a number does not look as it should."""

    FORM = "form"
    YEAR = "year"
    PROVINCE = "province"
    BEFORE_SIGNING = "before_signing"


def read_number(text: str) -> str:
    """The number as it is kept: half-width capitals and digits without blanks; "" for none.

    Raises Invalid for what no office gives out: other signs, fewer than eight digits, more than `LONGEST` signs.
    """
    number = _BETWEEN.sub("", unicodedata.normalize("NFKC", text)).translate(_DASHES).upper()
    if not number:
        return ""
    digits = sum(sign.isdigit() for sign in number)
    if len(number) > LONGEST or digits < _LEAST_DIGITS or not _POSSIBLE.fullmatch(number):
        raise Invalid("deal.no_registration_number", (Problem("field.no_registration_number", field=FIELD),))
    return number


def doubts_of(number: str, *, signed_on: date | None, today: date) -> tuple[Doubt, ...]:
    """What departs from the form of 14 digits, or does not fit the contract; nothing for no number."""
    if not number:
        return ()
    if not _MODEL.fullmatch(number):
        return (Doubt.FORM,)
    year = _year(number, today)
    doubts = {
        Doubt.YEAR: year > today.year or year < _FIRST_YEAR,
        Doubt.PROVINCE: number[2:4] not in _provinces(),
        Doubt.BEFORE_SIGNING: signed_on is not None and year < signed_on.year,
    }
    return tuple(doubt for doubt, holds in doubts.items() if holds)


def _year(number: str, today: date) -> int:
    """The year that two digits mean: of this century up to next year, else of the one before."""
    this, short = today.year // 100 * 100, int(number[:2])
    return this + short if short <= today.year % 100 + 1 else this - 100 + short


def _provinces() -> frozenset[str]:
    return frozenset(region.code[:2] for region in regions().roots())
