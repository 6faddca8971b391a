"""Values as people read them: dates, sums, numbers and names of codes, in the reader's language and time zone."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.numbers import format_decimal, format_percent

from core.i18n import Language, Translator
from core.language.unit_symbols import symbol_of
from core.money import LOCALES, in_10k, money_text
from core.taxonomy import Taxonomy, UnknownCode, disciplines, industries, regions, technical_fields
from models.enums import Currency, Precision
from workflow.codes import stage_told
from workflow.days import day_of

_TAXONOMIES = {
    "technical_field": technical_fields,
    "industry": industries,
    "discipline": disciplines,
    "region": regions,
}
Choice = tuple[str, str]
_BARELY: Final = 0.05
"""Chances nearer to none, or to one, are told as a bound."""


class Display:
    """How values are shown to one reader."""

    def __init__(self, t: Translator, zone: ZoneInfo) -> None:
        self.t = t
        self.zone = zone
        self.locale = LOCALES[t.language]

    def date(self, value: date | None) -> str:
        """A day; a dash where there is none."""
        return format_date(value, "medium", self.locale) if value else "–"

    def day(self, value: datetime | None) -> str:
        """The day of an instant, in the reader's time zone."""
        return self.date(value.astimezone(self.zone).date()) if value else "–"

    def instant(self, value: datetime | None) -> str:
        """An instant to the minute, in the reader's time zone."""
        if value is None:
            return "–"
        local = value.astimezone(self.zone)
        time = format_time(local.time(), "short", locale=self.locale)
        return self.t("format.instant", date=self.date(local.date()), time=time)

    def when(self, value: datetime, precision: Precision) -> str:
        """An instant as exactly as it is known; a day or a month is the one that was told, wherever one reads."""
        if precision is Precision.MONTH:
            return format_date(day_of(value), self.t("format.month"), self.locale)
        return self.date(day_of(value)) if precision is Precision.DAY else self.instant(value)

    def number(self, value: float | Decimal) -> str:
        """A number with its thousands set apart."""
        return format_decimal(value, locale=self.locale)

    def size(self, count: int | None) -> str:
        """A number of bytes, in KiB or, from one on, in MiB; a dash for none."""
        if count is None:
            return "–"
        small = count < 2**20
        amount = Decimal(count) / (2**10 if small else 2**20)
        shown = self.number(max(round(amount, 0 if amount >= 10 else 1), Decimal("0.1")))
        return self.t("format.size_kib" if small else "format.size_mib", size=shown)

    def percent(self, value: float) -> str:
        """A share between 0 and 1."""
        return format_percent(value, "#,##0%", self.locale)

    def chance(self, value: float) -> str:
        """A chance as exactly as a short history tells it: nothing is sure, and nothing excluded."""
        if _BARELY <= value <= 1 - _BARELY:
            return self.percent(value)
        is_high = value > _BARELY
        bound = self.percent(1 - _BARELY if is_high else _BARELY)
        return self.t("chance.above" if is_high else "chance.below", share=bound)

    def points(self, change: float) -> str:
        """A change of a score between 0 and 1, in hundredths with its sign: +2.5, −1."""
        return format_decimal(100 * change, "+#,##0.#;−#,##0.#", self.locale)

    def range(self, low: float | None, high: float | None, unit: str, written: str = "") -> str:
        """A quantity's bounds with its unit, what is counted by its word in `written`: ≥ 3 MPa, 3–5 MPa, ≤ 5,000 件."""
        if low is None and high is None:
            return "–"
        if low is not None and high is not None:
            bounds = self.number(low) if low == high else f"{self.number(low)}–{self.number(high)}"
        else:
            bounds = f"≥ {self.number(low)}" if low is not None else f"≤ {self.number(high or 0)}"
        return f"{bounds} {symbol_of(unit, written)}".strip()

    def money(self, amount: int | None, currency: Currency = Currency.CNY) -> str:
        """A sum in 分: in 万元 for Chinese readers, in full for English ones; none is 面议."""
        if amount is None:
            return self.t("money.open")
        return money_text(self.t, amount, currency)

    def budget(self, low: int | None, high: int | None, currency: Currency = Currency.CNY) -> str:
        """A range of sums; open at an end that is not given."""
        if low is None and high is None:
            return self.t("money.open")
        if low is None or high is None:
            key = "money.up_to" if low is None else "money.from"
            return self.t(key, amount=self.money(high if low is None else low, currency))
        if low == high:
            return self.money(low, currency)
        if self.t.language is Language.ZH:
            return f"{in_10k(self.t, low)}–{self.money(high, currency)}"
        return f"{self.money(low, currency)}–{format_decimal(Decimal(high) / 100, '#,##0.##', self.locale)}"

    def stage(self, code: str, names: Mapping[str, str] | None = None) -> str:
        """The name of a stage; `names` are those of stages that only one deal has, as people wrote them."""
        return stage_told(self.t, code, names)

    def enum(self, member: Enum | None) -> str:
        """The name of a member of a closed set; a dash for none."""
        return self.t(f"enum.{type(member).__name__}.{member.value}") if member is not None else "–"

    def enums(self, members: Iterable[Enum]) -> str:
        """The names of some members."""
        return self.t("list.separator").join(self.enum(member) for member in members) or "–"

    def code(self, taxonomy: str, code: str | None) -> str:
        """The name of a code; an unknown code, as it may come from elsewhere, is shown as itself."""
        if not code:
            return "–"
        try:
            return _TAXONOMIES[taxonomy]().label(code, self.t.language)
        except UnknownCode:
            return code

    def codes(self, taxonomy: str, codes: Iterable[str]) -> str:
        """The names of some codes."""
        return self.t("list.separator").join(self.code(taxonomy, code) for code in codes) or "–"

    def choices(self, members: Iterable[Enum]) -> list[Choice]:
        """The members of a closed set to choose from."""
        return [(str(member.value), self.enum(member)) for member in members]

    def code_choices(self, taxonomy: str, also: Iterable[str] = ()) -> list[Choice]:
        """The codes at the top of a taxonomy to choose from, with those below it that are chosen already."""
        top = [entry.code for entry in _TAXONOMIES[taxonomy]().roots()]
        return [(code, self.code(taxonomy, code)) for code in dict.fromkeys((*top, *also))]

    def code_groups(self, taxonomy: str) -> list[tuple[str, list[Choice]]]:
        """The codes at the top of a taxonomy, each with those below it and itself first."""
        tree: Taxonomy = _TAXONOMIES[taxonomy]()
        return [
            (
                self.code(taxonomy, top.code),
                [(c.code, f"{c.code} {self.code(taxonomy, c.code)}") for c in (top, *tree.children(top.code))],
            )
            for top in tree.roots()
        ]
