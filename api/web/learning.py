"""The page of learning: what ranks, how each trial ended, and the buttons that promote and roll back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fastapi import Response

from api.audiences import LEARNERS
from api.dependencies import NowDep, ReadSessionDep, ViewerDep, WriteSessionDep, describe_for_audit, undo
from api.policy import PolicyRouter, RateClass
from api.web.forms import FormDep, build
from api.web.shell import Shell, ShellDep
from core.database import WriteSession
from core.errors import AppError
from models.access import Viewer
from models.learning_public import LearningPublic, Promotion, Rollback, ShortfallPublic
from models.match_enums import ModelKind
from workflow.learning.gathering import FOLLOW_UP
from workflow.learning.promoting import promote_version, roll_back
from workflow.learning.showing import show_learning

router = PolicyRouter(prefix="/learning")

ALPHA: Final = 0.01
"""As `matching.learning.trial` has it, which loads numerical libraries; a test compares."""


@dataclass(frozen=True, slots=True)
class LearningPage:
    """The state of learning; `error` is what was wrong with the act that was just refused."""

    found: LearningPublic
    error: AppError | None = None
    alpha: float = ALPHA
    follow_up_days: int = FOLLOW_UP.days

    @staticmethod
    def four(value: float | None) -> str:
        """A figure with four decimals, the same in both languages."""
        return "–" if value is None else f"{value:.4f}"

    @property
    def missing(self) -> dict[ModelKind, list[ShortfallPublic]]:
        """What keeps the next trials from being held."""
        return {ModelKind.ORDER: self.found.missing_for_order, ModelKind.SCALE: self.found.missing_for_scale}


@router.get("", roles=LEARNERS, rate=RateClass.SEARCH)
def learning_page(shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep, now: NowDep) -> Response:
    """What ranks and what was learned."""
    return shell.render("learning/versions.html", LearningPage(show_learning(session, viewer, now=now)))


@router.post("/versions/{name}/promote", roles=LEARNERS, rate=RateClass.WRITE, audit="learning.promote")
def submit_promotion(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep, name: str
) -> Response:
    """The version ranks from the next search on."""
    try:
        promote_version(session, viewer, name, now=now, version=build(Promotion, form).version)
    except AppError as error:
        return _refused(shell, session, viewer, now, error)
    return shell.go("/learning", "model_promoted")


@router.post("/rollback", roles=LEARNERS, rate=RateClass.WRITE, audit="learning.roll_back")
def submit_rollback(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep
) -> Response:
    """What ranked before the version in force ranks again."""
    try:
        expected = build(Rollback, form).in_force
        roll_back(session, viewer, now=now, expected=expected)
    except AppError as error:
        return _refused(shell, session, viewer, now, error)
    describe_for_audit(session, subject=expected)
    return shell.go("/learning", "model_rolled_back")


def _refused(shell: Shell, session: WriteSession, viewer: Viewer, now: datetime, error: AppError) -> Response:
    """The page as things stand, with what was wrong."""
    undo(session, error)
    page = LearningPage(show_learning(session, viewer, now=now), error)
    return shell.refuse("learning/versions.html", page, error)
