"""What the history says of one open deal: whether it is slow, when it is likely to move, and how it may end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tracking.stall.factors import Factor, factors_of
from tracking.stall.hazard import INTERVAL, Column, Fitted, chances, columns_of, fit, periods_of
from tracking.stall.spells import Exit, Group, Spell
from tracking.stall.survival import Curve, stage_curve
from tracking.stall.usual import Usual

Values = NDArray[np.float64]

ENOUGH: Final = 20
"""Finished spells of a group from which the history is no longer called thin."""
ALPHA: Final = 0.05
MOST: Final = 0.98
"""The most that leaves in one interval; the two ways out exclude each other, so their chances add up."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """One open deal in its stage.

    `percentile`: of spells of its group, how many in a hundred had left by now; `remaining` and `interval` are the
    expected days until it leaves the stage, with the 10th and 90th percentile (at most ten years from its start);
    `leaves_within` the chance that it has left after so many days;
    `ends_well` is the chance that it moves on from this stage and from every later one. `own_spells` counts what the
    percentile rests on besides the usual time. `factors` are those that hold it back, surest first.
    """

    percentile: float
    remaining: float
    interval: tuple[float, float]
    leaves_within: Mapping[int, float]
    ends_well: float
    own_spells: int
    factors: tuple[Factor, ...]

    @property
    def is_thin(self) -> bool:
        """Whether it says more about usual times than about this society's deals."""
        return self.own_spells < ENOUGH


@dataclass(frozen=True, slots=True, eq=False)
class Forecaster:
    """What was learned from the spells of a history."""

    usual: Mapping[str, Usual]
    columns: tuple[Column, ...]
    fitted: Mapping[Exit, Fitted]
    curves: Mapping[Group, Curve]
    factors: tuple[Factor, ...]

    @classmethod
    def learn(cls, spells: Sequence[Spell], usual: Mapping[str, Usual]) -> "Forecaster":
        """From every spell of a history, open ones included.

        Raises:
            KeyError: a spell's stage has no usual time.

        """
        groups = {spell.group for spell in spells} | {Group(spell.group.stage) for spell in spells}
        curves = {group: stage_curve(_of(spells, group), usual[group.stage]) for group in groups}
        seen = {stage: _as_seen(one, curves.get(Group(stage))) for stage, one in usual.items()}
        columns = columns_of(spells)
        periods = periods_of(columns, spells, seen)
        fitted = {way: fit(columns, periods, way) for way in (Exit.advanced, Exit.lost)}
        return cls(seen, columns, fitted, curves, factors_of(spells, seen))

    def curve(self, group: Group) -> Curve:
        """The curve of the narrowest group with enough spells of its own: kind and sum, kind, stage, usual time."""
        wider = (group, replace(group, sum_band=""), Group(group.stage))
        known = [self.curves[one] for one in wider if one in self.curves]
        enough = [curve for curve in known if curve.own >= ENOUGH]
        return (enough or known[-1:] or [stage_curve([], self.usual[group.stage])])[0]

    def forecast(self, spell: Spell, later: Sequence[str] = (), within: Sequence[int] = (30, 90)) -> Forecast:
        """For an open spell; `later` are the stages after it, `within` the days to give a chance to leave by."""
        curve = self.curve(spell.group)
        ahead = self._ahead(spell)
        ends = ahead.moves_on
        for stage in later:
            ends *= self._ahead(_next(spell, stage)).moves_on
        return Forecast(
            percentile=curve.percentile(spell.days),
            remaining=float(np.trapezoid(ahead.staying, ahead.days)),
            interval=(ahead.day_by(0.1), ahead.day_by(0.9)),
            leaves_within={day: 1.0 - float(np.interp(day, ahead.days, ahead.staying)) for day in within},
            ends_well=ends,
            own_spells=curve.own,
            factors=tuple(f for f in self.factors if f.p < ALPHA and f.hinders and spell.factors.get(f.name, 0.0) > 0),
        )

    def good_ends(
        self, spells: Sequence[tuple[Spell, Sequence[str]]], rng: np.random.Generator, *, draws: int = 200
    ) -> Values:
        """The chance that each open spell, with the stages after it, ends well, (spells, draws).

        Every column is another history that might as well have been seen: coefficients are drawn from the normal
        distribution around the fitted ones whose precision is the curvature there (Laplace's approximation).
        """
        drawn = {way: _drawn(fitted, rng, draws) for way, fitted in self.fitted.items()}
        found = [self._good_end(spell, later, drawn) for spell, later in spells]
        return np.stack(found) if found else np.zeros((0, draws))

    def _good_end(self, spell: Spell, later: Sequence[str], drawn: Mapping[Exit, Fitted]) -> Values:
        stages = [spell, *(_next(spell, stage) for stage in later)]
        ends = [moves_on(chances(self.columns, drawn, one, self.usual[one.group.stage]), one.days) for one in stages]
        return np.asarray(np.prod(ends, axis=0))

    def _ahead(self, spell: Spell) -> "_Ahead":
        """From the day that the spell has reached on; within an interval the hazard is taken to be constant."""
        ways = chances(self.columns, self.fitted, spell, self.usual[spell.group.stage])
        on, lost = ways[Exit.advanced], ways[Exit.lost]
        leaving = np.minimum(on + lost, MOST)
        ends = np.arange(len(leaving) + 1, dtype=np.float64) * INTERVAL
        logs = np.concatenate([[0.0], np.cumsum(np.log1p(-leaving))])
        start = min(spell.days, ends[-1] - INTERVAL)
        days = np.concatenate([[start], ends[ends > start]])
        staying = np.exp(np.interp(days, ends, logs) - np.interp(start, ends, logs))
        shares = (on / np.maximum(on + lost, 1e-12))[-(len(days) - 1) :]
        left = 1.0 - staying[-1]
        moved = float(np.sum(-np.diff(staying) * shares))
        return _Ahead(days - start, staying, moved / left if left > 1e-9 else 0.0)


