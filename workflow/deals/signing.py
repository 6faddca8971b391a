"""What stands in the way of signing a contract: all of it at once, for a form is filled in once."""

from dataclasses import replace
from datetime import date, datetime

from core.database import ReadSession
from core.errors import Invalid, Problem
from models.access import Viewer
from models.deal import Deal
from models.deal_enums import EvidenceKind
from models.deal_forms import StageMove
from tracking.lifecycle import State, options
from tracking.store import find_deal
from tracking.templates import COMMON, SIGNED
from workflow.days import day_of
from workflow.deals.tracks import tracks_of


def signing_faults(
    session: ReadSession, viewer: Viewer, deal_id: str, *, signed_on: date | None, is_explained: bool, now: datetime
) -> list[Problem]:
    """What else is wrong with signing on that day, where the contract itself cannot be read. Raises NotFound."""
    deal, _ = find_deal(session, viewer, deal_id)
    return _faults(session, deal, signed_on, is_explained=is_explained, now=now)


def require_signing(session: ReadSession, deal: Deal, form: StageMove, now: datetime) -> None:
    """The form has a contract whose day has come. Raises Invalid, also naming a reason that is missing beside it."""
    if form.signing is None:
        raise Invalid("deal.contract_needed", (Problem("field.required", field="signing"),))
    faults = _faults(session, deal, form.signing.signed_on, is_explained=form.reason is not None, now=now)
    if any(fault.field == "signed_on" for fault in faults):
        raise Invalid("deal.day_in_future", tuple(faults))


def before_signing(session: ReadSession, deal: Deal, signed_on: date | None) -> State:
    """Where the deal stands before a contract is signed, the first or a further one; its day is its evidence."""
    common = next((track for track in tracks_of(session, deal) if track.contract is None), None)
    state = common.state(deal.status) if common else State(COMMON, COMMON.stages[-1].code, deal.status)
    return replace(state, shown=state.shown | {EvidenceKind.SIGNED_CONTRACT}) if signed_on else state


def _faults(
    session: ReadSession, deal: Deal, signed_on: date | None, *, is_explained: bool, now: datetime
) -> list[Problem]:
    late = signed_on is not None and signed_on > day_of(now)
    found = [Problem("field.in_future", field="signed_on")] if late else []
    move = next((o for o in options(before_signing(session, deal, signed_on)) if o.to == SIGNED), None)
    if move is not None and move.needs_reason and not is_explained:
        found.append(Problem("field.required", field="reason"))
    return found
