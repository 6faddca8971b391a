"""Whoever may read a part of a capability, or of a need, learns nothing from a match of the rest."""

from datetime import datetime

import pytest
from sqlmodel import select

from core.database import WriteSession
from matching.embedding.static import shipped_embedder
from models.access import Viewer
from models.capability import CapabilityRevision
from models.enums import DisclosureLevel, NeedStatus, OrganisationKind, Role, SubjectKind
from models.grant import Grant
from models.match import CandidateCreate, Match, MatchRecord
from models.match_enums import MatchStatus
from models.match_public import FindingPublic, MatchPublic
from models.need import NeedRevision
from models.requirement import Requirement
from models.supplier import Supplier
from tests.workflow.test_match_replay import Scene
from workflow.indexing import write_vectors
from workflow.matches import add_candidate, search_suppliers, show_match, show_matches
from workflow.matches.changes import explain_changes
from workflow.matches.fitting import needs_for_supplier
from workflow.matches.replay import replay_run
from workflow.matches.shortlist import show_shortlist

SECRET = "薄板激光焊接后变形大，变形量不超过0.4mm，抗拉强度360MPa，造价八千万"
"""Of economics, which is for those who read a capability in full."""


@pytest.fixture
def scene(session: WriteSession, now: datetime) -> Scene:
    return Scene(session, now)


def branch_staff(scene: Scene, level: DisclosureLevel) -> Viewer:
    """Staff of a branch who read the need at `level`, and of capabilities what is public."""
    viewer = scene.world.viewer(Role.STAFF, scene.world.organisation("分会", OrganisationKind.SOCIETY_BRANCH))
    assert viewer.person_id is not None
    scene.session.add(
        Grant(
            object_kind=SubjectKind.NEED,
            object_id=scene.need.key,
            level=level,
            person_id=viewer.person_id,
            granted_by_id=viewer.person_id,
            granted_at=scene.now,
        )
    )
    scene.session.flush()
    return viewer


def with_economics(scene: Scene, economics: str = SECRET) -> Supplier:
    """A supplier that says next to nothing but in what is for few."""
    supplier = scene.world.supplier("周所", person=scene.world.person("周所"))
    supplier.confirmed_on = scene.now.date()
    revision: CapabilityRevision = scene.world.capability(supplier, "铝合金薄板激光焊接", "铝合金薄板的焊接。")
    revision.economics = economics
    scene.session.flush()
    write_vectors(scene.session, [revision], embedder=shipped_embedder(), now=scene.now)
    return supplier


def line(scene: Scene, viewer: Viewer, name: str) -> MatchPublic:
    shown = show_matches(scene.session, viewer, scene.need.public_id).matches
    [found] = [match for match in shown if match.supplier_name == name]
    assert show_match(scene.session, viewer, found.public_id) == found
    return found


def told(findings: list[FindingPublic]) -> set[str]:
    return {finding.verdict for finding in findings}


def test_a_match_tells_nothing_of_what_is_written_beyond_what_its_reader_may_read(scene: Scene) -> None:
    with_economics(scene)
    scene.run()
    in_full = line(scene, scene.staff, "周所")
    assert "360MPa" in in_full.model_dump_json()
    assert told(in_full.findings) > {"no_evidence"}
    seen = line(scene, branch_staff(scene, DisclosureLevel.FULL), "周所")
    assert told(seen.findings) == {"no_evidence"}
    assert {(finding.reason, finding.passage, finding.support) for finding in seen.findings[:2]} == {(None, None, None)}
    assert all(passage.text in "铝合金薄板激光焊接铝合金薄板的焊接。" for passage in seen.passages)
    for hidden in ("360MPa", "0.4mm", "造价", "变形"):
        assert hidden not in "".join(str(reason.params) for reason in seen.reasons)
    assert {question.key for question in seen.questions if question.requirement is not None} <= {"question.no_evidence"}
    touched = {change.requirement for way in seen.ways for change in way.changes}
    assert touched.isdisjoint({0, 1})


