from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState
from sqlmodel import col, func, select

from core.database import WriteSession
from core.errors import Conflict, Invalid, NotFound, Refused
from core.language.clauses import RequirementKind
from models.access import ANONYMOUS, Viewer
from models.capability import CapabilityRevision
from models.enums import DisclosureLevel, NeedStatus, OrganisationKind, Origin, ReasonCode, Role, SupplierKind
from models.match import CandidateCreate, Impression, Judgement, JudgementCreate, Match, MatchRecord
from models.match_enums import MatchStatus, Verdict
from models.match_public import MatchPublic
from models.need import Need, NeedRevision
from models.organisation import Organisation
from models.person import Person
from models.supplier import Supplier
from tests.workflow.deal_world import World
from tracking.reasons import FOR_VERDICTS
from workflow.deals import open_deal
from workflow.indexing import SearchIndex, write_vectors
from workflow.matches import (
    add_candidate,
    propose_matches,
    record_impressions,
    review_match,
    search_suppliers,
    show_match,
    show_matches,
)


class NoEmbedder:
    """Knows no word: every vector is zero, so that texts alone decide."""

    name = "nothing-8"
    dim = 8

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.zeros((len(texts), self.dim), dtype=np.float32)


@pytest.fixture
def world(session: WriteSession, now: datetime) -> World:
    return World(session, now)


@pytest.fixture
def staff(world: World) -> Viewer:
    return world.staff()


@pytest.fixture
def index() -> SearchIndex:
    return SearchIndex(NoEmbedder())


@pytest.fixture
def need(world: World) -> Need:
    return world.need(title="铝合金薄板焊接变形", problem="薄板激光焊接后变形大。")


def offer(
    world: World,
    index: SearchIndex,
    name: str,
    title: str = "铝合金薄板激光焊接",
    summary: str = "控制薄板焊接变形，效果好。",
    supplier: Supplier | None = None,
    disclosure: DisclosureLevel = DisclosureLevel.SUMMARY,
) -> Supplier:
    """A supplier with one capability, in the index."""
    supplier = supplier or world.supplier(name)
    revision = world.capability(supplier, title, summary, disclosure=disclosure)
    write_vectors(world.session, [revision], embedder=NoEmbedder(), now=world.now)
    index.refresh(world.session)
    return supplier


def names(world: World, viewer: Viewer, need: Need) -> list[str]:
    return [match.supplier_name for match in show_matches(world.session, viewer, need.public_id).matches]


def line(world: World, viewer: Viewer, need: Need, name: str) -> MatchPublic:
    [found] = [m for m in show_matches(world.session, viewer, need.public_id).matches if m.supplier_name == name]
    return found


def propose(world: World, viewer: Viewer, need: Need, index: SearchIndex, k: int = 10) -> None:
    index.refresh(world.session)
    propose_matches(world.session, viewer, need.public_id, index, now=world.now, k=k)


REASONS = {
    Verdict.ACCEPT: ReasonCode.GOOD_FIT,
    Verdict.DECLINE: ReasonCode.OFF_TOPIC,
    Verdict.DEFER: ReasonCode.TOO_EARLY,
}


def judge(world: World, viewer: Viewer, need: Need, name: str, verdict: Verdict) -> None:
    form = JudgementCreate(verdict=verdict, reason=REASONS[verdict])
    review_match(world.session, viewer, line(world, viewer, need, name).public_id, form, now=world.now)


@pytest.mark.parametrize(
    ("verdict", "reason"),
    [
        (Verdict.ACCEPT, ReasonCode.OFF_TOPIC),
        (Verdict.ACCEPT, ReasonCode.CONFLICT_OF_INTEREST),
        (Verdict.DECLINE, ReasonCode.GOOD_FIT),
        (Verdict.DEFER, ReasonCode.OFF_TOPIC),
        (Verdict.DECLINE, ReasonCode.SAFETY),
    ],
)
def test_a_verdict_with_a_reason_of_another_one_is_refused_with_those_that_fit(
    world: World, staff: Viewer, need: Need, index: SearchIndex, verdict: Verdict, reason: ReasonCode
) -> None:
    offer(world, index, "未定")
    propose(world, staff, need, index)
    match = line(world, staff, need, "未定")
    with pytest.raises(Invalid) as refused:
        review_match(
            world.session, staff, match.public_id, JudgementCreate(verdict=verdict, reason=reason), now=world.now
        )
    assert str(refused.value.params["reasons"]).split(",") == [one.value for one in FOR_VERDICTS[verdict]]
    assert world.session.exec(select(Judgement)).all() == []


