"""The page of a staff member's work queue."""

from dataclasses import dataclass
from typing import Final

from fastapi import Response

from api.audiences import SOCIETY
from api.dependencies import NowDep, ReadSessionDep, ViewerDep, WriteSessionDep, undo
from api.policy import PolicyRouter, RateClass
from api.web.forms import Attempt, FormDep, attempt_of, build
from api.web.lists import WantedDep
from api.web.shell import ShellDep
from core.errors import AppError
from models.deal_forms import HandOverAll
from models.enums import Role
from workflow.deals import WorkQueue, hand_over_all, read_queue
from workflow.deals.queue import QueueLine

router = PolicyRouter(prefix="/work")

PARTS: Final = ("overdue", "due", "without_step", "waiting", "stalled", "paused", "visits")


@dataclass(frozen=True, slots=True)
class WorkPage:
    """What asks for something, part by part, the most pressing first."""

    queue: WorkQueue
    attempt: Attempt
    """The form that hands over all deals of somebody."""
    person: str
    """Whose queue it is, as typed; empty for the reader's own."""
    may_choose: bool

    @property
    def parts(self) -> list[tuple[str, list[QueueLine]]]:
        """The parts of the queue with their names."""
        return [(part, getattr(self.queue, part)) for part in PARTS]


@router.get("", roles=SOCIETY, rate=RateClass.READ)
def work_page(shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep, wanted: WantedDep, now: NowDep) -> Response:
    """The reader's queue; a lead may look at that of another."""
    person = wanted.text("person")
    queue = read_queue(session, viewer, now=now, person=person)
    attempt = Attempt("all", {"leaving": [person]})
    return shell.render("work/queue.html", WorkPage(queue, attempt, person, Role.LEAD in viewer.roles))


@router.post("/hand-over", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.hand_over_all")
def submit_all(shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep) -> Response:
    """Every open deal of somebody who leaves belongs to somebody else."""
    try:
        hand_over_all(session, viewer, build(HandOverAll, form), now=now)
    except AppError as error:
        undo(session, error)
        attempt = attempt_of("all", form, error)
        page = WorkPage(read_queue(session, viewer, now=now), attempt, "", Role.LEAD in viewer.roles)
        return shell.refuse("work/queue.html", page, error)
    return shell.go("/work", "deals_handed_over")
