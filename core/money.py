"""Sums of money as people read them."""

from decimal import Decimal
from typing import Final

from babel import Locale
from babel.numbers import format_currency, format_decimal

from core.i18n import Language, Translator

CENTS_PER_10K: Final = 1_000_000
"""分 in 万元: people type and read budgets in units of 10,000 yuan."""
LOCALES: Final = {Language.ZH: Locale.parse("zh_Hans_CN"), Language.EN: Locale.parse("en")}


def money_text(texts: Translator, amount: int, currency: str) -> str:
    """A sum in 分: in units of 10,000 for Chinese readers, in full for English ones."""
    locale = LOCALES[texts.language]
    if texts.language is Language.EN:
        return format_currency(Decimal(amount) / 100, currency, "¤¤ #,##0.##", locale, currency_digits=False)
    return texts("money.10k", amount=in_10k(texts, amount), unit=texts(f"money.unit.{currency}"))


def in_10k(texts: Translator, amount: int) -> str:
    """A sum in 分 as a number of units of 10,000."""
    return format_decimal(Decimal(amount) / CENTS_PER_10K, "#,##0.####", LOCALES[texts.language])
