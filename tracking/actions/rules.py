"""The rules of the next best action, as data: what may be done, when, why, what it averts and what it costs.

What an action is worth is what it is expected to save by the work it takes:

    gain = worth × risk × averts        in 万元
    score = gain / effort               in 万元 a day of work

`worth` and `risk` are those of the deal (see `Facts`). `averts` is the share of failures that the action prevents,
`effort` the days of work it takes a staff member; both are stated here by judgement, until what followed the actions
that were taken (`workflow.reports.actions`) says better. Closing saves no deal but the work of keeping it:
`gain = KEEPING × months left × risk`.

Rules a maintainer must keep: what holds of a deal holds of a slower or less promising one too, so that more danger
never takes a proposal away; and nothing is proposed that is done already or cannot be done here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from models.deal_enums import ActionReason, ContractKind, EvidenceKind, NextAction
from tracking.actions.facts import Facts
from tracking.reasons import Phase

Params = Mapping[str, str | int]

KEEPING: Final = 0.1
"""万元 a month: half a day of work to keep a deal open that goes nowhere."""
MONTH: Final = 30.0
PATIENCE, LONG_PATIENCE = 14, 45
"""Days of waiting after which a side is reminded, and somebody else there is asked."""
OVERDUE, SILENCE = 3, 45
"""Days after which an own step is called in, and a deal counts as silent."""
HOPELESS: Final = 0.85
"""Risk from which closing is spoken of."""
MIDDLE: Final = 50.0
"""Percentile from which a deal is slower than most of its kind."""
LAB_TRL: Final = 6
"""Up to here nothing was shown at pilot scale (TRL, GB/T 22900)."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What an action takes: days of work, working days until it is due, and days until it is proposed again.

    In one stage it is taken `tries` times at most: who did not answer three reminders does not answer a fourth.
    """

    effort: float
    due_in: int
    rests: int
    tries: int = 1


COSTS: Final[Mapping[NextAction, Cost]] = {
    NextAction.REMIND: Cost(effort=0.1, due_in=3, rests=14, tries=3),
    NextAction.CHANGE_CONTACT: Cost(effort=0.5, due_in=5, rests=60),
    NextAction.ASK_EVIDENCE: Cost(effort=0.25, due_in=5, rests=30, tries=3),
    NextAction.SPLIT: Cost(effort=2.0, due_in=10, rests=180),
    NextAction.PILOT_PARTNER: Cost(effort=5.0, due_in=20, rests=180),
    NextAction.SUBSIDY: Cost(effort=3.0, due_in=20, rests=365),
    NextAction.CLOSE: Cost(effort=0.5, due_in=5, rests=90),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One reason for one action: when it holds, what is said with it, and the share of failures that it averts."""

    action: NextAction
    because: ActionReason
    averts: float
    holds: Callable[[Facts], bool]
    says: Callable[[Facts], Params]

    def gain(self, facts: Facts) -> float:
        """万元."""
        if self.action is NextAction.CLOSE:
            return KEEPING * facts.remaining / MONTH * facts.risk
        return facts.worth * facts.risk * self.averts


def _waits(facts: Facts, days: int) -> bool:
    return facts.waiting_for is not None and facts.waiting_days >= days


def _side(facts: Facts) -> Params:
    return {"side": facts.waiting_for.value if facts.waiting_for else "", "days": facts.waiting_days}


def _slow(facts: Facts) -> bool:
    return facts.percentile >= MIDDLE


def _misses(facts: Facts) -> bool:
    return _slow(facts) and bool(facts.missing) and not facts.shown.intersection(facts.missing)


def _needs_scale_up(facts: Facts) -> bool:
    before = facts.phase is Phase.NEGOTIATION and not facts.is_signed
    return before and facts.trl is not None and facts.trl <= LAB_TRL and not facts.has_partner


def _scales_up_slowly(facts: Facts) -> bool:
    develops = facts.kind is ContractKind.DEVELOPMENT and facts.stage in ("carrying_out", "pilot")
    return develops and _slow(facts) and not facts.has_partner


def _may_apply(facts: Facts) -> bool:
    registered = EvidenceKind.REGISTRATION_CERTIFICATE in facts.shown
    return facts.is_signed and registered and facts.stage != "return_visit" and NextAction.SUBSIDY not in facts.tried


def _is_hopeless(facts: Facts) -> bool:
    asked = facts.tried >= {NextAction.REMIND, NextAction.CHANGE_CONTACT}
    return facts.risk >= HOPELESS and asked and not facts.is_signed


RULES: Final = (
    Rule(NextAction.REMIND, ActionReason.WAITING_LONG, 0.04, lambda f: _waits(f, PATIENCE), _side),
    Rule(
        NextAction.REMIND,
        ActionReason.STEP_OVERDUE,
        0.03,
        lambda f: f.overdue_days >= OVERDUE,
        lambda f: {"days": f.overdue_days},
    ),
    Rule(
        NextAction.REMIND,
        ActionReason.SILENT,
        0.02,
        lambda f: f.silent_days >= SILENCE,
        lambda f: {"days": f.silent_days},
    ),
    Rule(
        NextAction.CHANGE_CONTACT,
        ActionReason.NO_ANSWER_TO_REMINDERS,
        0.12,
        lambda f: _waits(f, LONG_PATIENCE) and NextAction.REMIND in f.tried,
        _side,
    ),
    Rule(
        NextAction.CHANGE_CONTACT,
        ActionReason.NO_CONTACT,
        0.08,
        lambda f: not f.names_contact and not f.is_signed,
        lambda f: {},
    ),
    Rule(
        NextAction.ASK_EVIDENCE,
        ActionReason.EVIDENCE_MISSING,
        0.05,
        _misses,
        lambda f: {"evidence": ",".join(kind.value for kind in f.missing)},
    ),
    Rule(
        NextAction.SPLIT,
        ActionReason.SEVERAL_NEEDS,
        0.12,
        lambda f: f.needs > 1 and not f.is_signed and _slow(f),
        lambda f: {"n": f.needs},
    ),
    Rule(
        NextAction.SPLIT,
        ActionReason.SEVERAL_SUPPLIERS,
        0.08,
        lambda f: f.suppliers > 1 and not f.is_signed and _slow(f),
        lambda f: {"n": f.suppliers},
    ),
    Rule(
        NextAction.PILOT_PARTNER,
        ActionReason.SCALE_UP_AHEAD,
        0.15,
        _needs_scale_up,
        lambda f: {"trl": f.trl or 0},
    ),
    Rule(
        NextAction.PILOT_PARTNER,
        ActionReason.SCALE_UP_SLOW,
        0.2,
        _scales_up_slowly,
        lambda f: {"days": round(f.days)},
    ),
    Rule(NextAction.SUBSIDY, ActionReason.REGISTERED, 0.06, _may_apply, lambda f: {}),
    Rule(
        NextAction.CLOSE,
        ActionReason.HARDLY_ANY_CHANCE,
        0.0,
        _is_hopeless,
        lambda f: {"percent": round(100 * (1 - f.risk))},
    ),
)
