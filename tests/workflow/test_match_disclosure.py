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
from models.match_public import FindingPublic, MatchPublic
from models.supplier import Supplier
from tests.workflow.test_match_replay import Scene
from workflow.indexing import write_vectors
from workflow.matches import search_suppliers, show_match, show_matches
from workflow.matches.fitting import needs_for_supplier

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


def with_economics(scene: Scene) -> Supplier:
    """A supplier that says next to nothing but in what is for few."""
    supplier = scene.world.supplier("周所", person=scene.world.person("周所"))
    supplier.confirmed_on = scene.now.date()
    revision: CapabilityRevision = scene.world.capability(supplier, "铝合金薄板激光焊接", "铝合金薄板的焊接。")
    revision.economics = SECRET
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
