"""The rankers that were fitted here: how their trials ended, which one is in force, promoting and rolling back."""

from api.audiences import LEARNERS
from api.dependencies import NowDep, ReadSessionDep, ViewerDep, WriteSessionDep
from api.policy import PolicyRouter, RateClass
from models.learning_public import LearningPublic, Promotion, Rollback
from workflow.learning.promoting import promote_version, roll_back
from workflow.learning.showing import show_learning

router = PolicyRouter(prefix="/api/v1/learning", tags=["learning"])


@router.get("", roles=LEARNERS, rate=RateClass.SEARCH)
def read_learning(session: ReadSessionDep, viewer: ViewerDep, now: NowDep) -> LearningPublic:
    """What ranks, the trials with their figures, and what is missing for the next ones."""
    return show_learning(session, viewer, now=now)


@router.post("/versions/{name}/promote", roles=LEARNERS, rate=RateClass.WRITE, audit="learning.promote")
def promote(name: str, form: Promotion, session: WriteSessionDep, viewer: ViewerDep, now: NowDep) -> LearningPublic:
    """The version ranks from the next search on."""
    promote_version(session, viewer, name, now=now, version=form.version)
    return show_learning(session, viewer, now=now)


@router.post("/rollback", roles=LEARNERS, rate=RateClass.WRITE, audit="learning.roll_back")
def rollback(form: Rollback, session: WriteSessionDep, viewer: ViewerDep, now: NowDep) -> LearningPublic:
    """What ranked before the version in force ranks again."""
    roll_back(session, viewer, now=now, expected=form.in_force)
    return show_learning(session, viewer, now=now)
