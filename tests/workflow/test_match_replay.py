"""A run is done again from its record alone; what cannot be is named."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select

from core.database import WriteSession
from core.errors import Conflict, NotFound, Refused
from core.language.clauses import RequirementKind
from matching.embedding.static import shipped_embedder
from matching.ranker import COLD
from models.access import Viewer
from models.capability import Capability, CapabilityRevision
from models.changes import record_change
from models.enums import ChangeOperation, CooperationMode, Currency, Origin, Role, SupplierKind
from models.match import Match, MatcherVersion, MatchRecord, MatchRun
from models.match_enums import MatcherPart
from models.need import Need, NeedRevision
from models.requirement import Requirement
from models.supplier import Supplier
from tests.workflow.deal_world import World
from tests.workflow.society import DigestEmbedder
from workflow.indexing import SearchIndex, write_vectors
from workflow.matches import propose_matches
from workflow.matches.offers import has_read, read_pool
from workflow.matches.replay import replay_run
from workflow.matches.step import query_of

PROBLEM = "薄板激光焊接后变形大，变形量不超过0.5mm。抗拉强度≥300MPa。不得使用含氰工艺。"
OFFERS = (
    ("李教授", "铝合金薄板激光焊接", "薄板激光焊接，变形量0.3mm，抗拉强度达到320MPa。"),
    ("王团队", "薄板焊接变形控制", "通过夹具控制薄板焊接变形，变形量0.8mm。"),
    ("赵工", "含氰电镀工艺", "含氰电镀，用于铝合金薄板。"),
    ("钱所", "铝材搅拌摩擦焊", "铝合金搅拌摩擦焊，抗拉强度280MPa，已通过中试。"),
)


class Scene:
    """A need, suppliers with one capability each, and one run."""

    def __init__(self, session: WriteSession, now: datetime) -> None:
        self.session, self.now = session, now
        self.world = World(session, now)
        self.staff = self.world.staff()
        self.index = SearchIndex(shipped_embedder())
        self.need = self._need()
        self.suppliers = {name: self.offer(name, title, summary) for name, title, summary in OFFERS}

    def offer(self, name: str, title: str, summary: str) -> Supplier:
        supplier = self.world.supplier(name, person=self.world.person(name))
        supplier.confirmed_on = self.now.date()
        self.capability(supplier, title, summary)
        return supplier

    def capability(self, supplier: Supplier, title: str, summary: str) -> CapabilityRevision:
        revision = self.world.capability(supplier, title, summary)
        revision.trl = 6
        self.session.flush()
        write_vectors(self.session, [revision], embedder=shipped_embedder(), now=self.now)
        return revision

    def run(self, k: int = 10) -> MatchRun:
        self.index.refresh(self.session)
        return self.run_unrefreshed(k)

    def run_unrefreshed(self, k: int = 10) -> MatchRun:
        """A run over what the index held before the last changes."""
        return propose_matches(self.session, self.staff, self.need.public_id, self.index, now=self.now, k=k)

    def _need(self) -> Need:
        contact = self.world.person("联系人")
        need = self.world.need(title="铝合金薄板焊接变形", problem=PROBLEM, contact=contact)
        revision = self.session.exec(select(NeedRevision).where(NeedRevision.need_id == need.key)).one()
        revision.excluded_terms, revision.least_trl = ["含氰"], 4
        revision.budget_to, revision.currency = 50_000_000, Currency.CNY
        for position, clause in enumerate(PROBLEM.rstrip("。").split("。")):
            kind = RequirementKind.EXCLUDE if "不得" in clause else RequirementKind.MUST
            start = PROBLEM.index(clause)
            self.session.add(
                Requirement(
                    need_revision_id=revision.key,
                    position=position,
                    kind=kind,
                    field="problem",
                    start=start,
                    end=start + len(clause),
                    origin=Origin.ENGINE,
                    confirmed_at=self.now if position == 0 else None,
                )
            )
        self.session.flush()
        return need


@pytest.fixture
def scene(session: WriteSession, now: datetime) -> Scene:
    return Scene(session, now)


def same(scene: Scene, run: MatchRun) -> bool:
    replayed = replay_run(scene.session, scene.staff, run.public_id, shipped_embedder())
    assert replayed.same == (replayed.differences == [])
    return replayed.same


def revise(scene: Scene, name: str, title: str = "水稻育种") -> CapabilityRevision:
    """The supplier's capability says something else from now on."""
    old = scene.session.exec(
        select(CapabilityRevision)
        .join(Capability, col(Capability.id) == col(CapabilityRevision.capability_id))
        .where(Capability.supplier_id == scene.suppliers[name].key, col(CapabilityRevision.valid_to).is_(None))
    ).one()
    old.valid_to = scene.now
    scene.session.flush()
    new = CapabilityRevision(capability_id=old.capability_id, number=2, valid_from=scene.now, title=title, trl=old.trl)
    scene.session.add(new)
    scene.session.flush()
    write_vectors(scene.session, [new], embedder=shipped_embedder(), now=scene.now)
    return old


