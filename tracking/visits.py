"""Return visits (效益回访): on which days after its acceptance a contract is looked at again, and what holds of one."""

from datetime import date
from typing import Final

from core.errors import Invalid, Problem
from tracking.templates import Template
from tracking.working_days import anniversary

STAGE: Final = "return_visit"
_YEAR: Final = 365


def visits_of(template: Template) -> int:
    """How many yearly visits follow the acceptance of a contract with these stages."""
    stage = template.stage(STAGE)
    return round(stage.usual_days[1] / _YEAR) if stage else 0


def visit_days(accepted_on: date, count: int) -> tuple[date, ...]:
    """The anniversaries of the acceptance on which the visits are due; of 29 February mostly the 28th."""
    return tuple(anniversary(accepted_on, year) for year in range(1, count + 1))


def check_visit(accepted_on: date, done_on: date, *, today: date) -> None:
    """A visit was made by today, and not before what it looks at was accepted. Raises Invalid."""
    if done_on > today:
        raise Invalid("deal.day_in_future", (Problem("field.in_future", field="done_on"),))
    if done_on < accepted_on:
        raise Invalid("deal.visit_before_acceptance", (Problem("field.before_acceptance", field="done_on"),))
