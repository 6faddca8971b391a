"""The page of a staff member's work queue."""

from dataclasses import dataclass
from typing import Final

from fastapi import Response

from api.audiences import SOCIETY
from api.dependencies import NowDep, ReadSessionDep, ViewerDep
from api.policy import PolicyRouter, RateClass
from api.web.lists import WantedDep
from api.web.shell import ShellDep
from models.enums import Role
from workflow.deals import WorkQueue, read_queue
from workflow.deals.queue import QueueLine

router = PolicyRouter(prefix="/work")

PARTS: Final = ("overdue", "due", "without_step", "waiting", "stalled")


@dataclass(frozen=True, slots=True)
class WorkPage:
    """What asks for something, part by part, the most pressing first."""

    queue: WorkQueue
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
    may_choose = Role.LEAD in viewer.roles
    person = wanted.text("person") if may_choose else ""
    queue = read_queue(session, viewer, now=now, person=person)
    return shell.render("work/queue.html", WorkPage(queue, person, may_choose))