# --- proposing -----------------------------------------------------------------------------------------------------


def test_a_run_stores_what_the_reviewer_sees_without_a_word_of_text(
    world: World, staff: Viewer, need: Need, index: SearchIndex
) -> None:
    supplier = world.supplier("李教授")
    revision = world.capability(supplier, "铝合金薄板激光焊接", "用于航天。", keywords=["变形控制"])
    write_vectors(world.session, [revision], embedder=NoEmbedder(), now=world.now)
    offer(world, index, "王所长", "水稻抗旱育种", "培育抗旱水稻。")
    propose(world, staff, need, index)
    assert need.status is NeedStatus.MATCHED
    shown = show_matches(world.session, staff, need.public_id)
    assert (shown.matches[0].supplier_name, shown.matches[0].rank, shown.may_change) == ("李教授", 1, True)
    best = shown.matches[0]
    assert best.capability_title == "铝合金薄板激光焊接"
    assert best.reasons[0].code == "shared_terms"
    terms = str(best.reasons[0].params["terms"]).split(" · ")
    assert "薄板" in terms
    assert "变形" in terms  # which stands in the keywords alone
    assert best.reasons[0].params["count"] == len(terms)
    assert best.passages[0].text == "铝合金薄板激光焊接"
    [stored] = world.session.exec(select(Match).where(Match.public_id == best.public_id))
    assert stored.evidence["version"] == 2
    assert set(stored.evidence["best"]["features"]) >= {"characters", "pairs", "dense"}
    [record] = world.session.exec(select(MatchRecord))
    assert len(record.content["candidates"]) == 1
    for kept in (stored.evidence, record.content):
        assert not any(word in str(kept) for word in ("薄板", "李教授", "甲公司"))


def test_what_was_shown_stays_when_the_capability_is_revised_and_goes_when_it_is_erased(
    world: World, staff: Viewer, need: Need, index: SearchIndex, now: datetime
) -> None:
    offer(world, index, "李教授")
    propose(world, staff, need, index)
    old = world.session.exec(select(CapabilityRevision)).one()
    old.valid_to = now
    world.session.flush()
    new = CapabilityRevision(capability_id=old.capability_id, number=2, valid_from=now, title="改了", summary="全改了")
    world.session.add(new)
    world.session.flush()
    assert line(world, staff, need, "李教授").passages[0].text == "铝合金薄板激光焊接"
    old.title, old.summary, old.erased_at = "", "", now
    world.session.flush()
    erased = line(world, staff, need, "李教授")
    assert (erased.passages, [reason for reason in erased.reasons if reason.code == "shared_terms"]) == ([], [])


def test_the_asker_and_its_people_are_never_proposed(world: World, staff: Viewer, index: SearchIndex) -> None:
    firm, university = world.organisation("甲公司"), world.organisation("大学", OrganisationKind.UNIVERSITY)
    contact, colleague = world.person("联系人"), world.person("同事")
    world.affiliation(contact, university)
    world.affiliation(colleague, firm)
    need = world.need(firm, contact=contact, title="铝合金薄板焊接变形")
    place = SupplierKind.ORGANISATION
    offer(world, index, "本公司", supplier=world.supplier("本公司", organisation=firm, kind=place))
    offer(world, index, "同事", supplier=world.supplier("同事", person=colleague))
    offer(world, index, "联系人", supplier=world.supplier("联系人", person=contact))
    offer(world, index, "大学团队", supplier=world.supplier("大学团队", organisation=university))
    offer(world, index, "外人")
    propose(world, staff, need, index)
    assert names(world, staff, need) == ["外人"]


