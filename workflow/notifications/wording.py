"""What people wrote of what a message is about: read when it is composed, stored with the thing alone."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import col, select

from core.database import ReadSession
from models.deal import Deal, Milestone
from models.need import Need, NeedRevision
from models.supplier import Supplier
from tracking.store import contracts_of


def words_of(session: ReadSession, params: Mapping[str, Any]) -> dict[str, str]:
    """The title of the deal or need, or the supplier's name; a deal's next step; the milestone that is meant."""
    if "deal" in params:
        deal = session.exec(select(Deal).where(Deal.public_id == params["deal"])).first()
        words = (deal.title, deal.next_step, _milestone(session, deal, params)) if deal else ("", "", "")
        return dict(zip(("title", "next_step", "item"), words, strict=True))
    if "need" in params:
        current = select(NeedRevision.title).join(Need, col(Need.id) == col(NeedRevision.need_id))
        own = (Need.public_id == params["need"], col(NeedRevision.valid_to).is_(None))
        return {"title": session.exec(current.where(*own)).first() or ""}
    if "supplier" in params:
        named = select(Supplier.name).where(Supplier.public_id == params["supplier"])
        return {"title": session.exec(named).first() or ""}
    return {"title": "", "next_step": ""}


def _milestone(session: ReadSession, deal: Deal, params: Mapping[str, Any]) -> str:
    """The title of the milestone with this number under the contract with that one."""
    contracts = contracts_of(session, deal.key)
    if not 0 < params.get("contract", 0) <= len(contracts):
        return ""
    of_contract = Milestone.contract_id == contracts[params["contract"] - 1].key
    titles = session.exec(select(Milestone.title).where(of_contract).order_by(col(Milestone.id))).all()
    return titles[params["number"] - 1] if 0 < params.get("number", 0) <= len(titles) else ""
