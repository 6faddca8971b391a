"""The kinds of rules by the names that rule files use. Whether a rule is hard is decided here, never in a file."""

from collections.abc import Callable
from typing import Final

from matching.rules.conflict import ConflictOfInterest
from matching.rules.exclusion import Exclusion, excludes_anything
from matching.rules.facts import NeedFacts
from matching.rules.findings import Kind
from matching.rules.hard import Capacity, Expiry, MinimumMaturity, RequiredRegion, RightsStance, RightsState
from matching.rules.soft import (
    BudgetGap,
    FieldDistance,
    Freshness,
    GradeRule,
    IndustryDistance,
    MaturityGap,
    ModeFit,
    RegionNearness,
    wanted_level,
)

HARD: Final[dict[str, type[Kind]]] = {
    "conflict_of_interest": ConflictOfInterest,
    "exclusion": Exclusion,
    "capacity": Capacity,
    "required_region": RequiredRegion,
    "ipr_stance": RightsStance,
    "ipr_state": RightsState,
    "expired": Expiry,
    "minimum_maturity": MinimumMaturity,
}
"""A FAIL excludes. In this order they are evaluated, kept and shown."""

SOFT: Final[dict[str, type[Kind]]] = {
    "freshness": Freshness,
    "maturity_gap": MaturityGap,
    "budget_gap": BudgetGap,
    "mode_fit": ModeFit,
    "region_nearness": RegionNearness,
    "grade": GradeRule,
    "field_distance": FieldDistance,
    "industry_distance": IndustryDistance,
}
"""A signal moves the score by its weight."""

DEMANDS: Final[dict[str, Callable[[NeedFacts], bool]]] = {
    "exclusion": excludes_anything,
    "required_region": lambda need: bool(need.regions),
    "ipr_stance": lambda need: bool(need.ipr_stances),
    "ipr_state": lambda need: bool(need.ipr_states),
    "minimum_maturity": lambda need: need.least_trl is not None or need.least_maturity is not None,
    "maturity_gap": lambda need: wanted_level(need) is not None,
    "mode_fit": lambda need: bool(need.modes),
}
"""Whether a need demands anything of these rules; of one that does not they say `NOTHING_DEMANDED`, whoever offers."""

ALWAYS_ON: Final = frozenset({"conflict_of_interest", "exclusion"})
"""No file can switch these off: the one protects the society, the other is the asker's own word."""

UNKNOWN_EXCLUDES: Final = frozenset({"conflict_of_interest"})
"""Here not knowing is as bad as failing."""
