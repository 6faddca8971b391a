"""Rules, evidence, both sides and variety reach the list, and each viewer sees of them what is his to see."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select

from core.database import WriteSession
from core.errors import Conflict
from core.language.clauses import RequirementKind
from models.capability import Capability
from models.enums import DisclosureLevel, OrganisationKind, Origin, ReasonCode, Role, SupplierKind
from models.match import CandidateCreate, Impression, JudgementCreate, Match, MatchRun
from models.match_enums import MatchStatus, SlotKind, Verdict
from models.match_public import FindingPublic, MatchListPublic, MatchPublic
from models.need import NeedRevision
from models.organisation import Organisation
from models.refusal import Refusal
from tests.workflow.test_match_replay import Scene
from workflow.matches import (
    add_candidate,
    propose_matches,
    record_impressions,
    review_match,
    show_match,
    show_matches,
)
from workflow.matches.lowering import why_lowered
from workflow.matches.shortlist import show_shortlist


@pytest.fixture
def scene(session: WriteSession, now: datetime) -> Scene:
    return Scene(session, now)


def listed(scene: Scene) -> MatchListPublic:
    return show_matches(scene.session, scene.staff, scene.need.public_id)


def line(scene: Scene, name: str) -> MatchPublic:
    [found] = [match for match in listed(scene).matches if match.supplier_name == name]
    return found


def passed_over(scene: Scene) -> dict[str, str]:
    return {passed.supplier_name: passed.reason.code for passed in listed(scene).passed_over}


def as_enterprise(scene: Scene, name: str) -> MatchPublic:
    """The accepted match as the need's own enterprise sees it."""
    [match] = scene.session.exec(select(Match).where(Match.public_id == line(scene, name).public_id))
    match.status = MatchStatus.ACCEPTED
    scene.session.flush()
    firm = scene.session.get_one(Organisation, scene.need.organisation_id)
    return show_match(scene.session, scene.world.viewer(Role.ENTERPRISE_MEMBER, firm), match.public_id)


def test_every_requirement_has_its_verdict_with_the_words_that_prove_it(scene: Scene) -> None:
    scene.run()
    first, second, third = line(scene, "李教授").findings
    assert (first.text, first.confirmed, first.verdict) == (
        "薄板激光焊接后变形大，变形量不超过0.5mm",
        True,
        "met",
    )
    assert first.passage is not None
    assert first.passage.text in "薄板激光焊接，变形量0.3mm，抗拉强度达到320MPa。"
    assert first.passage.capability == line(scene, "李教授").capability
    assert first.reason is not None
    assert second.reason is not None
    assert (second.verdict, "320MPa" in str(second.reason.params["offered"])) == ("met", True)
    assert (third.kind, third.verdict) == ("exclude", "no_evidence")


def test_a_confirmed_must_that_is_contradicted_leaves_the_lowest_band(scene: Scene) -> None:
    scene.run()
    contradicted = line(scene, "王团队")
    assert contradicted.findings[0].verdict == "contradicted"
    assert contradicted.band == "weak"
    assert contradicted.text_band in ("strong", "worth_a_look")
    assert [(one.code, one.params) for one in contradicted.lowered] == [("lowered.contradicted", {"n": 1})]


def test_whoever_is_accepted_against_a_contradiction_is_shown_to_the_enterprise_with_the_reason(scene: Scene) -> None:
    scene.run()
    match = line(scene, "王团队")
    for reason, told in ((ReasonCode.KNOWN_PARTNER, ReasonCode.KNOWN_PARTNER), (ReasonCode.OTHER, None)):
        form = JudgementCreate(verdict=Verdict.ACCEPT, reason=reason, comment="内部说明")
        review_match(scene.session, scene.staff, match.public_id, form, now=scene.now)
        seen = as_enterprise(scene, "王团队")
        assert (seen.nevertheless, seen.judgement, seen.lowered) == (told, None, [])
        [printed] = show_shortlist(scene.session, scene.staff, scene.need.public_id).matches
        assert printed.nevertheless is told


def test_what_is_open_is_asked(scene: Scene) -> None:
    scene.suppliers["李教授"].confirmed_on = None
    scene.session.flush()
    scene.run()
    found = line(scene, "李教授")
    asked = {(question.ask, question.requirement, question.key) for question in found.questions}
    assert ("supplier", 2, "question.no_evidence") in asked
    assert ("supplier", None, "rule.ask.expired.never_confirmed") in asked
    [expired] = [rule for rule in found.rules if rule.rule == "expired"]
    assert (expired.hard, expired.verdict, expired.lowers, expired.excludes) == (True, "unknown", True, False)
    assert [(one.code, one.params) for one in found.lowered] == [("lowered.rule_unknown", {"rule": "expired"})]


def test_what_lowers_a_band_is_said_as_far_as_the_reader_may_know() -> None:
    silent = FindingPublic(requirement=0, kind=RequirementKind.MUST, confirmed=True, verdict="no_evidence")
    findings = [silent, silent, silent.model_copy(update={"kind": RequirementKind.SHOULD})]
    stored = {"band": "weak", "text_band": "strong"}
    assert [(one.code, one.params) for one in why_lowered(stored, [], findings)] == [("lowered.silent", {"n": 2})]
    assert [one.code for one in why_lowered(stored, [], [])] == ["lowered.not_shown"]
    assert why_lowered(stored | {"band": "strong"}, [], findings) == []
    assert why_lowered({}, [], findings) == []