def moves_on(ways: Mapping[Exit, Values], days: float) -> Values:
    """The chance to leave by moving on after `days` in the stage, (draws,), of chances in each interval (m, draws).

    Within an interval the hazard is taken to be constant, as in a forecast.
    """
    on, lost = ways[Exit.advanced], ways[Exit.lost]
    leaving = np.minimum(on + lost, MOST)
    first = min(int(days // INTERVAL), len(leaving) - 1)
    rest = 1.0 - min(days / INTERVAL - first, 1.0 - 1e-9)
    logs = np.log1p(-leaving[first:]) * np.concatenate([[rest], np.ones(len(leaving) - first - 1)])[:, None]
    staying = np.exp(np.cumsum(logs, axis=0))
    left = np.concatenate([np.ones((1, staying.shape[1])), staying[:-1]]) - staying
    shares = (on / np.maximum(on + lost, 1e-12))[first:]
    return np.asarray((left * shares).sum(axis=0) / np.maximum(left.sum(axis=0), 1e-9))


def _drawn(fitted: Fitted, rng: np.random.Generator, draws: int) -> Fitted:
    """Coefficients (p, draws) that are as compatible with the history as the fitted ones."""
    scaled = np.linalg.solve(np.linalg.cholesky(fitted.curvature).T, rng.normal(size=(len(fitted.coefficients), draws)))
    return replace(fitted, coefficients=fitted.coefficients[:, None] + scaled)


@dataclass(frozen=True, slots=True, eq=False)
class _Ahead:
    """The share `staying` (m,) after so many `days` (m,) from now, and the chance to leave by moving on."""

    days: Values
    staying: Values
    moves_on: float

    def day_by(self, left: float) -> float:
        """The day by which the share `left` has left; the last day looked at where it never does."""
        reached = np.flatnonzero(self.staying <= 1.0 - left)
        if not len(reached):
            return float(self.days[-1])
        pair = [int(reached[0]), int(reached[0]) - 1]
        return float(np.interp(1.0 - left, self.staying[pair], self.days[pair]))


def _next(spell: Spell, stage: str) -> Spell:
    """The same deal, just come into a later stage."""
    return replace(spell, group=replace(spell.group, stage=stage), days=0.0, since=0.0)


def _as_seen(usual: Usual, curve: Curve | None) -> Usual:
    """The usual time with the middle that the history shows, which is drawn towards the usual one where it is thin."""
    middle = curve.quantile(0.5) if curve is not None else None
    return replace(usual, median=middle) if middle else usual


def _of(spells: Sequence[Spell], group: Group) -> list[Spell]:
    """The spells of a group; "" of kind or band stands for all."""
    return [
        spell
        for spell in spells
        if spell.group.stage == group.stage
        and group.kind in ("", spell.group.kind)
        and group.sum_band in ("", spell.group.sum_band)
    ]
