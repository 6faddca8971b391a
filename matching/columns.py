"""Columns that grow at the end: numbers, and short lists of codes."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matching.vectors.positions import SLACK, Rows


class Column:
    """Values that grow at the end; a growth copies only now and then."""

    def __init__(self, dtype: type[np.signedinteger]) -> None:
        self._values = np.zeros(0, dtype=dtype)
        self._count = 0

    @property
    def values(self) -> NDArray[np.signedinteger]:
        """The values (n,), a view: valid until the next `extend`."""
        return self._values[: self._count]

    def extend(self, values: Sequence[int] | NDArray[np.signedinteger]) -> None:
        """New last values."""
        needed = self._count + len(values)
        if needed > len(self._values):
            grown = np.zeros(max(needed + SLACK, len(self._values) * 3 // 2), dtype=self._values.dtype)
            grown[: self._count] = self.values
            self._values = grown
        self._values[self._count : needed] = values
        self._count = needed

    def at(self, rows: Rows) -> "Column":
        """A new column of the values of `rows`."""
        column = Column(self._values.dtype.type)
        column.extend(self.values[rows])
        return column


class CodeLists:
    """For each row a few codes of a classification, kept as numbers."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._ends = Column(np.int64)
        self._codes = Column(np.int32)

    @property
    def names(self) -> list[str]:
        """The codes that occur, by number."""
        return list(self._numbers)

    def extend(self, lists: Sequence[Sequence[str]]) -> None:
        """New last rows with these codes."""
        codes = [self._numbers.setdefault(code, len(self._numbers)) for one in lists for code in one]
        self._ends.extend(len(self._codes.values) + np.cumsum([len(one) for one in lists], dtype=np.int64))
        self._codes.extend(codes)

    def any_of(self, rows: Rows, wanted: Callable[[str], bool]) -> NDArray[np.float32]:
        """1 where a row has a code that is `wanted`, else 0; (len(rows),)."""
        if not self._numbers:
            return np.zeros(len(rows), dtype=np.float32)
        sought = np.fromiter(map(wanted, self._numbers), dtype=np.bool_, count=len(self._numbers))
        owners, entries = self._entries(rows)
        hits = np.bincount(owners, sought[self._codes.values[entries]], len(rows))
        return np.asarray(hits > 0, dtype=np.float32)

    def at(self, rows: Rows) -> "CodeLists":
        """New lists of the codes of `rows`."""
        lists = CodeLists()
        owners, entries = self._entries(rows)
        lists._numbers = dict(self._numbers)
        lists._ends.extend(np.cumsum(np.bincount(owners, minlength=len(rows))))
        lists._codes.extend(self._codes.values[entries])
        return lists

    def save(self, folder: Path) -> list[str]:
        """Writes ends and numbers, not the names; returns the names of the files."""
        np.save(folder / "codes-ends.npy", self._ends.values, allow_pickle=False)
        np.save(folder / "codes.npy", self._codes.values, allow_pickle=False)
        return ["codes-ends.npy", "codes.npy"]

    @classmethod
    def load(cls, folder: Path, names: Sequence[str]) -> "CodeLists":
        """The saved lists, of codes with these `names` by number."""
        lists = cls()
        lists._numbers = {name: number for number, name in enumerate(names)}
        lists._ends.extend(np.load(folder / "codes-ends.npy", allow_pickle=False))
        lists._codes.extend(np.load(folder / "codes.npy", allow_pickle=False))
        return lists

    def _entries(self, rows: Rows) -> tuple[Rows, Rows]:
        """For every code of `rows`, whose it is (a place in `rows`) and where it stands."""
        ends = self._ends.values[rows]
        first = np.where(rows > 0, self._ends.values[np.maximum(rows, 1) - 1], 0)
        sizes = ends - first
        starts = np.cumsum(sizes) - sizes
        owners = np.repeat(np.arange(len(rows)), sizes)
        return owners, np.arange(sizes.sum()) + np.repeat(first - starts, sizes)
