"""The chance to leave a stage in the next interval, by moving on or by being lost: a discrete-time hazard.

Each spell is cut into intervals of `INTERVAL` days; in each it either stays, moves on or is lost. For each way out a
logistic regression over these intervals (P. D. Allison, Sociological Methodology 13, 1982; J. D. Singer, J. B.
Willett, J. Educ. Stat. 18, 1993) starts from the usual time of the stage as its offset and learns departures from it.
Coefficients are held back by normal priors (ridge: S. le Cessie, J. C. van Houwelingen, Appl. Stat. 41, 1992), so that
without history the model says what the usual times say. A party has a coefficient of its own under such a prior, which
is a frailty: its deals share its pace.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tracking.stall.spells import Exit, Group, Spell
from tracking.stall.usual import Usual

Values = NDArray[np.float64]

INTERVAL: Final = 30.0
"""Days."""
LONGEST: Final = 120
"""Intervals looked at; what lasts longer counts as cut off after ten years."""
_LEAST, _MOST = 1e-4, 0.95
_STEPS, _ENOUGH = 50, 1e-8

SPREAD: Final[Mapping[str, float]] = {
    "constant": 1.0,
    "group": 0.7,
    "time": 0.7,
    "factor": 0.7,
    "factor_time": 0.5,
    "party": 0.5,
}
"""Standard deviation of each sort of coefficient's prior, in log odds, by judgement: a factor hardly ever changes the
odds of leaving within a month by more than four."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the design: of which sort, and of what."""

    sort: str
    name: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Periods:
    """Intervals of spells: design (n, p), offsets and outcomes (n,) for each way out, and the spell's party (n,)."""

    design: Values
    offset: Mapping[Exit, Values]
    ended: Mapping[Exit, Values]
    party: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """Coefficients (p,) of one way out at the maximum of the penalised likelihood, and its curvature (p, p) there."""

    coefficients: Values
    curvature: Values


def columns_of(spells: Sequence[Spell]) -> tuple[Column, ...]:
    """The columns that these spells give rise to, in a stable order."""
    groups = {f"{axis}={value}" for spell in spells for axis, value in _axes(spell.group) if value}
    factors = {name for spell in spells for name in spell.factors}
    parties = {str(spell.party) for spell in spells}
    return (
        Column("constant"),
        Column("time"),
        *(Column("group", name) for name in sorted(groups)),
        *(Column(sort, name) for sort in ("factor", "factor_time") for name in sorted(factors)),
        *(Column("party", name) for name in sorted(parties)),
    )


def rows_of(columns: Sequence[Column], spell: Spell, usual: Usual, intervals: Values) -> Values:
    """The design (len(intervals), p) of a spell in the intervals numbered so; what has no column counts nothing."""
    design = np.tile([_value(column, spell) for column in columns], (len(intervals), 1))
    times = [place for place, column in enumerate(columns) if column.sort in ("time", "factor_time")]
    design[:, times] *= np.log((intervals[:, None] + 0.5) * INTERVAL / usual.median)
    return design


def offsets(usual: Usual, intervals: Values) -> dict[Exit, Values]:
    """The log odds of each way out in these intervals (m,), as the usual time has it."""
    leaving = np.array([usual.hazard(i * INTERVAL, (i + 1) * INTERVAL) for i in intervals])
    shares = {Exit.advanced: usual.advance, Exit.lost: 1.0 - usual.advance}
    return {way: _log_odds(np.clip(leaving * share, _LEAST, _MOST)) for way, share in shares.items()}


def periods_of(columns: Sequence[Column], spells: Sequence[Spell], usual: Mapping[str, Usual]) -> Periods:
    """All intervals that were lived through. A spell cut off within an interval does not count for that one.

    One that came to be watched later counts from the next interval that it was watched from the beginning of.
    """
    parts = [_periods(columns, spell, usual[spell.group.stage]) for spell in spells]
    parts = [part for part in parts if len(part.party)]
    ways = (Exit.advanced, Exit.lost)
    return Periods(
        np.concatenate([part.design for part in parts]) if parts else np.zeros((0, len(columns))),
        {way: np.concatenate([part.offset[way] for part in parts] or [np.zeros(0)]) for way in ways},
        {way: np.concatenate([part.ended[way] for part in parts] or [np.zeros(0)]) for way in ways},
        np.concatenate([part.party for part in parts] or [np.zeros(0, np.int64)]),
    )


