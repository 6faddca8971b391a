"""The forms of a deal's page about stages that only it has, and about what is taken out of it."""

from fastapi import Response

from api.audiences import SOCIETY
from api.policy import PolicyRouter, RateClass
from api.web.deal_forms import DealFormDep
from models.deal_forms import ExtraStageCreate, PartRemoved
from workflow.deals import add_stage, remove_need, remove_party, remove_stage

router = PolicyRouter(prefix="/deals/{public_id}")


@router.post("/stages", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.stage_add")
def submit_stage(deal: DealFormDep) -> Response:
    """The deal has a stage of its own."""
    return deal.submit(
        f"stage{deal.text('contract')}", lambda: add_stage(*deal.of, deal.build(ExtraStageCreate), now=deal.now)
    )


@router.post("/stages/{code}/remove", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.stage_remove")
def submit_stage_removal(deal: DealFormDep, code: str) -> Response:
    """The deal has that stage no more."""
    remove_stage(*deal.of, code, now=deal.now, version=deal.typed.version())
    return deal.shell.go(deal.here, "saved")


@router.post("/parties/{number}/remove", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.party_remove")
def submit_party_removal(deal: DealFormDep, number: int) -> Response:
    """The side has no part in the deal any more."""
    return deal.submit(
        f"out-party{number}", lambda: remove_party(*deal.of, number, deal.build(PartRemoved), now=deal.now)
    )


@router.post("/needs/{need_id}/remove", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.need_remove")
def submit_need_removal(deal: DealFormDep, need_id: str) -> Response:
    """The deal is no longer to meet the need."""
    return deal.submit(
        f"out-need{need_id}", lambda: remove_need(*deal.of, need_id, deal.build(PartRemoved), now=deal.now)
    )
