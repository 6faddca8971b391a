"""Stages that only one deal has, and what is taken out of a deal again."""

from http import HTTPStatus

from api.audiences import SOCIETY
from api.dependencies import NowDep, ViewerDep, WriteSessionDep
from api.policy import PolicyRouter, RateClass
from models.deal_forms import ExtraStageCreate, PartRemoved
from models.deal_public import DealPublic
from workflow.deals import add_stage, remove_need, remove_party, remove_stage, show_deal

router = PolicyRouter(prefix="/api/v1/deals/{deal_id}", tags=["deals"])


@router.post("/stages", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.stage_add", status_code=HTTPStatus.CREATED)
def stage_added(
    deal_id: str, form: ExtraStageCreate, session: WriteSessionDep, viewer: ViewerDep, now: NowDep
) -> DealPublic:
    """The deal, or the contract named, has a stage of its own; its code is in `extra_stages`."""
    add_stage(session, viewer, deal_id, form, now=now)
    return show_deal(session, viewer, deal_id, now=now)


@router.delete("/stages/{code}", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.stage_remove")
def stage_removed(
    deal_id: str, code: str, session: WriteSessionDep, viewer: ViewerDep, now: NowDep, version: int | None = None
) -> DealPublic:
    """The deal has that stage, which was not entered, no more."""
    remove_stage(session, viewer, deal_id, code, now=now, version=version)
    return show_deal(session, viewer, deal_id, now=now)


@router.post("/parties/{number}/remove", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.party_remove")
def party_removed(
    deal_id: str, number: int, form: PartRemoved, session: WriteSessionDep, viewer: ViewerDep, now: NowDep
) -> DealPublic:
    """The side with this number has no part in the deal any more."""
    remove_party(session, viewer, deal_id, number, form, now=now)
    return show_deal(session, viewer, deal_id, now=now)


@router.post("/needs/{need_id}/remove", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.need_remove")
def need_removed(
    deal_id: str, need_id: str, form: PartRemoved, session: WriteSessionDep, viewer: ViewerDep, now: NowDep
) -> DealPublic:
    """The deal is no longer to meet the need."""
    remove_need(session, viewer, deal_id, need_id, form, now=now)
    return show_deal(session, viewer, deal_id, now=now)
