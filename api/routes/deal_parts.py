"""What a deal is made of, and whose it is: terms, further needs and sides, splitting, merging, handing over."""

from http import HTTPStatus

from pydantic import BaseModel

from api.audiences import SOCIETY
from api.dependencies import NowDep, ViewerDep, WriteSessionDep
from api.policy import PolicyRouter, RateClass
from api.routes.deal_act import DealActDep
from models.deal_forms import (
    ContractUpdate,
    DealMerge,
    DealSplit,
    DoneOn,
    HandOver,
    HandOverAll,
    MilestoneCreate,
    NeedAdded,
    PartyCreate,
    PaymentCreate,
)
from models.deal_public import DealPublic
from workflow.deals import (
    add_need,
    add_party,
    edit_contract,
    hand_over,
    hand_over_all,
    merge_deals,
    plan_milestone,
    plan_payment,
    reach_milestone,
    record_payment,
    show_deal,
    split_deal,
)

router = PolicyRouter(prefix="/api/v1", tags=["deals"])
CONTRACT = "/deals/{deal_id}/contracts/{number}"


class HandedOver(BaseModel):
    """The deals that have another owner now."""

    deals: list[str]


@router.patch(CONTRACT, roles=SOCIETY, rate=RateClass.WRITE, audit="deal.contract")
def contract_edited(deal: DealActDep, number: int, form: ContractUpdate) -> DealPublic:
    """What the form names of the contract is changed."""
    edit_contract(*deal.of, number, form, now=deal.now)
    return deal.shown()


@router.post(
    CONTRACT + "/milestones",
    roles=SOCIETY,
    rate=RateClass.WRITE,
    audit="deal.milestone",
    status_code=HTTPStatus.CREATED,
)
def milestone_planned(deal: DealActDep, number: int, form: MilestoneCreate) -> DealPublic:
    """Something is to be reached by a day."""
    plan_milestone(*deal.of, number, form, now=deal.now)
    return deal.shown()


@router.post(
    CONTRACT + "/milestones/{milestone}/reached", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.milestone_reached"
)
def milestone_reached(deal: DealActDep, number: int, milestone: int, form: DoneOn) -> DealPublic:
    """It was reached."""
    reach_milestone(*deal.of, number, milestone, form, now=deal.now)
    return deal.shown()


@router.post(
    CONTRACT + "/payments",
    roles=SOCIETY,
    rate=RateClass.WRITE,
    audit="deal.payment",
    status_code=HTTPStatus.CREATED,
)
def payment_planned(deal: DealActDep, number: int, form: PaymentCreate) -> DealPublic:
    """Something is to be paid by a day."""
    plan_payment(*deal.of, number, form, now=deal.now)
    return deal.shown()


@router.post(CONTRACT + "/payments/{payment}/paid", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.payment_made")
def payment_made(deal: DealActDep, number: int, payment: int, form: DoneOn) -> DealPublic:
    """It was paid."""
    record_payment(*deal.of, number, payment, form, now=deal.now)
    return deal.shown()


@router.post("/deals/{deal_id}/needs", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.need_add")
def need_added(deal: DealActDep, form: NeedAdded) -> DealPublic:
    """The deal is to meet a further need."""
    add_need(*deal.of, form, now=deal.now)
    return deal.shown()


@router.post("/deals/{deal_id}/parties", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.party_add")
def party_added(deal: DealActDep, form: PartyCreate) -> DealPublic:
    """One side more takes part."""
    add_party(*deal.of, form, now=deal.now)
    return deal.shown()


@router.post(
    "/deals/{deal_id}/split",
    roles=SOCIETY,
    rate=RateClass.WRITE,
    audit="deal.split",
    status_code=HTTPStatus.CREATED,
)
def split(deal: DealActDep, form: DealSplit) -> DealPublic:
    """A part goes its own way: the new deal."""
    part = split_deal(*deal.of, form, now=deal.now)
    return show_deal(deal.session, deal.viewer, part.public_id, now=deal.now)


@router.post("/deals/{deal_id}/merge", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.merge")
def merge(deal: DealActDep, form: DealMerge) -> DealPublic:
    """Another deal becomes part of this one."""
    merge_deals(*deal.of, form, now=deal.now)
    return deal.shown()


@router.post("/deals/{deal_id}/hand-over", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.hand_over", status_code=204)
def handed_over(deal_id: str, form: HandOver, session: WriteSessionDep, viewer: ViewerDep, now: NowDep) -> None:
    """The deal belongs to somebody else; who gave it away may not see it any more."""
    hand_over(session, viewer, deal_id, form, now=now)


@router.post("/work/hand-over", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.hand_over_all")
def all_handed_over(form: HandOverAll, session: WriteSessionDep, viewer: ViewerDep, now: NowDep) -> HandedOver:
    """Every open deal of somebody who leaves belongs to somebody else."""
    return HandedOver(deals=hand_over_all(session, viewer, form, now=now))