def test_a_declined_supplier_is_not_proposed_again_and_decided_ones_stay_on_the_list(
    world: World, staff: Viewer, need: Need, index: SearchIndex
) -> None:
    for name in ("采纳", "拒绝", "暂缓", "未定"):
        offer(world, index, name)
    propose(world, staff, need, index)
    judge(world, staff, need, "采纳", Verdict.ACCEPT)
    judge(world, staff, need, "拒绝", Verdict.DECLINE)
    judge(world, staff, need, "暂缓", Verdict.DEFER)
    propose(world, staff, need, index)
    assert sorted(names(world, staff, need)) == sorted(["采纳", "暂缓", "未定"])
    assert line(world, staff, need, "采纳").status is MatchStatus.ACCEPTED
    assert world.session.exec(select(func.count(col(Match.id)))).one() == 5


@pytest.mark.parametrize("status", [NeedStatus.SUBMITTED, NeedStatus.CLOSED])
def test_a_need_that_is_not_focused_or_is_closed_is_not_matched(
    world: World, staff: Viewer, index: SearchIndex, status: NeedStatus
) -> None:
    need = world.need(status=status)
    with pytest.raises(Conflict):
        propose(world, staff, need, index)


def test_a_need_without_any_likeness_keeps_its_status(world: World, staff: Viewer, index: SearchIndex) -> None:
    need = world.need(title="？？？", problem="。。。")
    propose(world, staff, need, index)
    assert (names(world, staff, need), need.status) == ([], NeedStatus.FOCUSED)
    with pytest.raises(Invalid):
        propose(world, staff, need, index, k=0)


def test_nothing_is_proposed_that_the_staff_member_may_not_read(
    world: World, need: Need, index: SearchIndex, staff: Viewer
) -> None:
    branch = world.organisation("分会", OrganisationKind.SOCIETY_BRANCH)
    hidden = world.supplier("保密")
    revision = world.capability(hidden, "铝合金薄板激光焊接", disclosure=DisclosureLevel.CARD, branch=branch)
    write_vectors(world.session, [revision], embedder=NoEmbedder(), now=world.now)
    offer(world, index, "公开")
    propose(world, staff, need, index)
    assert names(world, staff, need) == ["公开"]
    lead = world.viewer(Role.LEAD)
    propose(world, lead, need, index)
    assert sorted(names(world, lead, need)) == ["保密", "公开"]
    ours = line(world, staff, need, "保密")  # the lead's proposal, as somebody sees it who may read only the card
    assert (ours.capability_title, ours.passages) == ("铝合金薄板激光焊接", [])
    assert "shared_terms" not in [reason.code for reason in ours.reasons]


def test_only_staff_who_see_the_need_propose_and_only_its_enterprise_looks_besides(
    world: World, staff: Viewer, index: SearchIndex
) -> None:
    firm = world.organisation("甲公司")
    need = world.need(firm, title="铝合金薄板焊接变形", disclosure=DisclosureLevel.SUMMARY)
    offer(world, index, "采纳")
    offer(world, index, "未定")
    propose(world, staff, need, index)
    judge(world, staff, need, "采纳", Verdict.ACCEPT)
    member = world.viewer(Role.ENTERPRISE_MEMBER, firm)
    shown = show_matches(world.session, member, need.public_id)
    assert [match.supplier_name for match in shown.matches] == ["采纳"]
    assert (shown.may_change, shown.matches[0].score, shown.matches[0].judgement) == (False, None, None)
    branch_staff = world.viewer(Role.STAFF, world.organisation("分会", OrganisationKind.SOCIETY_BRANCH))
    for viewer in (member, branch_staff, world.viewer(Role.SUPPLIER)):
        with pytest.raises(Refused):
            propose(world, viewer, need, index)
    for viewer in (branch_staff, world.viewer(Role.SUPPLIER)):
        with pytest.raises(Refused):
            show_matches(world.session, viewer, need.public_id)
    secret = world.need(firm, disclosure=DisclosureLevel.STATISTICS)
    with pytest.raises(NotFound):
        show_matches(world.session, world.viewer(Role.SUPPLIER), secret.public_id)


