"""How far a capability has come: the five words platforms use, and the technology readiness levels they stand for.

The ranges meet (a level 5 may be a prototype or have passed its laboratory test), so the word says more than the level.
"""

from enum import StrEnum
from functools import cache

from core.taxonomy.taxonomy import Code, Taxonomy


class Maturity(StrEnum):
    """From an idea being worked on to a product that can be made in quantity."""

    IN_RESEARCH = "in_research"
    PROTOTYPE = "prototype"
    LAB_TEST = "lab_test"
    PILOT_TEST = "pilot_test"
    MASS_PRODUCTION = "mass_production"


_TRL_RANGES = {
    Maturity.IN_RESEARCH: (1, 3),
    Maturity.PROTOTYPE: (4, 5),
    Maturity.LAB_TEST: (5, 6),
    Maturity.PILOT_TEST: (6, 8),
    Maturity.MASS_PRODUCTION: (9, 9),
}


@cache
def maturities() -> Taxonomy:
    """The five words with their names in both languages, least mature first."""
    return Taxonomy(
        "maturities",
        (
            Code(Maturity.IN_RESEARCH, "正在研发", "In research"),
            Code(Maturity.PROTOTYPE, "已有样品", "Prototype"),
            Code(Maturity.LAB_TEST, "通过小试", "Laboratory test passed"),
            Code(Maturity.PILOT_TEST, "通过中试", "Pilot test passed"),
            Code(Maturity.MASS_PRODUCTION, "可以量产", "Ready for mass production"),
        ),
    )


def trl_range(maturity: Maturity) -> tuple[int, int]:
    """The lowest and highest technology readiness level (1–9) that `maturity` stands for."""
    return _TRL_RANGES[maturity]


def maturity_of_trl(level: int) -> Maturity:
    """The word for a technology readiness level; where two words share it, the one that claims less.

    Raises ValueError for a level outside 1–9.
    """
    for maturity, (low, high) in _TRL_RANGES.items():
        if low <= level <= high:
            return maturity
    raise ValueError(f"technology readiness level {level} is not between 1 and 9")
