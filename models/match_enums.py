"""The closed sets of matches and of the rankers behind them; `models.enums` says what holds for all."""

from enum import StrEnum


class MatchStatus(StrEnum):
    """匹配状态."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DEFERRED = "deferred"


class Verdict(StrEnum):
    """评审结论."""

    ACCEPT = "accept"
    DECLINE = "decline"
    DEFER = "defer"


class SlotKind(StrEnum):
    """Why a match stood where it was shown."""

    RANKED = "ranked"
    EXPLORED = "explored"
    BY_HAND = "by_hand"


class MatcherPart(StrEnum):
    """What of the matcher changes apart from its code, and is kept by its content."""

    RANKER = "ranker"
    RULES = "rules"
    WEIGHTS = "weights"


class ModelKind(StrEnum):
    """What of the ranker was fitted to decisions made here: its order, or the scale of its scores."""

    ORDER = "order"
    SCALE = "scale"


class ModelState(StrEnum):
    """Where a fitted ranker stands: it won its trial, it lost, it is in force, it was."""

    CANDIDATE = "candidate"
    REFUSED = "refused"
    PROMOTED = "promoted"
    RETIRED = "retired"