def test_the_asking_enterprise_reads_nothing_of_the_engine(
    world: World, staff: Viewer, need: Need, index: SearchIndex
) -> None:
    offer(world, index, "李教授")
    propose(world, staff, need, index)
    judge(world, staff, need, "李教授", Verdict.ACCEPT)
    firm = world.session.get_one(Organisation, need.organisation_id)
    hidden = ("run", "run_at", "candidates", "model", "ranker")

    for viewer, reads in ((staff, True), (world.viewer(Role.ENTERPRISE_MEMBER, firm), False)):
        shown = show_matches(world.session, viewer, need.public_id)
        assert [bool(getattr(shown, name)) for name in hidden] == [reads] * len(hidden)
        for match in (*shown.matches, show_match(world.session, viewer, shown.matches[0].public_id)):
            assert (match.rank is not None, match.score is not None) == (reads, reads)


# --- by hand -------------------------------------------------------------------------------------------------------


def test_a_candidate_by_hand_is_scored_and_stands_first_with_its_note(
    world: World, staff: Viewer, need: Need, index: SearchIndex, now: datetime
) -> None:
    offer(world, index, "李教授")
    known = offer(world, index, "老熟人", "铝材焊接咨询", "长期合作。")
    propose(world, staff, need, index, k=1)
    form = CandidateCreate(supplier=known.public_id, note="我认识他")
    add_candidate(world.session, staff, need.public_id, form, index, now=now)
    added = line(world, staff, need, "老熟人")
    assert (added.origin, added.note, added.proposed_by_name) == (Origin.STAFF, "我认识他", "staff")
    assert added.score is not None
    assert added.capability_title == "铝材焊接咨询"
    assert names(world, staff, need) == ["老熟人", "李教授"]
    propose(world, staff, need, index)
    assert names(world, staff, need) == ["老熟人", "李教授"]


def test_a_candidate_who_is_on_the_list_or_is_the_asker_is_refused(
    world: World, staff: Viewer, index: SearchIndex, now: datetime
) -> None:
    firm = world.organisation("甲公司")
    need = world.need(firm, title="铝合金薄板焊接变形")
    listed, own = offer(world, index, "李教授"), world.supplier("本公司", organisation=firm)
    by_hand = world.supplier("无能力条目")
    propose(world, staff, need, index)
    form = CandidateCreate(supplier=by_hand.public_id)
    match = add_candidate(world.session, staff, need.public_id, form, index, now=now)
    assert (match.score, match.capability_revision_id) == (None, None)
    for supplier in (listed, own, by_hand):
        form = CandidateCreate(supplier=supplier.public_id)
        with pytest.raises(Conflict):
            add_candidate(world.session, staff, need.public_id, form, index, now=now)


# --- judging -------------------------------------------------------------------------------------------------------


def test_a_later_judgement_holds_and_the_earlier_stays_in_the_record(
    world: World, staff: Viewer, need: Need, index: SearchIndex
) -> None:
    offer(world, index, "李教授")
    propose(world, staff, need, index)
    judge(world, staff, need, "李教授", Verdict.DEFER)
    judge(world, staff, need, "李教授", Verdict.ACCEPT)
    shown = line(world, staff, need, "李教授")
    assert shown.judgement is not None
    assert (shown.status, shown.judgement.verdict) == (MatchStatus.ACCEPTED, Verdict.ACCEPT)
    verdicts = world.session.exec(select(Judgement.verdict).order_by(col(Judgement.id))).all()
    assert verdicts == [Verdict.DEFER, Verdict.ACCEPT]


