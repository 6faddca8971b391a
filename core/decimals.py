"""Numbers as people type them."""

import re
from decimal import Decimal, InvalidOperation

_SEPARATED = re.compile(r"[,，_]")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}([,，]\d{3})+(\.\d*)?")


def read_decimal(written: str) -> Decimal:
    """The number that is written; commas part thousands and nothing else.

    Raises InvalidOperation for what is no number and for 1,5: whether that is 1.5 or 15 only its writer knows.
    """
    text = written.strip()
    if _SEPARATED.search(text) and not _THOUSANDS.fullmatch(text):
        raise InvalidOperation(f"{written!r} is not a number")
    return Decimal(text.replace(",", "").replace("，", ""))