def fit(columns: Sequence[Column], periods: Periods, way: Exit, *, free: Sequence[str] = ()) -> Fitted:
    """Newton's method on the penalised log-likelihood; columns of the sorts in `free` have no prior.

    Raises:
        ValueError: it does not converge, which a prior on every column rules out.

    """
    precision = np.array([1e-6 if column.sort in free else SPREAD[column.sort] ** -2 for column in columns])
    design, offset, ended = periods.design, periods.offset[way], periods.ended[way]
    at = np.zeros(len(columns))
    worth = _worth(design @ at + offset, ended, precision, at)
    for _ in range(_STEPS):
        chance = _chance(design @ at + offset)
        slope = design.T @ (ended - chance) - precision * at
        curvature = (design * (chance * (1 - chance))[:, None]).T @ design + np.diag(precision)
        step = np.linalg.solve(curvature, slope)
        while (better := _worth(design @ (at + step) + offset, ended, precision, at + step)) < worth - _ENOUGH:
            step = step / 2  # the likelihood is concave, so a shorter step the same way is better
        at, worth = at + step, better
        if float(np.abs(step).max()) < _ENOUGH:
            return Fitted(at, curvature)
    raise ValueError(f"the hazard of {way} did not converge in {_STEPS} steps")


def chances(columns: Sequence[Column], fitted: Mapping[Exit, Fitted], spell: Spell, usual: Usual) -> dict[Exit, Values]:
    """For each way out its chance in each of the `LONGEST` intervals from the start of a spell (LONGEST,).

    Of coefficients that were drawn several times (p, draws) they are (LONGEST, draws).
    """
    intervals = np.arange(LONGEST, dtype=float)
    design, prior = rows_of(columns, spell, usual, intervals), offsets(usual, intervals)
    return {way: _chance(((design @ one.coefficients).T + prior[way]).T) for way, one in fitted.items()}


def _periods(columns: Sequence[Column], spell: Spell, usual: Usual) -> Periods:
    whole = int(spell.days // INTERVAL)
    first, end = ceil(spell.since / INTERVAL), min(whole + (spell.exit is not Exit.open), LONGEST)
    intervals = np.arange(first, end, dtype=float)
    count = len(intervals)
    last = np.zeros(count)
    if count and whole < LONGEST:
        last[-1] = 1.0
    return Periods(
        rows_of(columns, spell, usual, intervals),
        offsets(usual, intervals),
        {way: last * (spell.exit is way) for way in (Exit.advanced, Exit.lost)},
        np.full(count, spell.party, dtype=np.int64),
    )


def _value(column: Column, spell: Spell) -> float:
    """What a column holds in every interval of a spell, those with time before they are multiplied by it."""
    if column.sort in ("constant", "time"):
        return 1.0
    if column.sort == "group":
        return float(column.name in {f"{axis}={value}" for axis, value in _axes(spell.group)})
    if column.sort == "party":
        return float(column.name == str(spell.party))
    return spell.factors.get(column.name, 0.0)


def _axes(group: Group) -> tuple[tuple[str, str], ...]:
    return (("stage", group.stage), ("kind", group.kind), ("sum", group.sum_band))


def _worth(log_odds: Values, ended: Values, precision: Values, at: Values) -> float:
    """The penalised log-likelihood."""
    return float(np.sum(ended * log_odds - np.logaddexp(0.0, log_odds)) - 0.5 * np.sum(precision * at**2))


def _log_odds(share: Values) -> Values:
    return np.asarray(np.log(share / (1 - share)))


def _chance(log_odds: Values) -> Values:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(log_odds, -30, 30))))
