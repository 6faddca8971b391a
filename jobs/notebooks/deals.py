"""The demo's deals as the stall model reads them, without a database, and what it says of them as tables."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from jobs.demo.content import DealEntry, HistoryEntry, fen, read_deals
from jobs.demo.deals import DAYS_A_MONTH, INSTEAD
from jobs.notebooks.tables import NOTHING, Row, Table, both
from models.deal_enums import ContractKind
from tracking.stall.factors import Factor
from tracking.stall.forecast import Forecast, Forecaster
from tracking.stall.incidence import conversion
from tracking.stall.spells import Exit, Group, Spell, sum_band
from tracking.stall.survival import Curve
from tracking.templates import COMMON, SIGNED, template_for

STAGES: Final = tuple(f"{COMMON.name}/{stage.code}" for stage in COMMON.stages)
"""The stages before signing, as a `Group` names them."""
Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """A curve to be drawn: the share still there after `days` (m,), between `low` and `high` (90 %)."""

    days: Values
    share: Values
    low: Values
    high: Values


def band_of(curve: Curve, until: float) -> Band:
    """The curve up to a day."""
    days = np.linspace(0.0, until, 200)
    low, high = np.array([curve.interval(day) for day in days.tolist()]).T
    return Band(days, np.array([curve.at(day) for day in days.tolist()]), low, high)


def demo_spells() -> list[Spell]:
    """Every stay in a stage that the demo's deals tell of; a stay that lasts is cut off on the day of the demo."""
    entries = read_deals()
    parties = {need: number for number, need in enumerate(sorted({entry.need for entry in entries if entry.need}))}
    return [
        spell
        for number, entry in enumerate(entries)
        for spell in _Told(entry, number, parties.get(entry.need or "", -1 - number)).spells()
    ]


def open_before_signing(spells: Sequence[Spell]) -> list[Spell]:
    """The deals that are not signed yet, those longest in their stage first."""
    waiting = [spell for spell in spells if spell.exit is Exit.open and spell.group.stage in STAGES]
    return sorted(waiting, key=lambda spell: -spell.days)


def funnel_table(spells: Sequence[Spell]) -> Table:
    """What share of the deals that entered a stage before signing moves on, and after how many days half have left."""
    rows = [_line(stage, [spell for spell in spells if spell.group.stage == stage]) for stage in STAGES]
    return Table(("stage", "entered", "ended", "moves_on", "interval", "half_after", "interval"), tuple(rows))


def forecasts_table(forecaster: Forecaster, spells: Sequence[Spell]) -> Table:
    """Where open deals stand before signing, and what is to be expected of them."""
    rows = ((spell, forecaster.forecast(spell, STAGES[STAGES.index(spell.group.stage) + 1 :])) for spell in spells)
    names = ("stage", "days", "percentile", "remaining", "interval", "ends_well", "rests_on")
    return Table(names, tuple(_forecast(spell, found) for spell, found in rows))


def factors_table(factors: Sequence[Factor], planted: frozenset[str]) -> Table:
    """Which factors were found to slow deals down or end them, and which of them really do."""
    rows = (
        (
            one.name.replace("_", " "),
            both(f"notebook.way.{one.way}"),
            f"{one.odds:.2f}",
            f"{one.p:.3f}",
            "✓" if one.name in planted else "",
        )
        for one in factors
    )
    return Table(("factor", "way", "odds", "p", "planted"), tuple(rows))


def stage_text(stage: str) -> str:
    """The name of a stage in both languages."""
    return both(f"stage.{stage.partition('/')[2]}")


def _line(stage: str, spells: Sequence[Spell]) -> Row:
    found = conversion(spells)
    if found.share is None or found.share_interval is None or found.median_interval is None:
        nothing = both("funnel.not_enough")
        return stage_text(stage), found.entered, found.ended, nothing, NOTHING, nothing, NOTHING
    low, high = found.share_interval
    return (
        stage_text(stage),
        found.entered,
        found.ended,
        f"{found.share:.0%}",
        f"{low:.0%} – {high:.0%}",
        _days(found.median_days),
        f"{_days(found.median_interval[0])} – {_days(found.median_interval[1])}",
    )


def _forecast(spell: Spell, found: Forecast) -> Row:
    low, high = found.interval
    return (
        stage_text(spell.group.stage),
        _days(spell.days),
        f"{found.percentile:.0f}",
        _days(found.remaining),
        f"{low:.0f} – {high:.0f}",
        f"{found.ends_well:.0%}",
        found.own_spells,
    )


def _days(days: float | None) -> str:
    return NOTHING if days is None else f"{days:.0f}"


@dataclass(frozen=True, slots=True)
class _Told:
    """One deal of the demo, with the number and the party it goes by."""

    entry: DealEntry
    number: int
    party: int

    def spells(self) -> Iterator[Spell]:
        """A spell for each stage, in the order they were entered."""
        lines = sorted(self.entry.history, key=lambda line: line.days_after_start)
        steps = [(line.days_after_start, code) for line, code in self._steps(lines)]
        today = max(self.entry.started_months_ago * DAYS_A_MONTH, *(line.days_after_start for line in lines))
        over = {line.days_after_start: Exit.lost for line in lines if line.kind == "lost"}
        if any(line.kind == "won" for line in lines):  # a success is closed after its return visits
            over[lines[-1].days_after_start] = Exit.advanced
        for place, (start, code) in enumerate(steps):
            end = steps[place + 1][0] if place + 1 < len(steps) else today
            closed = next((day for day in over if start <= day <= end), None)
            exit_ = Exit.advanced if place + 1 < len(steps) else Exit.open
            if closed is not None:
                end, exit_ = closed, over[closed]
            days = max(0.0, end - start - _paused(lines, start, end))
            yield Spell(self.number, self._group(code), days, exit_, self.party)

    def _steps(self, lines: Sequence[HistoryEntry]) -> Iterator[tuple[HistoryEntry, str]]:
        """The lines with which a deal enters a stage, and its name; signing leads to the contract's first.

        A lost deal that is taken up again enters its stage anew.
        """
        template, at, lost = COMMON, "", False
        for line in lines:
            if line.kind == "revived" and lost:
                yield line, at
            lost = line.kind == "lost" or (lost and line.kind != "revived")
            if line.kind != "stage":
                continue
            if line.stage == SIGNED:
                template = template_for(self.entry.contract_kind or ContractKind.DEVELOPMENT, cooperative=False)
            to = template.stages[0].code if line.stage == SIGNED else line.stage
            code = f"{template.name}/{to if to in template.codes else INSTEAD.get(to, to)}"
            if code != at:
                at = code
                yield line, code

    def _group(self, code: str) -> Group:
        if code in STAGES or self.entry.contract_kind is None:
            return Group(code)
        return Group(code, self.entry.contract_kind.value, sum_band(fen(self.entry.contract_wan)))


def _paused(lines: Sequence[HistoryEntry], start: float, end: float) -> float:
    """Days between two in which the deal was paused."""
    pauses: Mapping[int, int] = {
        line.days_after_start: next(
            (later.days_after_start for later in lines[place:] if later.kind == "revived"), int(end)
        )
        for place, line in enumerate(lines)
        if line.kind == "paused"
    }
    return sum(max(0.0, min(until, end) - max(since, start)) for since, until in pauses.items())
