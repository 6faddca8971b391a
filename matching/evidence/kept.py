"""What is made of single texts, kept for the next time; what is missing is made together."""

from collections.abc import Callable, Hashable, Sequence
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """Up to `most` values by key, those asked for last. `make` gives one for each key, whatever the other keys are."""

    def __init__(self, most: int, make: Callable[[Sequence[K]], Sequence[V]]) -> None:
        self._most, self._make = most, make
        self._values: dict[K, V] = {}
        self._lock = Lock()

    def of(self, keys: Sequence[K]) -> list[V]:
        """The values of `keys`, in order."""
        with self._lock:
            values = {key: self._values[key] for key in keys if key in self._values}
        if new := [key for key in dict.fromkeys(keys) if key not in values]:
            values.update(zip(new, self._make(new), strict=True))
        with self._lock:
            self._keep(values)
        return [values[key] for key in keys]

    def _keep(self, values: dict[K, V]) -> None:
        for key, value in values.items():
            self._values.pop(key, None)
            self._values[key] = value
        while len(self._values) > self._most:
            del self._values[next(iter(self._values))]
