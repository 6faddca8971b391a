"""The page of one's own reminders that are coming up."""

from dataclasses import dataclass

from fastapi import Response

from api.audiences import SOCIETY
from api.dependencies import NowDep, ReadSessionDep, ViewerDep
from api.policy import PolicyRouter, RateClass
from api.web.shell import ShellDep
from workflow.reminders import ReminderPublic, list_my_reminders
from workflow.reminders.reading import SOON

router = PolicyRouter(prefix="/reminders")


@dataclass(frozen=True, slots=True)
class RemindersPage:
    """What the reader will be reminded of, the next first."""

    reminders: list[ReminderPublic]
    days: int = SOON.days


@router.get("", roles=SOCIETY, rate=RateClass.READ)
def reminders_page(shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep, now: NowDep) -> Response:
    """The reader's reminders of the next days."""
    return shell.render("reminders/list.html", RemindersPage(list_my_reminders(session, viewer, now=now)))
