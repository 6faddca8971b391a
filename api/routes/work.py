"""The work queue of a staff member."""

from api.audiences import SOCIETY
from api.dependencies import NowDep, ReadSessionDep, ViewerDep
from api.policy import PolicyRouter, RateClass
from workflow.deals import WorkQueue, read_queue

router = PolicyRouter(prefix="/api/v1/work", tags=["deals"])


@router.get("", roles=SOCIETY, rate=RateClass.READ)
def read_work(session: ReadSessionDep, viewer: ViewerDep, now: NowDep, person: str = "") -> WorkQueue:
    """What asks for something: overdue, due within a week, without a next step, waiting, stalled.

    A lead may name another person, by login or id.
    """
    return read_queue(session, viewer, now=now, person=person)