def test_a_run_replays_to_the_same_bytes(scene: Scene) -> None:
    run = scene.run()
    replayed = replay_run(scene.session, scene.staff, run.public_id, shipped_embedder())
    assert (replayed.same, replayed.differences, replayed.candidates) == (True, [], 4)
    assert replayed.recorded == replayed.replayed
    assert replayed.versions.rules == run.rules
    found = scene.session.exec(select(Match).where(Match.run_id == run.key).order_by(col(Match.rank))).all()
    assert {finding["verdict"] for match in found for finding in match.evidence["findings"]} >= {"met", "no_evidence"}
    record = scene.session.exec(select(MatchRecord).where(MatchRecord.run_id == run.key)).one()
    assert "rule.exclusion.term" in [passed["reason"]["code"] for passed in record.content["passed_over"]]
    for stored in [record.content, *(match.evidence for match in found)]:
        assert not any(word in str(stored) for word in ("焊接", "含氰", "mm", "MPa", "李教授", "联系人"))


def test_it_does_so_after_everything_around_it_has_changed(scene: Scene, now: datetime) -> None:
    run = scene.run()
    revise(scene, "李教授")
    scene.offer("新来的", "铝合金薄板激光焊接变形控制", "变形量0.1mm，抗拉强度400MPa。")
    other = scene.suppliers["王团队"]
    other.min_budget, other.regions, other.cooperation_modes = 10**10, ["110000"], [CooperationMode.TRANSFER]
    other.archived_at = now
    gone = scene.session.exec(select(Capability.id).where(Capability.supplier_id == other.key)).one()
    assert gone is not None
    record_change(scene.session, gone, ChangeOperation.REMOVE, now)
    requirement = scene.session.exec(select(Requirement)).first()
    assert requirement is not None
    requirement.ended_at, requirement.confirmed_at = now, None
    revision = scene.session.exec(select(NeedRevision)).one()
    revision.valid_to = now
    scene.session.flush()
    scene.session.add(NeedRevision(need_id=scene.need.key, number=2, valid_from=now, title="别的"))
    scene.session.flush()
    scene.run()
    assert same(scene, run)


def test_the_order_in_which_documents_came_into_the_index_makes_no_difference(scene: Scene, now: datetime) -> None:
    first = scene.run(k=2)
    scene.index = SearchIndex(shipped_embedder())
    for number in range(30):
        scene.offer(f"别人{number}", f"焊接工艺{number}", f"焊接薄板的第{number}种办法，变形小。")
    again = scene.run(k=2)
    assert (same(scene, first), same(scene, again)) == (True, True)


def test_a_run_by_the_ranker_that_knew_no_scripts_replays_under_it(scene: Scene) -> None:
    english = scene.offer(
        "Chen", "Laser welding of thin sheets", "Aluminium sheets are laser welded with low distortion."
    )
    scene.index.refresh(scene.session)
    scene.index.engine.ranker = replace(COLD, across=0.0)
    before = scene.run_unrefreshed()
    after = scene.run()
    assert before.ranker != after.ranker
    assert (same(scene, before), same(scene, after)) == (True, True)
    found = scene.session.exec(select(Match.run_id, Match.score).where(Match.supplier_id == english.key)).all()
    scores = {run: score or 0.0 for run, score in found}
    assert scores[before.key] < scores[after.key]


def test_what_changed_between_refresh_and_recording_is_left_out_and_the_run_replays(scene: Scene) -> None:
    scene.index.refresh(scene.session)
    old = revise(scene, "李教授")
    old.title, old.summary, old.erased_at = "", "", scene.now
    scene.session.flush()
    run = scene.run_unrefreshed()
    record = scene.session.exec(select(MatchRecord).where(MatchRecord.run_id == run.key)).one()
    assert scene.suppliers["李教授"].key not in {line["supplier"] for line in record.content["candidates"]}
    assert len(record.content["candidates"]) == 3
    assert same(scene, run)


def test_what_another_thread_took_out_of_the_index_meanwhile_is_not_read_of_it(scene: Scene) -> None:
    scene.index.refresh(scene.session)
    wanted = scene.session.exec(select(NeedRevision).where(NeedRevision.need_id == scene.need.key)).one()
    found = scene.index.engine.match(query_of(wanted), k=10).matches
    gone = scene.session.exec(
        select(CapabilityRevision).where(CapabilityRevision.capability_id == found[0].best.document)
    ).one()
    assert has_read(scene.index, gone)
    scene.index.engine.remove([gone.capability_id])
    assert not has_read(scene.index, gone)
    pool = read_pool(scene.session, scene.index, scene.need, wanted, found, scene.now)
    assert [match.supplier for match in pool.found] == [match.supplier for match in found[1:]]