def test_hard_rules_pass_suppliers_over_and_say_why(scene: Scene) -> None:
    scene.suppliers["李教授"].load_limit = 0
    scene.session.add(
        Refusal(
            supplier_id=scene.suppliers["王团队"].key,
            organisation_id=scene.need.organisation_id,
            reason=ReasonCode.OFF_TOPIC,
            decided_at=scene.now,
        )
    )
    scene.session.flush()
    scene.run()
    assert passed_over(scene) == {
        "李教授": "rule.capacity.full",
        "王团队": "proposal.passed_over.refused_for_enterprise",
        "赵工": "rule.exclusion.term",
    }
    [excluded] = [passed for passed in listed(scene).passed_over if passed.supplier_name == "赵工"]
    assert excluded.reason.params == {"term": "含氰"}
    assert (excluded.band, excluded.would_rank > 0) == ("excluded", True)


def test_a_double_of_the_contact_is_never_proposed(scene: Scene) -> None:
    scene.offer("联系人", "铝合金薄板激光焊接", "薄板激光焊接，变形量0.1mm。")
    scene.run()
    assert passed_over(scene)["联系人"] == "rule.conflict_of_interest.maybe_same_person"
    supplier = scene.offer("另一位", "焊接", "焊接。")
    supplier.person_id = scene.need.contact_id
    scene.session.flush()
    with pytest.raises(Conflict, match="conflict_of_interest"):
        add_candidate(
            scene.session,
            scene.staff,
            scene.need.public_id,
            CandidateCreate(supplier=supplier.public_id),
            scene.index,
            now=scene.now,
        )


def test_the_other_direction_is_shown_with_its_bottleneck(scene: Scene) -> None:
    scene.suppliers["李教授"].min_budget = 10**11
    scene.session.flush()
    scene.run()
    found = line(scene, "李教授")
    assert found.need_side is not None
    [budget] = [part for part in found.need_side.parts if part.aspect == "budget"]
    assert (budget.code, budget.fit) == ("short", 0.0)
    assert found.bottleneck in ("need", "supplier", "even")
    assert (found.slot, found.probability) == (SlotKind.RANKED, 1.0)


def test_no_organisation_fills_the_list(scene: Scene) -> None:
    place = scene.world.organisation("大学", OrganisationKind.UNIVERSITY)
    for number in range(4):
        supplier = scene.world.supplier(f"团队{number}", organisation=place, kind=SupplierKind.TEAM)
        supplier.confirmed_on = scene.now.date()
        scene.capability(supplier, f"铝合金薄板激光焊接{number}", "薄板激光焊接后变形小，变形量0.2mm。")
    scene.run(k=4)
    shown = [match.supplier_name for match in listed(scene).matches]
    assert len([name for name in shown if name.startswith("团队")]) == 2
    assert "proposal.passed_over.organisation_full" in passed_over(scene).values()
    scene.now += timedelta(minutes=1)
    run = propose_matches(
        scene.session, scene.staff, scene.need.public_id, scene.index, now=scene.now, k=4, varied=False
    )
    assert run.policy["varied"] is False
    assert len([match for match in listed(scene).matches if match.supplier_name.startswith("团队")]) > 2


def test_places_that_explore_are_on_record_with_their_probability(scene: Scene) -> None:
    for number in range(30):
        scene.offer(f"专家{number}", f"铝合金薄板激光焊接变形控制{number}", "薄板激光焊接后变形小，变形量0.2mm。")
    run = scene.run(k=10)
    shown = [match.public_id for match in listed(scene).matches]
    record_impressions(scene.session, scene.staff, shown, now=scene.now)
    rows = scene.session.exec(select(Impression).order_by(col(Impression.position))).all()
    explored = [row for row in rows if row.slot is SlotKind.EXPLORED]
    assert len(rows) == 10
    assert len(explored) == 1
    assert 0 < explored[0].probability < 1
    assert {row.probability for row in rows if row.slot is SlotKind.RANKED} == {1.0}
    again = scene.session.exec(select(Match).where(Match.run_id == run.key)).all()
    assert sum(match.evidence["slot"] == "explored" for match in again) == 1


def test_the_enterprise_reads_evidence_but_nothing_of_scores_and_of_the_suppliers_side(scene: Scene) -> None:
    scene.suppliers["李教授"].confirmed_on = None
    scene.session.flush()
    scene.run()
    seen = as_enterprise(scene, "李教授")
    assert [finding.verdict for finding in seen.findings] == ["met", "met", "no_evidence"]
    assert seen.findings[0].text
    assert seen.findings[0].passage is not None
    hidden = ("score", "text_score", "text_band", "rank", "slot", "probability", "need_side", "bottleneck")
    assert [getattr(seen, name) for name in hidden] == [None] * len(hidden)
    assert {finding.support for finding in seen.findings} == {None}
    assert {rule.rule for rule in seen.rules} <= {
        "exclusion",
        "required_region",
        "ipr_stance",
        "ipr_state",
        "minimum_maturity",
    }
    assert {rule.adjustment for rule in seen.rules} == {0.0}
    assert {question.ask for question in seen.questions} <= {"asker"}
    assert {way.side for way in seen.ways} <= {"need"}


