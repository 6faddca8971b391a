"""What the rules of the next best action know of an open deal, or of one of its contracts."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from models.deal_enums import ContractKind, DealStatus, EvidenceKind, NextAction, PartyRole
from tracking.reasons import Phase

_10K: Final = 1_000_000
"""分 in 万元."""
LEAST_WORTH, USUAL_WORTH, MOST_WORTH = 10.0, 50.0, 1000.0
"""万元: a deal counts as worth at least and at most so much, and so much where its sum is not known. Otherwise small
deals would never be looked after, and one large deal would drown all others."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Where a track stands today.

    `percentile` (0–100): of such stays, how many in a hundred had left by now; `ends_well` (0–1): the chance to get
    through this stage and every later one; `remaining` days in the stage. `value` in 分 is the contract's sum, before
    signing what the need has to spend. `tried` are the actions taken since the stage began, `resting` those that were
    taken or declined so lately that they are not proposed again.
    """

    stage: str
    phase: Phase
    today: date
    status: DealStatus = DealStatus.OPEN
    days: float = 0.0
    percentile: float = 0.0
    ends_well: float = 1.0
    remaining: float = 0.0
    value: int | None = None
    waiting_for: PartyRole | None = None
    waiting_days: int = 0
    overdue_days: int = 0
    silent_days: int = 0
    missing: tuple[EvidenceKind, ...] = ()
    shown: frozenset[EvidenceKind] = frozenset()
    names_contact: bool = True
    needs: int = 1
    suppliers: int = 1
    has_partner: bool = False
    kind: ContractKind | None = None
    trl: int | None = None
    tried: frozenset[NextAction] = frozenset()
    resting: frozenset[NextAction] = frozenset()

    @property
    def is_signed(self) -> bool:
        """Whether it is a contract that is being carried out."""
        return self.kind is not None

    @property
    def late(self) -> float:
        """0 up to the middle of its kind, then rising to 1 for the slowest."""
        return min(max((self.percentile - 50.0) / 50.0, 0.0), 1.0)

    @property
    def risk(self) -> float:
        """The share of its worth that is in danger, 0 to 1: the forecast's chance to fail, more when it is late.

        `1 − ends_well · (1 − late / 2)`: a deal that is the slowest of its kind is given half its chance.
        """
        return 1.0 - min(max(self.ends_well, 0.0), 1.0) * (1.0 - self.late / 2.0)

    @property
    def worth(self) -> float:
        """万元."""
        if self.value is None:
            return USUAL_WORTH
        return min(max(self.value / _10K, LEAST_WORTH), MOST_WORTH)
