"""The page of a staff member's work queue."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from fastapi import Response

from api.audiences import SOCIETY
from api.dependencies import NowDep, ReadSessionDep, ViewerDep, WriteSessionDep, undo
from api.policy import PolicyRouter, RateClass
from api.web.forms import Attempt, FormDep, attempt_of, build
from api.web.lists import WantedDep
from api.web.shell import Shell, ShellDep
from core.database import ReadSession
from core.errors import AppError, Conflict, NotFound
from models.access import Viewer
from models.deal_forms import HandOverAll
from models.enums import Role
from workflow.deals import WorkQueue, hand_over_all, read_queue
from workflow.deals.queue import QueueLine
from workflow.people import list_colleagues

router = PolicyRouter(prefix="/work")

PARTS: Final = ("overdue", "replied", "due", "without_step", "waiting", "stalled", "paused", "visits")


@dataclass(frozen=True, slots=True)
class WorkPage:
    """What asks for something, part by part, the most pressing first."""

    queue: WorkQueue
    attempt: Attempt
    """The form that hands over all deals of somebody."""
    person: str
    """Whose queue it is, as typed; empty for the reader's own."""
    may_choose: bool
    colleagues: Sequence[tuple[str, str]]
    """Login and name of whoever can be named."""
    typed: str
    """Whose queue was asked for, as typed."""
    unknown: AppError | None = None
    """Why that is not shown."""

    @property
    def parts(self) -> list[tuple[str, list[QueueLine]]]:
        """The parts of the queue with their names."""
        return [(part, getattr(self.queue, part)) for part in PARTS]


@router.get("", roles=SOCIETY, rate=RateClass.READ)
def work_page(shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep, wanted: WantedDep, now: NowDep) -> Response:
    """The reader's queue; a lead may look at that of another, and reads here that nobody or several are so called."""
    person = wanted.text("person")
    try:
        page = _page(session, viewer, now, _leaving(person or _own_login(shell)), person)
    except (NotFound, Conflict) as error:
        own = _page(session, viewer, now, _leaving(_own_login(shell)))
        return shell.refuse("work/queue.html", replace(own, typed=person, unknown=error), error)
    return shell.render("work/queue.html", page)


@router.post("/hand-over", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.hand_over_all")
def submit_all(shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep) -> Response:
    """Every open deal of somebody who leaves belongs to somebody else."""
    try:
        hand_over_all(session, viewer, build(HandOverAll, form), now=now)
    except AppError as error:
        undo(session, error)
        return shell.refuse("work/queue.html", _page(session, viewer, now, attempt_of("all", form, error)), error)
    return shell.go("/work", "deals_handed_over")


def _page(session: ReadSession, viewer: Viewer, now: datetime, attempt: Attempt, person: str = "") -> WorkPage:
    queue = read_queue(session, viewer, now=now, person=person)
    colleagues = list_colleagues(session, viewer, now=now)
    return WorkPage(queue, attempt, person, Role.LEAD in viewer.roles, colleagues, person)


def _leaving(login: str) -> Attempt:
    return Attempt("all", {"leaving": [login]})


def _own_login(shell: Shell) -> str:
    return shell.signed_in.user.login if shell.signed_in else ""
