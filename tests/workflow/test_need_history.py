"""What the asking enterprise reads of the history of its need."""

from datetime import datetime

import pytest

from core.database import WriteSession
from models.deal_enums import ContractKind, DealStatus
from models.deal_forms import ContractCreate, StageMove
from models.deal_outcome import OutcomeCreate
from models.deal_public import EventPublic
from models.enums import ReasonCode, SubjectKind
from models.match import CandidateCreate, JudgementCreate
from models.match_enums import Verdict
from models.need import Need, NeedCreate
from tests.workflow.deal_world import World
from tests.workflow.society import DigestEmbedder, Society, found_society
from workflow.deals import advance_deal, open_deal, record_outcome
from workflow.indexing import SearchIndex, write_vectors
from workflow.matches import add_candidate, propose_matches, review_match, show_matches
from workflow.needs import archive_need, restore_need, revise_need, submit_need
from workflow.timeline import read_timeline
from workflow.triage import triage_need

EMBEDDER = DigestEmbedder()


@pytest.fixture
def society(session: WriteSession, now: datetime) -> Society:
    return found_society(session, now)


@pytest.fixture
def world(session: WriteSession, now: datetime) -> World:
    return World(session, now)


def form(**changes: str) -> NeedCreate:
    return NeedCreate.model_validate({"title": "铝合金薄板焊接变形", "problem": "薄板激光焊接后变形大。"} | changes)


def history(session: WriteSession, need: Need, *, works_on_it: bool = False) -> list[EventPublic]:
    page = read_timeline(session, SubjectKind.NEED, need.key, works_on_it=works_on_it)
    return list(page.items[::-1])


def test_the_asker_follows_its_need_from_submission_to_its_end(world: World, society: Society, now: datetime) -> None:
    session, staff, member = world.session, society.lead, society.member
    need = submit_need(session, member, form(), organisation=society.enterprise.public_id, now=now)
    triage_need(session, staff, need.public_id, now=now)
    revise_need(session, member, need.public_id, form(goal="变形小于 1 mm"), now=now)
    archive_need(session, member, need.public_id, now=now)
    restore_need(session, member, need.public_id, now=now)
    index = SearchIndex(EMBEDDER)
    revision = world.capability(world.supplier(), "铝合金薄板激光焊接", "控制薄板焊接变形。")
    write_vectors(session, [revision], embedder=EMBEDDER, now=now)
    index.refresh(session)
    for _ in range(2):
        propose_matches(session, staff, need.public_id, index, now=now)
    [match] = show_matches(session, staff, need.public_id).matches
    verdict = JudgementCreate(verdict=Verdict.ACCEPT, reason=ReasonCode.GOOD_FIT)
    review_match(session, staff, match.public_id, verdict, now=now)
    deal = open_deal(session, staff, match.public_id, now=now).public_id
    signing = ContractCreate(kind=ContractKind.DEVELOPMENT, signed_on=now.date())
    move = StageMove(to="signed", signing=signing, reason=ReasonCode.KNOWN_PARTNER)
    advance_deal(session, staff, deal, move, now=now)
    record_outcome(session, staff, deal, OutcomeCreate(status=DealStatus.WON, text="已投产"), now=now)

    seen = history(session, need)

    assert [event.code for event in seen] == [
        "need.submitted",
        "need.focused",
        "need.revised",
        "need.archived",
        "need.restored",
        "need.matched",
        "need.introduced",
        "need.closed",
    ]
    assert {name for event in seen for name in event.params} == {"clarity_kind", "deal"}
    assert [e.code for e in history(session, need, works_on_it=True)].count("need.proposed") == 2


def test_a_need_that_is_matched_by_hand_is_told_without_naming_anybody(
    world: World, society: Society, now: datetime
) -> None:
    need = world.need()
    candidate = CandidateCreate(supplier=world.supplier().public_id)
    index = SearchIndex(EMBEDDER)
    index.refresh(world.session)
    add_candidate(world.session, society.lead, need.public_id, candidate, index, now=now)
    seen = history(world.session, need)
    assert [(event.code, event.params) for event in seen] == [("need.matched", {})]
