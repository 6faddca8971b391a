"""Stages that only one deal has, and what is taken out of a deal again."""

from http import HTTPStatus

from api.audiences import SOCIETY
from api.policy import PolicyRouter, RateClass
from api.routes.deal_act import DealActDep
from models.deal_forms import ExtraStageCreate, PartRemoved
from models.deal_public import DealPublic
from workflow.deals import add_stage, remove_need, remove_party, remove_stage

router = PolicyRouter(prefix="/api/v1/deals/{deal_id}", tags=["deals"])


@router.post("/stages", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.stage_add", status_code=HTTPStatus.CREATED)
def stage_added(deal: DealActDep, form: ExtraStageCreate) -> DealPublic:
    """The deal, or the contract named, has a stage of its own; its code is in `extra_stages`."""
    add_stage(*deal.of, form, now=deal.now)
    return deal.shown()


@router.delete("/stages/{code}", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.stage_remove")
def stage_removed(deal: DealActDep, code: str, version: int | None = None) -> DealPublic:
    """The deal has that stage, which was not entered, no more."""
    remove_stage(*deal.of, code, now=deal.now, version=version)
    return deal.shown()


@router.post("/parties/{number}/remove", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.party_remove")
def party_removed(deal: DealActDep, number: int, form: PartRemoved) -> DealPublic:
    """The side with this number has no part in the deal any more."""
    remove_party(*deal.of, number, form, now=deal.now)
    return deal.shown()


@router.post("/needs/{need_id}/remove", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.need_remove")
def need_removed(deal: DealActDep, need_id: str, form: PartRemoved) -> DealPublic:
    """The deal is no longer to meet the need."""
    remove_need(*deal.of, need_id, form, now=deal.now)
    return deal.shown()