def test_why_a_band_is_lower_tells_nothing_of_what_its_reader_may_not_read(scene: Scene) -> None:
    with_economics(scene, SECRET.replace("360MPa", "100MPa"))
    scene.run()
    in_full, seen = line(scene, scene.staff, "周所"), line(scene, branch_staff(scene, DisclosureLevel.FULL), "周所")
    assert (told(in_full.findings) >= {"contradicted"}, told(seen.findings)) == (True, {"no_evidence"})
    assert "lowered.doubted" in {one.code for one in in_full.lowered}
    assert {one.code for one in seen.lowered} == {"lowered.rule_unknown", "lowered.silent"}


def test_what_a_reader_may_read_is_proved_as_before(scene: Scene) -> None:
    scene.run()
    viewer = branch_staff(scene, DisclosureLevel.FULL)
    assert line(scene, viewer, "李教授").findings == line(scene, scene.staff, "李教授").findings


def test_a_search_looks_for_evidence_in_what_its_reader_may_read(scene: Scene) -> None:
    with_economics(scene)
    scene.index.refresh(scene.session)
    text = "铝合金薄板激光焊接，变形量不超过0.5mm。抗拉强度≥300MPa。造价不超过一亿。"

    def found(viewer: Viewer) -> str:
        shown = search_suppliers(scene.session, viewer, scene.index, text).matches
        [one] = [match for match in shown if match.supplier_name == "周所"]
        asked = {"text": ""}  # what was searched for is the reader's own
        one.findings = [finding.model_copy(update=asked) for finding in one.findings]
        return one.model_dump_json()

    assert "360MPa" in found(scene.staff)
    seen = found(branch_staff(scene, DisclosureLevel.FULL))
    for hidden in ("360MPa", "0.4mm", "造价", "变形", "contradicted"):
        assert hidden not in seen


def test_needs_are_fitted_to_what_the_reader_may_read_of_the_supplier(scene: Scene) -> None:
    supplier = with_economics(scene)
    scene.index.refresh(scene.session)
    scene.need.status = NeedStatus.FOCUSED
    scene.session.flush()

    def findings(viewer: Viewer) -> list[FindingPublic]:
        shown = needs_for_supplier(scene.session, viewer, supplier.public_id, scene.index, now=scene.now)
        [one] = shown.needs
        assert viewer is scene.staff or "360MPa" not in one.model_dump_json()
        return one.findings

    assert told(findings(scene.staff)) > {"no_evidence"}
    assert told(findings(branch_staff(scene, DisclosureLevel.FULL))) == {"no_evidence"}
    assert scene.session.exec(select(CapabilityRevision).where(CapabilityRevision.economics == SECRET)).one()


# --- what is for those who read the need in full -------------------------------------------------------------------


def dear(scene: Scene) -> None:
    """Suppliers that take on nothing so small, that are the asker's, that the asker excludes, by name and by a term."""
    scene.suppliers["李教授"].min_budget = 80_000_000
    scene.suppliers["钱所"].min_budget = 80_000_000
    revision = scene.session.exec(select(NeedRevision).where(NeedRevision.need_id == scene.need.key)).one()
    revision.excluded_names = ["王团队"]
    scene.suppliers["钱所"].organisation_id = scene.need.organisation_id
    scene.session.flush()


def test_staff_who_read_the_summary_of_a_need_learn_nothing_of_its_budget(scene: Scene) -> None:
    dear(scene)
    scene.run()
    in_full, seen = scene.staff, branch_staff(scene, DisclosureLevel.SUMMARY)
    assert "budget" in line(scene, in_full, "李教授").model_dump_json()
    shown = line(scene, seen, "李教授")
    for hidden in ("budget", "lower_floor", "amount"):
        assert hidden not in shown.model_dump_json()
    assert shown.need_side is not None
    assert (shown.need_side.score, shown.need_side.band, shown.bottleneck) == (None, None, None)
    assert "field" in {part.aspect for part in shown.need_side.parts}
    assert shown.score == line(scene, in_full, "李教授").score


