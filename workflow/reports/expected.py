"""What the open deals before signing may be signed for: nothing is said of it below a stated minimum of history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from core.database import ReadSession
from models.access import Viewer
from models.deal_enums import DealStatus
from tracking.stall.expected import expected_sum
from tracking.stall.spells import Exit
from tracking.templates import COMMON
from workflow.reports.budgets import budgets_of
from workflow.reports.histories import Stay, later_stages
from workflow.reports.learned import learned

LEAST_ENDED: Final = 30
"""Stays before signing that must have ended before a sum is expected of the open deals."""
_SEED: Final = 0


@dataclass(frozen=True, slots=True)
class Expected:
    """Sums in 分, to two digits; None where the history is too short, or no open deal has a budget."""

    waiting: int
    without_budget: int
    ended: int
    amount: int | None = None
    interval: tuple[int, int] | None = None


def expect_sum(session: ReadSession, viewer: Viewer, stays: Sequence[Stay], *, now: datetime) -> Expected:
    """Of the deals among `stays` that are open and not signed yet, by what became of earlier ones.

    A need's budget counts for what a deal may be signed for: anything between its bounds.
    """
    waiting = [stay for stay in stays if stay.is_open and is_before_signing(stay)]
    budgets = budgets_of(session, (stay.deal for stay in waiting))
    known = [stay for stay in waiting if stay.deal.key in budgets]
    ended = sum(stay.spell.exit is not Exit.open and stay.row.template == COMMON.name for stay in stays)
    counts = len(waiting), len(waiting) - len(known), ended
    if ended < LEAST_ENDED or not known:
        return Expected(*counts)
    forecaster = learned(session, viewer, known, now=now)
    rng = np.random.default_rng(_SEED)  # the same page twice shows the same sum
    chances = forecaster.good_ends([(stay.spell, later_stages(stay)) for stay in known], rng)
    low, high = (np.array([budgets[stay.deal.key][end] for stay in known], float) for end in (0, 1))
    found = expected_sum(chances, low, high, rng)
    return Expected(*counts, _rough(found.mean), (_rough(found.interval[0]), _rough(found.interval[1])))


def is_before_signing(stay: Stay) -> bool:
    """Whether the deal is open and has no contract yet."""
    return stay.row.template == COMMON.name and stay.deal.status is DealStatus.OPEN


def _rough(amount: float) -> int:
    """The sum in 分 to two digits: nothing more is known of what may be signed."""
    return int(float(f"{amount:.1e}"))