def test_a_match_judged_by_somebody_else_meanwhile_is_a_conflict(
    world: World, staff: Viewer, need: Need, index: SearchIndex, now: datetime
) -> None:
    offer(world, index, "李教授")
    propose(world, staff, need, index)
    seen = line(world, staff, need, "李教授")
    judge(world, staff, need, "李教授", Verdict.DECLINE)
    form = JudgementCreate(verdict=Verdict.ACCEPT, reason=ReasonCode.GOOD_FIT, version=seen.version)
    with pytest.raises(Conflict, match="changed_meanwhile"):
        review_match(world.session, staff, seen.public_id, form, now=now)


@pytest.mark.parametrize("who", ["himself", "his organisation", "whom he acts for"])
def test_nobody_judges_himself_or_his_own_organisation(
    world: World, staff: Viewer, need: Need, index: SearchIndex, who: str
) -> None:
    reviewer, place = world.staff("评审人"), world.organisation("研究院")
    assert reviewer.person_id is not None
    person = world.session.get_one(Person, reviewer.person_id)
    if who == "himself":
        supplier = world.supplier("对象", person=person)
    else:
        supplier = world.supplier("对象", organisation=place, kind=SupplierKind.ORGANISATION)
    if who == "his organisation":
        world.affiliation(person, place)
    if who == "whom he acts for":
        reviewer = replace(reviewer, suppliers=frozenset({supplier.key}))
    offer(world, index, "对象", supplier=supplier)
    offer(world, index, "他人", supplier=world.supplier("他人", organisation=place))
    propose(world, staff, need, index)
    with pytest.raises(Refused, match="reviewer_conflict"):
        judge(world, reviewer, need, "对象", Verdict.ACCEPT)
    judge(world, reviewer, need, "他人", Verdict.ACCEPT)
    judge(world, staff, need, "对象", Verdict.DECLINE)


def test_an_accepted_match_with_a_deal_is_not_declined(
    world: World, staff: Viewer, need: Need, index: SearchIndex, now: datetime
) -> None:
    offer(world, index, "李教授")
    propose(world, staff, need, index)
    judge(world, staff, need, "李教授", Verdict.ACCEPT)
    deal = open_deal(world.session, staff, line(world, staff, need, "李教授").public_id, now=now)
    with pytest.raises(Conflict, match="has_deal"):
        judge(world, staff, need, "李教授", Verdict.DECLINE)
    assert line(world, staff, need, "李教授").deal == deal.public_id


def test_a_match_made_before_the_need_was_revised_says_so(
    world: World, staff: Viewer, need: Need, index: SearchIndex, now: datetime
) -> None:
    offer(world, index, "李教授")
    propose(world, staff, need, index)
    assert not line(world, staff, need, "李教授").is_outdated
    revision = world.session.exec(select(NeedRevision).where(NeedRevision.need_id == need.key)).one()
    revision.valid_to = now
    world.session.flush()
    world.session.add(NeedRevision(need_id=need.key, number=2, valid_from=now, title="新题目"))
    world.session.flush()
    assert line(world, staff, need, "李教授").is_outdated


def revised_meanwhile(world: World, need: Need) -> None:
    """Somebody revises the need just before its row is locked: that read alone takes the row anew."""
    is_done = False

    def revise(state: ORMExecuteState) -> None:
        nonlocal is_done
        if is_done or not state.execution_options.get("populate_existing"):
            return
        is_done = True
        world.session.exec(select(NeedRevision).where(NeedRevision.need_id == need.key)).one().valid_to = world.now
        world.session.flush()
        world.session.add(NeedRevision(need_id=need.key, number=2, valid_from=world.now, title="铝合金薄板"))
        world.session.flush()

    event.listen(world.session, "do_orm_execute", revise)


def newest(world: World) -> int:
    return world.session.exec(select(NeedRevision).where(col(NeedRevision.valid_to).is_(None))).one().key


def test_a_run_is_of_what_the_need_says_once_it_is_locked(
    world: World, staff: Viewer, need: Need, index: SearchIndex
) -> None:
    offer(world, index, "李教授")
    revised_meanwhile(world, need)
    run = propose_matches(world.session, staff, need.public_id, index, now=world.now)
    [match] = world.session.exec(select(Match)).all()
    assert run.need_revision_id == match.need_revision_id == newest(world)