def test_what_may_not_be_read_of_a_capability_is_not_quoted_by_a_verdict(scene: Scene) -> None:
    scene.run()
    capability = scene.session.exec(
        select(Capability).where(Capability.supplier_id == scene.suppliers["李教授"].key)
    ).one()
    capability.disclosure = int(DisclosureLevel.CARD)
    scene.session.flush()
    seen = as_enterprise(scene, "李教授")
    assert [finding.passage for finding in seen.findings] == [None] * 3
    assert [finding.verdict for finding in seen.findings] == ["met", "met", "no_evidence"]
    assert "320" not in seen.model_dump_json()


def test_no_id_of_a_row_and_no_name_leaves_in_a_parameter(scene: Scene) -> None:
    scene.run()
    for match in listed(scene).matches:
        for rule in match.rules:
            assert not rule.params.keys() & {"organisation", "person", "supplier", "name"}
    for passed in listed(scene).passed_over:
        assert not passed.reason.params.keys() & {"organisation", "person", "supplier", "name"}


def test_what_was_erased_of_the_need_is_gone_from_its_matches(scene: Scene, now: datetime) -> None:
    scene.run()
    revision = scene.session.exec(select(NeedRevision)).one()
    revision.problem, revision.excluded_terms, revision.erased_at = "", [], now
    scene.session.flush()
    shown = listed(scene)
    assert {finding.text for match in shown.matches for finding in match.findings} == {""}
    assert "含氰" not in shown.model_dump_json()


def test_a_candidate_by_hand_carries_what_rules_and_evidence_say_even_against_it(scene: Scene) -> None:
    scene.run(k=1)
    supplier = scene.suppliers["赵工"]
    form = CandidateCreate(supplier=supplier.public_id)
    add_candidate(scene.session, scene.staff, scene.need.public_id, form, scene.index, now=scene.now)
    found = line(scene, "赵工")
    assert (found.origin, found.slot, found.band) == (Origin.STAFF, SlotKind.BY_HAND, "excluded")
    [exclusion] = [rule for rule in found.rules if rule.excludes]
    assert (exclusion.rule, exclusion.params) == ("exclusion", {"term": "含氰"})
    assert len(found.findings) == 3


def test_who_is_refused_comes_by_hand_only_when_that_is_meant(scene: Scene) -> None:
    supplier = scene.suppliers["钱所"]
    scene.session.add(
        Refusal(supplier_id=supplier.key, need_id=scene.need.key, reason=ReasonCode.OTHER, decided_at=scene.now)
    )
    scene.run()
    form = CandidateCreate(supplier=supplier.public_id)
    with pytest.raises(Conflict, match="refusal"):
        add_candidate(scene.session, scene.staff, scene.need.public_id, form, scene.index, now=scene.now)
    meant = form.model_copy(update={"despite_refusal": True})
    add_candidate(scene.session, scene.staff, scene.need.public_id, meant, scene.index, now=scene.now)
    assert line(scene, "钱所").slot is SlotKind.BY_HAND


def test_a_list_of_before_there_were_rules_still_shows(scene: Scene) -> None:
    run = scene.run()
    [first] = scene.session.exec(select(Match).where(Match.run_id == run.key, Match.rank == 1))
    evidence = first.evidence
    first.evidence = {
        "version": 1,
        "features": evidence["best"]["features"],
        "reasons": evidence["reasons"],
        "spans": evidence["spans"],
        "others": [],
    }
    scene.session.flush()
    shown = listed(scene).matches[0]
    assert (shown.findings, shown.rules, shown.ways, shown.need_side, shown.slot) == ([], [], [], None, SlotKind.RANKED)
    assert shown.reasons
    assert shown.score is not None


def test_the_same_instant_draws_the_same_lots(scene: Scene) -> None:
    runs: list[MatchRun] = [scene.run(), scene.run()]
    assert runs[0].policy == runs[1].policy
    scene.now += timedelta(seconds=1)
    assert scene.run().policy["seed"] != runs[0].policy["seed"]


def test_branch_staff_who_see_the_card_alone_get_no_words(scene: Scene) -> None:
    scene.run()
    for capability in scene.session.exec(select(Capability)):
        capability.disclosure = int(DisclosureLevel.CARD)
        capability.branch_id = scene.world.organisation("分会", OrganisationKind.SOCIETY_BRANCH).key
    scene.session.flush()
    viewer = replace(scene.staff)
    [first, *_] = show_matches(scene.session, viewer, scene.need.public_id).matches
    assert first.passages == []
    assert {finding.passage for finding in first.findings} == {None}
    assert [reason for finding in first.findings if (reason := finding.reason) and "offered" in reason.params] == []
