"""What a deal is made of, and whose it is: terms, further needs and sides, splitting, merging, handing over."""

from http import HTTPStatus

from pydantic import BaseModel

from api.audiences import SOCIETY
from api.dependencies import NowDep, ViewerDep, WriteSessionDep
from api.policy import PolicyRouter, RateClass
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
def contract_edited(
    deal_id: str, number: int, form: ContractUpdate, session: WriteSessionDep, viewer: ViewerDep, now: NowDep
) -> DealPublic:
    """What the form names of the contract is changed."""
    edit_contract(session, viewer, deal_id, number, form, now=now)
    return show_deal(session, viewer, deal_id, now=now)


@router.post(
    CONTRACT + "/milestones",
    roles=SOCIETY,
    rate=RateClass.WRITE,
    audit="deal.milestone",
    status_code=HTTPStatus.CREATED,
)
def milestone_planned(
    deal_id: str, number: int, form: MilestoneCreate, session: WriteSessionDep, viewer: ViewerDep, now: NowDep
) -> DealPublic:
    """Something is to be reached by a day."""
    plan_milestone(session, viewer, deal_id, number, form, now=now)
    return show_deal(session, viewer, deal_id, now=now)


@router.post(
    CONTRACT + "/milestones/{milestone}/reached", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.milestone_reached"
)
def milestone_reached(
    deal_id: str,
    number: int,
    milestone: int,
    form: DoneOn,
    session: WriteSessionDep,
    viewer: ViewerDep,
    now: NowDep,
) -> DealPublic:
    """It was reached."""
    reach_milestone(session, viewer, deal_id, number, milestone, form, now=now)
    return show_deal(session, viewer, deal_id, now=now)


@router.post(
    CONTRACT + "/payments",
    roles=SOCIETY,
    rate=RateClass.WRITE,
    audit="deal.payment",
    status_code=HTTPStatus.CREATED,
)
def payment_planned(
    deal_id: str, number: int, form: PaymentCreate, session: WriteSessionDep, viewer: ViewerDep, now: NowDep
) -> DealPublic:
    """Something is to be paid by a day."""
    plan_payment(session, viewer, deal_id, number, form, now=now)
    return show_deal(session, viewer, deal_id, now=now)


@router.post(CONTRACT + "/payments/{payment}/paid", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.payment_made")
def payment_made(
    deal_id: str,
    number: int,
    payment: int,
    form: DoneOn,
    session: WriteSessionDep,
    viewer: ViewerDep,
    now: NowDep,
) -> DealPublic:
    """It was paid."""
    record_payment(session, viewer, deal_id, number, payment, form, now=now)
    return show_deal(session, viewer, deal_id, now=now)


@router.post("/deals/{deal_id}/needs", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.need_add")
def need_added(deal_id: str, form: NeedAdded, session: WriteSessionDep, viewer: ViewerDep, now: NowDep) -> DealPublic:
    """The deal is to meet a further need."""
    add_need(session, viewer, deal_id, form, now=now)
    return show_deal(session, viewer, deal_id, now=now)


@router.post("/deals/{deal_id}/parties", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.party_add")
def party_added(
    deal_id: str, form: PartyCreate, session: WriteSessionDep, viewer: ViewerDep, now: NowDep
) -> DealPublic:
    """One side more takes part."""
    add_party(session, viewer, deal_id, form, now=now)
    return show_deal(session, viewer, deal_id, now=now)


@router.post(
    "/deals/{deal_id}/split",
    roles=SOCIETY,
    rate=RateClass.WRITE,
    audit="deal.split",
    status_code=HTTPStatus.CREATED,
)
def split(deal_id: str, form: DealSplit, session: WriteSessionDep, viewer: ViewerDep, now: NowDep) -> DealPublic:
    """A part goes its own way: the new deal."""
    part = split_deal(session, viewer, deal_id, form, now=now)
    return show_deal(session, viewer, part.public_id, now=now)


@router.post("/deals/{deal_id}/merge", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.merge")
def merge(deal_id: str, form: DealMerge, session: WriteSessionDep, viewer: ViewerDep, now: NowDep) -> DealPublic:
    """Another deal becomes part of this one."""
    merge_deals(session, viewer, deal_id, form, now=now)
    return show_deal(session, viewer, deal_id, now=now)


@router.post("/deals/{deal_id}/hand-over", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.hand_over", status_code=204)
def handed_over(deal_id: str, form: HandOver, session: WriteSessionDep, viewer: ViewerDep, now: NowDep) -> None:
    """The deal belongs to somebody else; who gave it away may not see it any more."""
    hand_over(session, viewer, deal_id, form, now=now)


@router.post("/work/hand-over", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.hand_over_all")
def all_handed_over(form: HandOverAll, session: WriteSessionDep, viewer: ViewerDep, now: NowDep) -> HandedOver:
    """Every open deal of somebody who leaves belongs to somebody else."""
    return HandedOver(deals=hand_over_all(session, viewer, form, now=now))
