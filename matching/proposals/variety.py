"""Who gets the places: no organisation takes too many, and a few places explore.

- At most `per_organisation` suppliers of one organisation stand on a list, whatever their bands, as long as others can
  fill it; where none are left, those set aside fill it after all.
- A share of the places, rounded down and never among the first `FIRST_PLACES`, goes by lot to suppliers at least worth
  a look that did not earn a place. Of those with room, the `POOL` least shown for each such place take part, each with
  a chance in proportion to 1 / (1 + times shown). Where none qualifies the place is ranked like the others.
- Bands and scores alone order the list that results.

Keys sort best first. A key may be an upper bound until it is settled: only those whose turn it may be are settled, and
the result is the same as if all were.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import heapify, heappop, heappush
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
    """Who may take a place: the organisations that share the list, and how often it was shown to anybody lately."""

    supplier: int
    key: Key
    organisations: frozenset[int] = frozenset()
    shown: int = 0


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


def choose(entrants: Sequence[Entrant], policy: Policy, settle: Callable[[int], Key]) -> Choice:
    """The list for `entrants`, the same for any order of them; `settle` gives a supplier's final key, never better.

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
    keys = [entrant.key for entrant in everybody]
    entrants = [entrant for entrant, band in zip(everybody, chosen, strict=True) if band is not Band.excluded]
    listed = choose(entrants, policy, keys.__getitem__).listed
    others = sorted(set(range(len(keys))).difference(listed), key=lambda i: (keys[i], i))
    return np.array([*listed, *others], dtype=np.int64)


class _Filling:
    """A list being filled. The heap holds who has no place yet, under a key that may be too good (see `_best`)."""

    def __init__(self, entrants: Sequence[Entrant], policy: Policy, settle: Callable[[int], Key]) -> None:
        self._entrants = {entrant.supplier: entrant for entrant in entrants}
        if len(self._entrants) < len(entrants):
            raise ValueError(f"a supplier comes twice in {sorted(entrant.supplier for entrant in entrants)}")
        self._most = policy.per_organisation if policy.varied else len(entrants)
        self._settle = settle
        self._keys = {entrant.supplier: entrant.key for entrant in entrants}
        self._settled: set[int] = set()
        self._heap = [(entrant.key, entrant.supplier) for entrant in entrants]
        heapify(self._heap)
        self._taken: Counter[int] = Counter()
        self._listed: dict[int, None] = {}
        self.set_aside: dict[int, int] = {}

    def in_order(self) -> list[int]:
        """Everybody on the list by final key."""
        return sorted(self._listed, key=lambda supplier: (self._keys[supplier], supplier))

    def earn(self, places: int) -> None:
        """The list has up to `places` suppliers, the best that have room joining it."""
        while len(self._listed) < places and (supplier := self._best()) is not None:
            self._take(supplier)

    def draw(self, places: int, seed: int) -> dict[int, Fraction]:
        """Up to `places` more have joined by lot, each with its chance."""
        pool = self._pool(places)
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

    def _best(self) -> int | None:
        """The best of those that have room, settled; who has none is set aside. None when nobody is left."""
        while self._heap:
            key, supplier = heappop(self._heap)
            if supplier in self._listed:
                continue
            if (owner := self._full(supplier, self._taken)) is not None:
                self.set_aside[supplier] = owner
            elif self._final(supplier) == key:
                return supplier
            else:
                heappush(self._heap, (self._keys[supplier], supplier))
        return None

    def _pool(self, places: int) -> list[int]:
        """Who takes part in the lottery, ascending: the least shown that qualify and that fit on the list together."""
        waiting = [supplier for key, supplier in self._heap if key[0] <= QUALIFIED and supplier not in self._listed]
        waiting.sort(key=lambda supplier: (self._entrants[supplier].shown, self._keys[supplier], supplier))
        taken, pool = self._taken.copy(), list[int]()
        for supplier in waiting:
            if self._full(supplier, taken) is None and len(pool) < POOL * places:
                taken.update(self._entrants[supplier].organisations)
                pool.append(supplier)
        return sorted(supplier for supplier in pool if self._final(supplier)[0] <= QUALIFIED)

    def _final(self, supplier: int) -> Key:
        """The settled key. What is at the lowest band cannot fall further."""
        if supplier not in self._settled and self._keys[supplier][0] < _LOWEST:
            self._keys[supplier] = self._settle(supplier)
        self._settled.add(supplier)
        return self._keys[supplier]

    def _take(self, supplier: int) -> None:
        self._listed[supplier] = None
        self._taken.update(self._entrants[supplier].organisations)

    def _full(self, supplier: int, taken: Mapping[int, int]) -> int | None:
        """An organisation of the supplier that has its share of the list, None if it has room."""
        owners = self._entrants[supplier].organisations
        return min((owner for owner in owners if taken.get(owner, 0) >= self._most), default=None)