def test_staff_who_read_the_summary_of_a_need_learn_nothing_of_who_asks_and_whom_it_excludes(scene: Scene) -> None:
    dear(scene)
    scene.run()

    def passed_over(viewer: Viewer) -> dict[str, tuple[str, bool]]:
        shown = show_matches(scene.session, viewer, scene.need.public_id)
        text = shown.model_dump_json()
        assert viewer is scene.staff or ("conflict_of_interest" not in text and "exclusion" not in text)
        return {one.supplier_name: (one.reason.code, bool(one.reason.params)) for one in shown.passed_over}

    assert {code for code, _ in passed_over(scene.staff).values()} == {
        "rule.exclusion.supplier",
        "rule.exclusion.term",
        "rule.conflict_of_interest.same_organisation",
    }
    seen = passed_over(branch_staff(scene, DisclosureLevel.SUMMARY))
    assert seen == dict.fromkeys(("王团队", "赵工", "钱所"), ("proposal.passed_over.excluded", False))


def test_a_candidate_by_hand_whom_the_asker_excludes_is_left_out_without_a_reason(scene: Scene) -> None:
    dear(scene)
    scene.run()
    form = CandidateCreate(supplier=scene.suppliers["王团队"].public_id)
    add_candidate(scene.session, scene.staff, scene.need.public_id, form, scene.index, now=scene.now)
    seen = line(scene, branch_staff(scene, DisclosureLevel.SUMMARY), "王团队")
    [left_out] = [rule for rule in seen.rules if rule.excludes]
    assert (seen.band, left_out.rule, left_out.reason_key) == ("excluded", "excluded", "proposal.passed_over.excluded")
    assert "exclusion" not in seen.model_dump_json()


def test_a_shortlist_that_is_printed_for_an_enterprise_tells_the_printer_no_more_than_he_may_read(scene: Scene) -> None:
    dear(scene)
    scene.run()
    for match in scene.session.exec(select(Match)):
        ways = [{"side": "need", "band": "strong", "changes": [BUDGET]}]
        match.status, match.evidence = MatchStatus.ACCEPTED, match.evidence | {"ways": ways}
    scene.session.flush()
    [told] = show_shortlist(scene.session, scene.staff, scene.need.public_id).matches
    assert told.ways
    [told] = show_shortlist(scene.session, branch_staff(scene, DisclosureLevel.SUMMARY), scene.need.public_id).matches
    assert told.ways == []


BUDGET = {"code": "raise_budget", "side": "need", "params": {"amount": 80_000_000, "currency": "CNY"}}


def test_why_a_ranking_changed_and_its_replay_name_nothing_that_is_for_others(scene: Scene) -> None:
    dear(scene)
    run = scene.run()
    seen = branch_staff(scene, DisclosureLevel.SUMMARY)
    record = scene.session.exec(select(MatchRecord)).one()
    record.content = record.content | {"passed_over": []}
    scene.need.contact_id = scene.world.person("新联系人").key
    scene.session.flush()
    for viewer, reads in ((scene.staff, True), (seen, False)):
        changes = explain_changes(scene.session, viewer, run.public_id, scene.index, now=scene.now)
        assert ("asker_changed" in [cause.code for cause in changes.causes]) == reads
        replayed = replay_run(scene.session, viewer, run.public_id, shipped_embedder())
        assert not replayed.same
        assert bool(replayed.differences) == reads


def test_whom_to_call_stays_hidden_where_a_match_or_a_fitting_need_quotes_the_need(scene: Scene) -> None:
    requirement = scene.session.exec(select(Requirement).where(Requirement.position == 0)).one()
    requirement.wording = "变形量不超过0.4mm，联系人任工，电话13800001234"
    scene.need.status = NeedStatus.MATCHED
    scene.run()
    supplier = scene.suppliers["李教授"].public_id
    for viewer, is_told in ((scene.staff, True), (branch_staff(scene, DisclosureLevel.SUMMARY), False)):
        listed = show_matches(scene.session, viewer, scene.need.public_id)
        fitting = needs_for_supplier(scene.session, viewer, supplier, scene.index, now=scene.now)
        assert listed.matches
        assert fitting.needs
        for shown in (listed, fitting):
            assert ("13800001234" in shown.model_dump_json(), "任工" in shown.model_dump_json()) == (is_told, is_told)
