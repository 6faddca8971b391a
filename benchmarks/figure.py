"""One measured figure, and whether it is what was promised."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """`bar` is the promise in words ("≥ 0.8"), `holds` whether it is kept; both None for a figure without one."""

    benchmark: str
    figure: str
    value: float
    unit: str
    bar: str | None = None
    holds: bool | None = None


def measured(
    benchmark: str,
    figure: str,
    value: float,
    unit: str,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
) -> Figure:
    """The figure, held against the bar if there is one.

    Raises:
        ValueError: two bars are given.

    """
    if at_least is not None and at_most is not None:
        raise ValueError(f"{figure}: either at_least or at_most")
    if at_least is not None:
        return Figure(benchmark, figure, value, unit, f"≥ {at_least:g}", value >= at_least)
    if at_most is not None:
        return Figure(benchmark, figure, value, unit, f"≤ {at_most:g}", value <= at_most)
    return Figure(benchmark, figure, value, unit)