def test_a_changed_record_is_found_out_with_its_place(scene: Scene) -> None:
    run = scene.run()
    match = scene.session.exec(select(Match).where(Match.run_id == run.key, Match.rank == 1)).one()
    match.evidence = match.evidence | {"score": 0.987654}
    scene.session.flush()
    replayed = replay_run(scene.session, scene.staff, run.public_id, shipped_embedder())
    assert not replayed.same
    [difference] = replayed.differences
    assert (difference.path, difference.recorded) == ("/proposed/0/score", "0.987654")


def test_what_was_erased_is_a_refusal_by_name(scene: Scene, now: datetime) -> None:
    run = scene.run()
    old = revise(scene, "李教授")
    old.title, old.summary, old.erased_at = "", "", now
    scene.session.flush()
    with pytest.raises(Conflict, match="revision_erased"):
        same(scene, run)
    revision = scene.session.exec(select(NeedRevision)).one()
    revision.title, revision.problem, revision.erased_at = "", "", now
    scene.session.flush()
    with pytest.raises(Conflict, match="need_erased"):
        same(scene, run)


def test_a_model_that_is_gone_is_a_refusal_by_name_and_the_shipped_one_is_never_gone(scene: Scene) -> None:
    run = scene.run()
    assert replay_run(scene.session, scene.staff, run.public_id, DigestEmbedder()).same
    run.model = "another-model"
    scene.session.flush()
    with pytest.raises(Conflict, match="model_gone") as refusal:
        same(scene, run)
    assert refusal.value.params["name"] == "another-model"


def test_the_model_of_evidence_is_on_record_and_where_it_is_gone_that_is_a_refusal_by_name(scene: Scene) -> None:
    run = scene.run()
    record = scene.session.exec(select(MatchRecord)).one()
    assert record.content["evidence_model"] == shipped_embedder().name
    record.content = record.content | {"evidence_model": "another-model"}
    scene.session.flush()
    with pytest.raises(Conflict, match="model_gone") as refusal:
        same(scene, run)
    assert refusal.value.params["name"] == "another-model"


def test_a_record_from_before_the_model_of_evidence_was_named_replays(scene: Scene) -> None:
    run = scene.run()
    record = scene.session.exec(select(MatchRecord)).one()
    record.content = {name: value for name, value in record.content.items() if name != "evidence_model"}
    scene.session.flush()
    assert same(scene, run)


def test_rules_that_cannot_be_read_any_more_are_a_refusal_by_name(scene: Scene) -> None:
    run = scene.run()
    kept = scene.session.exec(select(MatcherVersion).where(MatcherVersion.part == MatcherPart.RULES)).one()
    kept.content = kept.content | {"format": 0}
    scene.session.flush()
    with pytest.raises(Conflict, match="rules_gone"):
        same(scene, run)


def test_a_run_of_before_there_were_records_says_so(scene: Scene) -> None:
    run = scene.run()
    scene.session.delete(scene.session.exec(select(MatchRecord)).one())
    scene.session.flush()
    with pytest.raises(Conflict, match="no_record"):
        same(scene, run)


def test_contents_of_the_matcher_are_kept_once(scene: Scene) -> None:
    scene.run()
    scene.now += timedelta(hours=1)
    scene.run()
    parts = scene.session.exec(select(MatcherVersion.part).order_by(col(MatcherVersion.id))).all()
    assert sorted(parts) == sorted(MatcherPart)


def test_only_staff_who_see_the_need_replay(scene: Scene) -> None:
    run = scene.run()
    hidden = replace(scene.staff, roles=frozenset({Role.SUPPLIER}), central=frozenset())
    firm = Viewer(roles=frozenset({Role.ENTERPRISE_MEMBER}), organisations=frozenset({scene.need.organisation_id}))
    with pytest.raises(NotFound):
        replay_run(scene.session, hidden, run.public_id, shipped_embedder())
    with pytest.raises(Refused):
        replay_run(scene.session, firm, run.public_id, shipped_embedder())
    with pytest.raises(NotFound):
        replay_run(scene.session, scene.staff, "nothing", shipped_embedder())


def test_a_supplier_with_several_capabilities_replays(scene: Scene) -> None:
    for number in range(7):
        title = f"铝合金薄板焊接变形控制方法{number}"
        scene.capability(scene.suppliers["李教授"], title, f"变形量0.{number}mm，工艺{number}。")
    organisation = scene.world.organisation("研究院")
    place = scene.world.supplier("研究院", organisation=organisation, kind=SupplierKind.ORGANISATION)
    scene.capability(place, "薄板激光焊接设备", "薄板激光焊接成套设备。")
    assert same(scene, scene.run())
