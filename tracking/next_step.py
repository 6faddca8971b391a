"""What the day of a next step must obey: nobody can be reminded in the past. A pure rule."""

from datetime import date

from core.errors import Invalid, Problem


def check_step_day(due: date | None, *, today: date, known: date | None = None) -> None:
    """A next step is due today or later; `known` is the day it had already, which may be over. Raises Invalid."""
    if due is not None and due < today and due != known:
        raise Invalid("deal.step_in_past", (Problem("field.before_today", field="next_step_due"),))
