"""How long each stage of something took."""

from collections.abc import Mapping
from time import perf_counter


class Watch:
    """Seconds per stage, from its making on."""

    def __init__(self) -> None:
        self._started = self._last = perf_counter()
        self._laps: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        """What passed since the last lap belongs to `stage`."""
        now = perf_counter()
        self._laps[stage] = now - self._last
        self._last = now

    def timings(self) -> Mapping[str, float]:
        """Seconds by stage, and the `total` up to now."""
        return self._laps | {"total": perf_counter() - self._started}
