"""The forms of a deal's page about what it is made of and whose it is."""

from fastapi import Response

from api.audiences import SOCIETY
from api.policy import PolicyRouter, RateClass
from api.web.deal_forms import DealFormDep
from api.web.deal_page import NAMED
from api.web.finding import Finder
from api.web.forms import build
from models.deal_forms import (
    ContractUpdate,
    DealMerge,
    DealSplit,
    DoneOn,
    HandOver,
    MilestoneCreate,
    NeedAdded,
    PartyCreate,
    PaymentCreate,
)
from workflow.deals import (
    add_need,
    add_party,
    edit_contract,
    hand_over,
    merge_deals,
    plan_milestone,
    plan_payment,
    reach_milestone,
    record_payment,
    split_deal,
)

router = PolicyRouter(prefix="/deals/{public_id}")


@router.post("/contracts/{number}", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.contract")
def submit_contract(deal: DealFormDep, number: int) -> Response:
    """The contract is changed."""
    together = bool(deal.text("cooperative"))
    return deal.submit(
        f"contract{number}",
        lambda: edit_contract(*deal.of, number, deal.build(ContractUpdate, cooperative=together), now=deal.now),
    )


@router.post("/contracts/{number}/milestones", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.milestone")
def submit_milestone(deal: DealFormDep, number: int) -> Response:
    """Something is to be reached by a day."""
    return deal.submit(
        f"milestone{number}", lambda: plan_milestone(*deal.of, number, deal.build(MilestoneCreate), now=deal.now)
    )


@router.post(
    "/contracts/{number}/milestones/{milestone}/reached",
    roles=SOCIETY,
    rate=RateClass.WRITE,
    audit="deal.milestone_reached",
)
def submit_reached(deal: DealFormDep, number: int, milestone: int) -> Response:
    """It was reached."""
    return deal.submit(
        f"reached{number}-{milestone}",
        lambda: reach_milestone(*deal.of, number, milestone, deal.build(DoneOn), now=deal.now),
    )


@router.post("/contracts/{number}/payments", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.payment")
def submit_payment(deal: DealFormDep, number: int) -> Response:
    """Something is to be paid by a day."""
    return deal.submit(
        f"payment{number}", lambda: plan_payment(*deal.of, number, deal.build(PaymentCreate), now=deal.now)
    )


@router.post(
    "/contracts/{number}/payments/{payment}/paid", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.payment_made"
)
def submit_paid(deal: DealFormDep, number: int, payment: int) -> Response:
    """It was paid."""
    return deal.submit(
        f"paid{number}-{payment}",
        lambda: record_payment(*deal.of, number, payment, deal.build(DoneOn), now=deal.now),
    )


@router.post("/needs", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.need_add")
def submit_need(deal: DealFormDep) -> Response:
    """The deal is to meet a further need."""
    finder = Finder(deal.shell, deal.session, deal.viewer, deal.now)
    return deal.submit(
        "need",
        lambda: add_need(*deal.of, build(NeedAdded, finder.chosen(deal.typed, NAMED["need"])), now=deal.now),
    )


@router.post("/parties", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.party_add")
def submit_party(deal: DealFormDep) -> Response:
    """One side more takes part."""
    finder = Finder(deal.shell, deal.session, deal.viewer, deal.now)
    return deal.submit(
        "party",
        lambda: add_party(*deal.of, build(PartyCreate, finder.chosen(deal.typed, NAMED["party"])), now=deal.now),
    )


@router.post("/split", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.split")
def submit_split(deal: DealFormDep) -> Response:
    """A part goes its own way; its page is shown."""
    return deal.submit(
        "split",
        lambda: split_deal(*deal.of, deal.build(DealSplit), now=deal.now),
        "deal_opened",
        to=lambda part: f"/deals/{part.public_id}",
    )


@router.post("/merge", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.merge")
def submit_merge(deal: DealFormDep) -> Response:
    """Another deal becomes part of this one."""
    finder = Finder(deal.shell, deal.session, deal.viewer, deal.now, beside=deal.public_id)
    return deal.submit(
        "merge",
        lambda: merge_deals(*deal.of, build(DealMerge, finder.chosen(deal.typed, NAMED["merge"])), now=deal.now),
    )


@router.post("/hand-over", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.hand_over")
def submit_hand_over(deal: DealFormDep) -> Response:
    """The deal belongs to somebody else; who gave it away may not see it any more."""
    return deal.submit(
        "hand-over",
        lambda: hand_over(*deal.of, deal.build(HandOver), now=deal.now),
        "deal_handed_over",
        to=lambda _: "/deals",
    )
