"""The forms of a deal's page about who of the society works on it."""

from fastapi import Response

from api.audiences import SOCIETY
from api.policy import PolicyRouter, RateClass
from api.routes.team import NewMember
from api.web.deal_forms import DealForm, DealFormDep
from core.errors import NotFound
from workflow.deals import add_member, get_deal, remove_member

router = PolicyRouter(prefix="/deals/{public_id}/team")


@router.post("", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.team_add")
def submit_member(deal: DealFormDep) -> Response:
    """A colleague works on the deal."""
    return deal.submit("team", lambda: add_member(*deal.of, deal.build(NewMember).person, now=deal.now), "member_added")


@router.post("/{person}/remove", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.team_remove")
def submit_removal(deal: DealFormDep, person: str) -> Response:
    """A colleague works on it no more; whoever took himself out may not see its page any longer."""
    return deal.submit(
        "team", lambda: remove_member(*deal.of, person, now=deal.now), "member_removed", to=lambda _: _next_page(deal)
    )


def _next_page(deal: DealForm) -> str:
    try:
        get_deal(*deal.of)
    except NotFound:
        return "/deals"
    return deal.here
