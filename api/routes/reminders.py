"""Reminders: one's own that are coming up, and those of a deal."""

from datetime import timedelta
from typing import Annotated

from fastapi import Query

from api.audiences import SOCIETY
from api.dependencies import NowDep, ReadSessionDep, ViewerDep
from api.policy import PolicyRouter, RateClass
from workflow.reminders import ReminderPublic, list_deal_reminders, list_my_reminders

router = PolicyRouter(prefix="/api/v1", tags=["deals"])


@router.get("/reminders", roles=SOCIETY, rate=RateClass.READ)
def read_mine(
    session: ReadSessionDep, viewer: ViewerDep, now: NowDep, days: Annotated[int, Query(ge=0, le=3660)] = 14
) -> list[ReminderPublic]:
    """What the reader will be reminded of within so many days, the next first."""
    return list_my_reminders(session, viewer, now=now, ahead=timedelta(days=days))


@router.get("/deals/{deal_id}/reminders", roles=SOCIETY, rate=RateClass.READ)
def read_of_deal(session: ReadSessionDep, viewer: ViewerDep, deal_id: str) -> list[ReminderPublic]:
    """The reminders of a deal that wait, the next first, then the last that were told; of one's own deals only."""
    return list_deal_reminders(session, viewer, deal_id)
