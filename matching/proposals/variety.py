"""Who gets the places: no organisation takes too many, and a few places explore.

- At most `per_organisation` suppliers of one organisation stand on a list, whatever their bands, as long as others can
  fill it; where none are left, those set aside fill it after all.
- A share of the places, rounded down and never among the first `FIRST_PLACES`, goes by lot to suppliers at least worth
  a look that did not earn a place. Of those with room, the `POOL` least shown for each such place take part, each with
  a chance in proportion to 1 / (1 + times shown). Where none qualifies the place is ranked like the others.
- Bands and scores alone order the list that results.

Keys sort best first. A key may be an upper bound until it is settled. Only those are settled whose turn must come
before the places are filled, many at a time, who might turn out not to qualify for the lottery, and whoever is told of
at the end: who earns a place, and who takes part, is the same as if all were.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import heapify, heappop, heappush, nsmallest
from math import floor
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching.evidence.caps import LOWEST, ORDER, rank_key
from matching.proposals.lottery import drawn, probabilities
from matching.proposals.types import Policy
from matching.types import Band

FIRST_PLACES: Final = 3
"""So many places are always earned."""
POOL: Final = 5
"""So many suppliers take part in the lottery for one place."""
QUALIFIED: Final = ORDER.index(Band.worth_a_look)
_LOWEST: Final = ORDER.index(LOWEST)

Key = tuple[int, float]
"""Position of the band, minus the score; as of `matching.evidence.caps.rank_key`."""


@dataclass(frozen=True, slots=True)
class Entrant:
    """Who may take a place: the organisations that share the list, and how often it was shown to anybody lately.

    `least` is the position of the lowest band that settling may leave; `is_told`: whether people read what became of
    the supplier even where it has no place.
    """

    supplier: int
    key: Key
    organisations: frozenset[int] = frozenset()
    shown: int = 0
    least: int = _LOWEST
    is_told: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """The suppliers of the list, best first; the chances of those drawn by lot; who was set aside for whose sake."""

    listed: tuple[int, ...]
    chances: Mapping[int, Fraction]
    set_aside: Mapping[int, int]
    """Supplier → the organisation that had its share."""


def explored_places(policy: Policy) -> int:
    """How many places of a list explore."""
    if not policy.varied:
        return 0
    return max(0, min(floor(policy.k * policy.explored_share + 1e-9), policy.k - FIRST_PLACES))


Settle = Callable[[Sequence[int]], Mapping[int, Key]]
"""The final keys of suppliers, each once; none is better than the one it had, nor below its least band."""


def choose(entrants: Sequence[Entrant], policy: Policy, settle: Settle) -> Choice:
    """The list for `entrants`, the same for any order of them.

    Raises:
        ValueError: two entrants are the same supplier.

    """
    filling = _Filling(entrants, policy, settle)
    explored = explored_places(policy)
    filling.earn(policy.k - explored)
    chances = filling.draw(explored, policy.seed)
    filling.earn(policy.k)
    filling.fill_up(policy.k)
    return Choice(tuple(filling.in_order()), chances, filling.set_aside)


def likely(entrants: Sequence[Entrant], policy: Policy) -> list[int]:
    """Whom `choose` would settle if that changed no key: mostly those whom it does settle, bit by bit."""
    asked: list[int] = []

    def unchanged(suppliers: Sequence[int]) -> Mapping[int, Key]:
        asked.extend(suppliers)
        return {}

    choose(entrants, policy, unchanged)
    return asked


def varied_order(
    scores: Sequence[float] | NDArray[np.floating],
    organisations: Sequence[frozenset[int]],
    shown: Sequence[int],
    policy: Policy,
    *,
    bands: Sequence[Band] | None = None,
) -> NDArray[np.int64]:
    """Positions 0 … n-1, the varied list first and after it the others by score, as (n,); ties by position.

    For measuring what variety costs: the plain order is that of `policy` with `varied` off. All that goes in has length
    n; without `bands` everybody counts as qualified; `Band.excluded` takes no place.

    Raises:
        ValueError: lengths differ.

    """
    chosen = bands if bands is not None else [Band.strong] * len(scores)
    parts = zip(scores, organisations, shown, chosen, strict=True)
    everybody = [
        Entrant(position, rank_key(band, float(score)), owners, times)
        for position, (score, owners, times, band) in enumerate(parts)
    ]
    keys = {entrant.supplier: entrant.key for entrant in everybody}
    entrants = [entrant for entrant, band in zip(everybody, chosen, strict=True) if band is not Band.excluded]
    listed = choose(entrants, policy, lambda some: {i: keys[i] for i in some}).listed
    others = sorted(keys.keys() - set(listed), key=lambda i: (keys[i], i))
    return np.array([*listed, *others], dtype=np.int64)


class _Filling:
    """A list being filled. The heap holds who has no place yet, under a key that may be too good (see `_best`)."""

    def __init__(self, entrants: Sequence[Entrant], policy: Policy, settle: Settle) -> None:
        self._entrants = {entrant.supplier: entrant for entrant in entrants}
        if len(self._entrants) < len(entrants):
            raise ValueError(f"a supplier comes twice in {sorted(entrant.supplier for entrant in entrants)}")
        self._most = policy.per_organisation if policy.varied else len(entrants)
        self._settle = settle
        self._keys = {entrant.supplier: entrant.key for entrant in entrants}
        self._settled = {entrant.supplier for entrant in entrants if entrant.key[0] >= _LOWEST}
        self._heap = [(entrant.key, entrant.supplier) for entrant in entrants]
        heapify(self._heap)
        self._taken: Counter[int] = Counter()
        self._listed: dict[int, None] = {}
        self.set_aside: dict[int, int] = {}
        self._pool: list[int] = []
        """Who might take part in the lottery."""

    def in_order(self) -> list[int]:
        """Everybody on the list by final key."""
        self._settle_all([*self._listed, *(supplier for supplier in self._pool if self._entrants[supplier].is_told)])
        return sorted(self._listed, key=lambda supplier: (self._keys[supplier], supplier))

    def earn(self, places: int) -> None:
        """The list has up to `places` suppliers, the best that have room joining it."""
        while (left := places - len(self._listed)) > 0 and (supplier := self._best(left)) is not None:
            self._take(supplier)

    def draw(self, places: int, seed: int) -> dict[int, Fraction]:
        """Up to `places` more have joined by lot, each with its chance."""
        pool = self._taking_part(places)
        weights = [Fraction(1, 1 + self._entrants[supplier].shown) for supplier in pool]
        chances = probabilities(weights, places)
        lucky = {pool[i]: chances[i] for i in drawn(chances, seed)}
        for supplier in lucky:
            self._take(supplier)
        return lucky

    def fill_up(self, places: int) -> None:
        """Those set aside have joined where the list has fewer than `places` without them."""
        if len(self._listed) < places:
            self._most = len(self._entrants)
            self._heap = [(self._keys[supplier], supplier) for supplier in self.set_aside]
            heapify(self._heap)
            self.earn(places)
            self.set_aside = {s: owner for s, owner in self.set_aside.items() if s not in self._listed}

    def _best(self, left: int) -> int | None:
        """The best of those that have room, settled; who has none is set aside. None when nobody is left.

        To fill `left` places the turn of the next `left` must come, whatever their final keys are: a place filled
        before one of them takes another of them. So they are settled together.
        """
        while self._heap:
            key, supplier = heappop(self._heap)
            if supplier in self._listed:
                continue
            if (owner := self._full(supplier, self._taken)) is not None:
                self.set_aside[supplier] = owner
                continue
            if supplier not in self._settled:
                self._settle_all([supplier, *self._next(left - 1)])
            if self._keys[supplier] == key:
                return supplier
            heappush(self._heap, (self._keys[supplier], supplier))
        return None

    def _next(self, count: int) -> list[int]:
        """The next `count` that have room."""
        waiting = (s for _, s in self._heap if s not in self._listed and self._full(s, self._taken) is None)
        return nsmallest(count, waiting, key=lambda supplier: (self._keys[supplier], supplier))

    def _taking_part(self, places: int) -> list[int]:
        """Who takes part in the lottery, ascending: the least shown that qualify and that fit on the list together."""
        waiting = [s for _, s in self._heap if s not in self._listed and self._qualifies(s)]
        waiting.sort(key=lambda supplier: (self._entrants[supplier].shown, self._keys[supplier], supplier))
        taken, pool = self._taken.copy(), list[int]()
        for supplier in waiting:
            if self._full(supplier, taken) is None and len(pool) < POOL * places:
                taken.update(self._entrants[supplier].organisations)
                pool.append(supplier)
        self._pool = pool
        self._settle_all(supplier for supplier in pool if self._entrants[supplier].least > QUALIFIED)
        return sorted(supplier for supplier in pool if self._qualifies(supplier))

    def _qualifies(self, supplier: int) -> bool:
        return self._keys[supplier][0] <= QUALIFIED

    def _settle_all(self, suppliers: Iterable[int]) -> None:
        """Their keys are final. Who is at the lowest band cannot fall further."""
        open_ones = [supplier for supplier in dict.fromkeys(suppliers) if supplier not in self._settled]
        if open_ones:
            self._keys.update(self._settle(open_ones))
            self._settled.update(open_ones)

    def _take(self, supplier: int) -> None:
        self._listed[supplier] = None
        self._taken.update(self._entrants[supplier].organisations)

    def _full(self, supplier: int, taken: Mapping[int, int]) -> int | None:
        """An organisation of the supplier that has its share of the list, None if it has room."""
        owners = self._entrants[supplier].organisations
        return min((owner for owner in owners if taken.get(owner, 0) >= self._most), default=None)
