"""Which actions are worth proposing for a deal, the most worthwhile first."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from models.deal_enums import ActionReason, DealStatus, NextAction
from tracking.actions.facts import Facts
from tracking.actions.rules import COSTS, RULES, Params, Rule
from tracking.working_days import add_working_days

SHOWN = 2
"""How many are shown: a list of all would be no advice."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """An action that is proposed, why, by when, and what is expected of it: see `tracking.actions.rules`."""

    action: NextAction
    because: ActionReason
    params: Params
    gain: float
    effort: float
    due_on: date

    @property
    def score(self) -> float:
        """万元 a day of work."""
        return self.gain / self.effort


def proposals(facts: Facts) -> list[Proposal]:
    """Every action that the rules propose, each for its best reason, highest score first; on a tie as the rules stand.

    Nothing for a deal that is not open, and nothing that is resting.
    """
    if facts.status is not DealStatus.OPEN:
        return []
    found: dict[NextAction, Proposal] = {}
    for rule in RULES:
        if rule.action not in facts.resting and rule.holds(facts):
            made = _proposal(rule, facts)
            if rule.action not in found or made.gain > found[rule.action].gain:
                found[rule.action] = made
    return sorted(found.values(), key=lambda made: -made.score)


def resting(decided: Iterable[tuple[NextAction, date]], today: date) -> frozenset[NextAction]:
    """The actions that were taken or declined, on these days, so lately that they are not proposed again."""
    return frozenset(action for action, day in decided if (today - day).days < COSTS[action].rests)


def worn_out(taken: Iterable[NextAction]) -> frozenset[NextAction]:
    """Of the actions taken in a stage, each as often as it was, those that were taken often enough."""
    return frozenset(action for action, times in Counter(taken).items() if times >= COSTS[action].tries)


def _proposal(rule: Rule, facts: Facts) -> Proposal:
    cost = COSTS[rule.action]
    due = add_working_days(facts.today, cost.due_in).day
    return Proposal(rule.action, rule.because, rule.says(facts), rule.gain(facts), cost.effort, due)
