"""The forms of a deal's page about what it is made of and whose it is."""

from fastapi import Response

from api.audiences import SOCIETY
from api.dependencies import NowDep, ViewerDep, WriteSessionDep
from api.policy import PolicyRouter, RateClass
from api.web.deal_page import NAMED, refused_page
from api.web.finding import Finder
from api.web.forms import FormDep, attempt_of, build
from api.web.shell import ShellDep
from core.errors import AppError
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
def submit_contract(
    shell: ShellDep,
    session: WriteSessionDep,
    viewer: ViewerDep,
    form: FormDep,
    now: NowDep,
    public_id: str,
    number: int,
) -> Response:
    """The contract is changed."""
    try:
        together = bool(form.text("cooperative"))
        edit_contract(session, viewer, public_id, number, build(ContractUpdate, form, cooperative=together), now=now)
    except AppError as error:
        attempt = attempt_of(f"contract{number}", form, error)
        return refused_page(shell, session, viewer, public_id, now, attempt, error)
    return shell.go(f"/deals/{public_id}", "saved")


@router.post("/contracts/{number}/milestones", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.milestone")
def submit_milestone(
    shell: ShellDep,
    session: WriteSessionDep,
    viewer: ViewerDep,
    form: FormDep,
    now: NowDep,
    public_id: str,
    number: int,
) -> Response:
    """Something is to be reached by a day."""
    try:
        plan_milestone(session, viewer, public_id, number, build(MilestoneCreate, form), now=now)
    except AppError as error:
        attempt = attempt_of(f"milestone{number}", form, error)
        return refused_page(shell, session, viewer, public_id, now, attempt, error)
    return shell.go(f"/deals/{public_id}", "saved")


@router.post(
    "/contracts/{number}/milestones/{milestone}/reached",
    roles=SOCIETY,
    rate=RateClass.WRITE,
    audit="deal.milestone_reached",
)
def submit_reached(
    shell: ShellDep,
    session: WriteSessionDep,
    viewer: ViewerDep,
    form: FormDep,
    now: NowDep,
    public_id: str,
    number: int,
    milestone: int,
) -> Response:
    """It was reached."""
    try:
        reach_milestone(session, viewer, public_id, number, milestone, build(DoneOn, form), now=now)
    except AppError as error:
        attempt = attempt_of(f"reached{number}-{milestone}", form, error)
        return refused_page(shell, session, viewer, public_id, now, attempt, error)
    return shell.go(f"/deals/{public_id}", "saved")


@router.post("/contracts/{number}/payments", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.payment")
def submit_payment(
    shell: ShellDep,
    session: WriteSessionDep,
    viewer: ViewerDep,
    form: FormDep,
    now: NowDep,
    public_id: str,
    number: int,
) -> Response:
    """Something is to be paid by a day."""
    try:
        plan_payment(session, viewer, public_id, number, build(PaymentCreate, form), now=now)
    except AppError as error:
        attempt = attempt_of(f"payment{number}", form, error)
        return refused_page(shell, session, viewer, public_id, now, attempt, error)
    return shell.go(f"/deals/{public_id}", "saved")


@router.post(
    "/contracts/{number}/payments/{payment}/paid", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.payment_made"
)
def submit_paid(
    shell: ShellDep,
    session: WriteSessionDep,
    viewer: ViewerDep,
    form: FormDep,
    now: NowDep,
    public_id: str,
    number: int,
    payment: int,
) -> Response:
    """It was paid."""
    try:
        record_payment(session, viewer, public_id, number, payment, build(DoneOn, form), now=now)
    except AppError as error:
        attempt = attempt_of(f"paid{number}-{payment}", form, error)
        return refused_page(shell, session, viewer, public_id, now, attempt, error)
    return shell.go(f"/deals/{public_id}", "saved")


@router.post("/needs", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.need_add")
def submit_need(
    shell: ShellDep,
    session: WriteSessionDep,
    viewer: ViewerDep,
    form: FormDep,
    now: NowDep,
    public_id: str,
) -> Response:
    """The deal is to meet a further need."""
    try:
        meant = Finder(shell, session, viewer, now).chosen(form, NAMED["need"])
        add_need(session, viewer, public_id, build(NeedAdded, meant), now=now)
    except AppError as error:
        attempt = attempt_of("need", form, error)
        return refused_page(shell, session, viewer, public_id, now, attempt, error)
    return shell.go(f"/deals/{public_id}", "saved")


@router.post("/parties", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.party_add")
def submit_party(
    shell: ShellDep,
    session: WriteSessionDep,
    viewer: ViewerDep,
    form: FormDep,
    now: NowDep,
    public_id: str,
) -> Response:
    """One side more takes part."""
    try:
        meant = Finder(shell, session, viewer, now).chosen(form, NAMED["party"])
        add_party(session, viewer, public_id, build(PartyCreate, meant), now=now)
    except AppError as error:
        attempt = attempt_of("party", form, error)
        return refused_page(shell, session, viewer, public_id, now, attempt, error)
    return shell.go(f"/deals/{public_id}", "saved")


@router.post("/split", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.split")
def submit_split(
    shell: ShellDep,
    session: WriteSessionDep,
    viewer: ViewerDep,
    form: FormDep,
    now: NowDep,
    public_id: str,
) -> Response:
    """A part goes its own way; its page is shown."""
    try:
        part = split_deal(session, viewer, public_id, build(DealSplit, form), now=now)
    except AppError as error:
        attempt = attempt_of("split", form, error)
        return refused_page(shell, session, viewer, public_id, now, attempt, error)
    return shell.go(f"/deals/{part.public_id}", "deal_opened")


@router.post("/merge", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.merge")
def submit_merge(
    shell: ShellDep,
    session: WriteSessionDep,
    viewer: ViewerDep,
    form: FormDep,
    now: NowDep,
    public_id: str,
) -> Response:
    """Another deal becomes part of this one."""
    try:
        meant = Finder(shell, session, viewer, now, beside=public_id).chosen(form, NAMED["merge"])
        merge_deals(session, viewer, public_id, build(DealMerge, meant), now=now)
    except AppError as error:
        attempt = attempt_of("merge", form, error)
        return refused_page(shell, session, viewer, public_id, now, attempt, error)
    return shell.go(f"/deals/{public_id}", "saved")


@router.post("/hand-over", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.hand_over")
def submit_hand_over(
    shell: ShellDep,
    session: WriteSessionDep,
    viewer: ViewerDep,
    form: FormDep,
    now: NowDep,
    public_id: str,
) -> Response:
    """The deal belongs to somebody else; who gave it away may not see it any more."""
    try:
        hand_over(session, viewer, public_id, build(HandOver, form), now=now)
    except AppError as error:
        attempt = attempt_of("hand-over", form, error)
        return refused_page(shell, session, viewer, public_id, now, attempt, error)
    return shell.go("/deals", "deal_handed_over")