def test_a_candidate_by_hand_is_held_against_what_the_need_says_once_it_is_locked(
    world: World, staff: Viewer, need: Need, index: SearchIndex
) -> None:
    supplier = offer(world, index, "李教授")
    revised_meanwhile(world, need)
    form = CandidateCreate(supplier=supplier.public_id)
    match = add_candidate(world.session, staff, need.public_id, form, index, now=world.now)
    assert match.need_revision_id == newest(world)


# --- impressions ---------------------------------------------------------------------------------------------------


def test_what_was_shown_is_recorded_once_for_each_person_with_its_place(
    world: World, staff: Viewer, need: Need, index: SearchIndex, now: datetime
) -> None:
    for name in ("甲", "乙"):
        offer(world, index, name)
    propose(world, staff, need, index)
    shown = [match.public_id for match in show_matches(world.session, staff, need.public_id).matches]
    assert record_impressions(world.session, staff, shown, now=now) == 2
    assert record_impressions(world.session, staff, shown[::-1], now=now + timedelta(hours=1)) == 0
    assert record_impressions(world.session, world.staff("同事"), shown, now=now) == 2
    assert record_impressions(world.session, world.viewer(Role.SUPPLIER), shown, now=now) == 0
    assert record_impressions(world.session, ANONYMOUS, shown, now=now) == 0
    rows = world.session.exec(select(Impression).where(Impression.person_id == staff.person_id)).all()
    assert sorted((row.position, row.slot, row.probability) for row in rows) == [(1, "ranked", 1.0), (2, "ranked", 1.0)]
    assert {row.shown_at for row in rows} == {now}


# --- searching -----------------------------------------------------------------------------------------------------


def test_free_text_finds_suppliers_and_leaves_no_trace(world: World, staff: Viewer, index: SearchIndex) -> None:
    offer(world, index, "李教授")
    offer(world, index, "保密", disclosure=DisclosureLevel.STATISTICS)
    found = search_suppliers(world.session, staff, index, "谁能做薄板激光焊接")
    assert {proposal.supplier_name for proposal in found.matches} == {"李教授", "保密"}
    member = world.viewer(Role.ENTERPRISE_MEMBER, world.organisation())
    [seen] = search_suppliers(world.session, member, index, "谁能做薄板激光焊接").matches
    assert (seen.supplier_name, seen.passages[0].field) == ("李教授", "title")
    assert search_suppliers(world.session, ANONYMOUS, index, "薄板").matches == []
    assert search_suppliers(world.session, staff, index, "").matches == []
    assert world.session.exec(select(func.count(col(Match.id)))).one() == 0
    with pytest.raises(Invalid):
        search_suppliers(world.session, staff, index, "长" * 20_001)


def test_clauses_of_a_free_text_are_held_against_what_was_found_and_bind_nobody(
    world: World, staff: Viewer, index: SearchIndex
) -> None:
    offer(world, index, "李教授", summary="薄板激光焊接，变形量0.3mm，抗拉强度达到320MPa。")
    text = "我厂有 72 名员工，去年毛利不到 18%。铝合金薄板激光焊接，抗拉强度≥300MPa；变形量不超过0.1mm。"
    [found] = search_suppliers(world.session, staff, index, text).matches
    [alone] = search_suppliers(world.session, staff, index, "铝合金薄板激光焊接").matches
    verdicts = {finding.text: finding.verdict for finding in found.findings}
    assert "met" in verdicts.values()
    assert "contradicted" in verdicts.values()
    assert {finding.kind for finding in found.findings} == {RequirementKind.SHOULD}
    for finding in found.findings:
        assert finding.text in text
        assert "我厂" not in finding.text
        assert "毛利" not in finding.text
        if finding.passage is not None:
            assert finding.passage.text in "薄板激光焊接，变形量0.3mm，抗拉强度达到320MPa。"
    assert alone.findings == []
