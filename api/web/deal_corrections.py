"""The forms of a deal's page that correct milestones and payments, or take them away."""

from fastapi import Response

from api.audiences import SOCIETY
from api.dependencies import NowDep, ViewerDep, WriteSessionDep
from api.policy import PolicyRouter, RateClass
from api.web.deal_page import refused_page
from api.web.forms import FormDep, attempt_of, build
from api.web.shell import ShellDep
from core.errors import AppError
from models.deal_forms import MilestoneUpdate, PartRemoved, PaymentUpdate
from workflow.deals import edit_milestone, edit_payment, remove_milestone, remove_payment

router = PolicyRouter(prefix="/deals/{public_id}/contracts/{number}")


@router.post("/milestones/{item}/edit", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.milestone_edit")
def submit_milestone_edit(
    shell: ShellDep,
    session: WriteSessionDep,
    viewer: ViewerDep,
    form: FormDep,
    now: NowDep,
    public_id: str,
    number: int,
    item: int,
) -> Response:
    """The milestone is corrected."""
    try:
        edit_milestone(session, viewer, public_id, number, item, build(MilestoneUpdate, form), now=now)
    except AppError as error:
        attempt = attempt_of(f"edit-milestones{number}-{item}", form, error)
        return refused_page(shell, session, viewer, public_id, now, attempt, error)
    return shell.go(f"/deals/{public_id}", "saved")


@router.post("/payments/{item}/edit", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.payment_edit")
def submit_payment_edit(
    shell: ShellDep,
    session: WriteSessionDep,
    viewer: ViewerDep,
    form: FormDep,
    now: NowDep,
    public_id: str,
    number: int,
    item: int,
) -> Response:
    """The payment is corrected."""
    try:
        edit_payment(session, viewer, public_id, number, item, build(PaymentUpdate, form), now=now)
    except AppError as error:
        attempt = attempt_of(f"edit-payments{number}-{item}", form, error)
        return refused_page(shell, session, viewer, public_id, now, attempt, error)
    return shell.go(f"/deals/{public_id}", "saved")


@router.post("/milestones/{item}/remove", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.milestone_remove")
def submit_milestone_removal(
    shell: ShellDep,
    session: WriteSessionDep,
    viewer: ViewerDep,
    form: FormDep,
    now: NowDep,
    public_id: str,
    number: int,
    item: int,
) -> Response:
    """The milestone is planned no more."""
    try:
        remove_milestone(session, viewer, public_id, number, item, build(PartRemoved, form), now=now)
    except AppError as error:
        attempt = attempt_of(f"out-milestones{number}-{item}", form, error)
        return refused_page(shell, session, viewer, public_id, now, attempt, error)
    return shell.go(f"/deals/{public_id}", "saved")


@router.post("/payments/{item}/remove", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.payment_remove")
def submit_payment_removal(
    shell: ShellDep,
    session: WriteSessionDep,
    viewer: ViewerDep,
    form: FormDep,
    now: NowDep,
    public_id: str,
    number: int,
    item: int,
) -> Response:
    """The payment is planned no more."""
    try:
        remove_payment(session, viewer, public_id, number, item, build(PartRemoved, form), now=now)
    except AppError as error:
        attempt = attempt_of(f"out-payments{number}-{item}", form, error)
        return refused_page(shell, session, viewer, public_id, now, attempt, error)
    return shell.go(f"/deals/{public_id}", "saved")
