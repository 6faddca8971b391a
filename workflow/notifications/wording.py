"""What people wrote of what a message is about: read when it is composed, stored with the thing alone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import case, col, select

from core.database import ReadSession
from models.access import viewer_of
from models.capability import CapabilityRevision
from models.deal import Deal, Milestone
from models.match import Match
from models.need import Need, NeedRevision
from models.supplier import Supplier
from tracking.store import contracts_of, title_is_readable


def words_of(session: ReadSession, params: Mapping[str, Any], person_id: int, now: datetime) -> dict[str, str]:
    """The title of the deal or need, or the supplier's name; a deal's next step; the milestone that is meant.

    Of a suggestion, what of the supplier's own was suggested; of a deal no title that the person may not read now.
    """
    if "deal" in params:
        title = case((title_is_readable(viewer_of(session, person_id, now)), col(Deal.title)), else_="")
        found = session.execute(select(Deal, title).where(Deal.public_id == params["deal"])).first()
        words = (found[1], found[0].next_step, _milestone(session, found[0], params)) if found else ("", "", "")
        return dict(zip(("title", "next_step", "item"), words, strict=True))
    if "need" in params:
        current = select(NeedRevision.title).join(Need, col(Need.id) == col(NeedRevision.need_id))
        own = (Need.public_id == params["need"], col(NeedRevision.valid_to).is_(None))
        return {"title": session.exec(current.where(*own)).first() or ""}
    if "match" in params:
        match = select(Match).where(Match.public_id == params["match"])
        return {"title": _suggested(session, session.exec(match).first())}
    if "supplier" in params:
        named = select(Supplier.name).where(Supplier.public_id == params["supplier"])
        return {"title": session.exec(named).first() or ""}
    return {"title": "", "next_step": ""}


def _suggested(session: ReadSession, match: Match | None) -> str:
    """The title of the capability that was suggested; the supplier's name where there is none, or it was erased."""
    if match is None:
        return ""
    own = select(CapabilityRevision.title).where(CapabilityRevision.id == match.capability_revision_id)
    title = session.exec(own).first() if match.capability_revision_id else None
    return title or session.exec(select(Supplier.name).where(Supplier.id == match.supplier_id)).one()


def _milestone(session: ReadSession, deal: Deal, params: Mapping[str, Any]) -> str:
    """The title of the milestone with this number under the contract with that one."""
    contracts = contracts_of(session, deal.key)
    if not 0 < params.get("contract", 0) <= len(contracts):
        return ""
    of_contract = Milestone.contract_id == contracts[params["contract"] - 1].key
    titles = session.exec(select(Milestone.title).where(of_contract).order_by(col(Milestone.id))).all()
    return titles[params["number"] - 1] if 0 < params.get("number", 0) <= len(titles) else ""
