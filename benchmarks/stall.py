"""Stalled deals are told from slow ones, by a model that knows how little it knows.

The histories come from `simulated_deals`, whose laws are not the model's. The model sees what is known when the last
deal has begun, after a year and a half, and then, for as long again, says of every deal that is in some stage whether
it will have left it within 90 days. Two rules stand against it: the share that left in the years before, whatever the
deal, and the same for deals that are and are not in their stage for more than 90 days.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.figure import Figure, measured
from benchmarks.simulated_deals import CAUSES, YEARS, Stay, history, simulate
from tracking.stall.factors import Factor
from tracking.stall.forecast import ALPHA, Forecaster
from tracking.stall.spells import Exit, Spell
from tracking.stall.usual import usual_of
from tracking.templates import COMMON

NAME: Final = "stall"
HISTORIES: Final = 100
DEALS: Final = 300
SPLIT: Final = YEARS * 365
AHEAD: Final = 90
"""Days: how far ahead it is asked, how often, and from when on a fixed rule calls a deal slow."""
UNTIL: Final = 540
RESAMPLED: Final = 2000

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """The answers on one history: each one's deal, what came true (1 left, 0 did not), and three forecasts of it."""

    deal: NDArray[np.int64]
    left: Values
    model: Values
    fixed_days: Values
    base_rate: Values
    open_deals: float
    factors: tuple[Factor, ...]


def add_options(parser: ArgumentParser) -> None:
    """`--histories`."""
    parser.add_argument("--histories", type=int, default=HISTORIES, help=f"how many of {DEALS} deals each")


def run(options: Namespace) -> Iterator[Figure]:
    """Brier gains with their intervals, calibration, and which causes were found."""
    asked = [ask(np.random.default_rng(seed)) for seed in range(options.histories)]
    yield measured(NAME, "deals not over at the split, least", min(one.open_deals for one in asked), "", at_least=0.4)
    yield from _gains(asked)
    model, left = (np.concatenate([getattr(one, name) for one in asked]) for name in ("model", "left"))
    base = np.concatenate([one.base_rate for one in asked])
    yield measured(NAME, f"expected calibration error, {len(model):,} forecasts", _ece(model, left), "", at_most=0.05)
    skill = 1 - _brier(model, left) / _brier(base, left)
    yield measured(NAME, "Brier skill over the base rate", skill, "", at_least=0.0)
    top = [{factor.name for factor in one.factors[:3]} for one in asked]
    yield measured(
        NAME, "histories with the planted causes as the top 3", _mean(t == CAUSES for t in top), "", at_least=1.0
    )
    false = [any(f.p < ALPHA and f.name not in CAUSES for f in one.factors) for one in asked]
    yield measured(NAME, f"histories naming a false cause at {ALPHA}", _mean(false), "", at_most=ALPHA)


def _gains(asked: list[Asked]) -> Iterator[Figure]:
    for name in ("fixed_days", "base_rate"):
        gains = [_gain(one, name) for one in asked]
        pooled = _interval(gains)
        alone = _mean(_interval([gain])[0] > 0 for gain in gains)
        yield measured(NAME, f"Brier gain over {name}", float(np.mean(np.concatenate([g for _, g in gains]))), "")
        yield measured(NAME, f"  least of its 95 % interval, {len(asked)} histories", pooled[0], "", at_least=0.0)
        yield measured(NAME, "  histories whose own interval is above 0", alone, "")


def ask(rng: np.random.Generator) -> Asked:
    """The forecasts of one history, with what came true."""
    stays = simulate(rng, DEALS)
    usual = {stage.code: usual_of(stage.usual_days) for stage in COMMON.stages}
    known = history(stays, SPLIT)
    forecaster = Forecaster.learn(known, usual)
    base, slow, fast = _rates(stays)
    asked = list(_snapshots(stays, SPLIT, SPLIT + UNTIL))
    return Asked(
        deal=np.array([stay.deal for stay, _ in asked]),
        left=np.array([float(stay.end <= day + AHEAD) for stay, day in asked]),
        model=np.array([_forecast(forecaster, stay.seen_on(day)) for stay, day in asked]),
        fixed_days=np.array([slow if day - stay.start > AHEAD else fast for stay, day in asked]),
        base_rate=np.full(len(asked), base),
        open_deals=len({spell.deal for spell in known if spell.exit is Exit.open}) / len({s.deal for s in known}),
        factors=forecaster.factors,
    )


def _forecast(forecaster: Forecaster, spell: Spell) -> float:
    return forecaster.forecast(spell, within=[AHEAD]).leaves_within[AHEAD]


def _snapshots(stays: list[Stay], start: float, end: float) -> Iterator[tuple[Stay, float]]:
    """Every stay that is not over on one of the days, with that day."""
    for day in np.arange(start, end, AHEAD).tolist():
        yield from ((stay, day) for stay in stays if stay.start < day < stay.end)


def _rates(stays: list[Stay]) -> tuple[float, float, float]:
    """The share that left within the days looked ahead before the split: of all, of slow ones, of the others."""
    seen = list(_snapshots(stays, SPLIT / 4, SPLIT - AHEAD))
    left = np.array([stay.end <= day + AHEAD for stay, day in seen], float)
    slow = np.array([day - stay.start > AHEAD for stay, day in seen])
    return float(left.mean()), float(left[slow].mean()), float(left[~slow].mean())


def _gain(asked: Asked, other: str) -> tuple[NDArray[np.int64], Values]:
    return asked.deal, (getattr(asked, other) - asked.left) ** 2 - (asked.model - asked.left) ** 2


def _interval(gains: list[tuple[NDArray[np.int64], Values]]) -> tuple[float, float]:
    """Between which values 95 % of the mean gains lie when deals are drawn again, each with all its answers."""
    sums, counts = [], []
    for deal, gain in gains:
        _, which = np.unique(deal, return_inverse=True)
        sums.append(np.bincount(which, gain))
        counts.append(np.bincount(which))
    total, count = np.concatenate(sums), np.concatenate(counts)
    draws = np.random.default_rng(0).integers(len(total), size=(RESAMPLED, len(total)))
    low, high = np.quantile(total[draws].sum(axis=1) / count[draws].sum(axis=1), [0.025, 0.975])
    return float(low), float(high)


def _brier(forecast: Values, left: Values) -> float:
    return float(np.mean((forecast - left) ** 2))


def _ece(forecast: Values, left: Values, bins: int = 10) -> float:
    """Mean distance of forecast and truth over bins of equal size (M. P. Naeini et al., AAAI 2015)."""
    parts = np.array_split(np.argsort(forecast, kind="stable"), bins)
    return float(sum(len(part) * abs(forecast[part].mean() - left[part].mean()) for part in parts) / len(forecast))


def _mean(values: "Iterator[bool] | list[bool]") -> float:
    return float(np.mean(list(values)))
