"""Reasons of another phase are refused where they are given, and nothing has changed after that."""

from collections.abc import Callable
from datetime import datetime

import pytest

from core.database import WriteSession
from core.errors import Invalid
from models.deal_enums import DealStatus
from models.deal_forms import DealCreate, StageMove, StatusMove
from models.deal_outcome import OutcomeCreate
from models.enums import ReasonCode
from tests.workflow.deal_world import World
from workflow.deals import advance_deal, deal_timeline, lose_deal, pause_deal, record_outcome, show_deal, start_deal

SAFETY = ReasonCode.SAFETY


def test_a_reason_of_another_phase_moves_pauses_ends_and_amends_nothing(session: WriteSession, now: datetime) -> None:
    staff = World(session, now).staff()
    key = start_deal(session, staff, DealCreate(title="早期"), now=now).public_id
    before = deal_timeline(session, staff, key).total
    attempts: tuple[Callable[[], object], ...] = (
        lambda: advance_deal(session, staff, key, StageMove(to="negotiation", reason=SAFETY), now=now),
        lambda: pause_deal(session, staff, key, StatusMove(reason=SAFETY), now=now),
        lambda: lose_deal(session, staff, key, StatusMove(reason=SAFETY), now=now),
    )
    for refused in attempts:
        with pytest.raises(Invalid, match="reason_does_not_fit") as error:
            refused()
        assert "no_answer" in str(error.value.params["reasons"])
    shown = show_deal(session, staff, key, now=now)
    assert (shown.stages, shown.status) == (("contact",), DealStatus.OPEN)
    assert deal_timeline(session, staff, key).total == before
    lose_deal(session, staff, key, StatusMove(reason=ReasonCode.TOO_EARLY), now=now)
    with pytest.raises(Invalid, match="reason_does_not_fit"):
        record_outcome(session, staff, key, OutcomeCreate(status=DealStatus.LOST, reason=SAFETY), now=now)


def test_the_reasons_that_are_offered_are_those_that_are_taken(session: WriteSession, now: datetime) -> None:
    staff = World(session, now).staff()
    key = start_deal(session, staff, DealCreate(title="早期"), now=now).public_id
    shown = show_deal(session, staff, key, now=now)
    offered = {move.kind: move.reasons for move in shown.moves}
    assert ReasonCode.NO_COUNTERPART in offered["lose"]
    assert SAFETY not in {reason for move in (*shown.moves, *shown.tracks[0].moves) for reason in move.reasons}
