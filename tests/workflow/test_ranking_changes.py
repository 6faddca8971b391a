"""Why the ranking changed since a run is split into model, rules and data, and the parts add up."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select

from core.database import WriteSession
from core.errors import Conflict
from matching.embedding.static import shipped_embedder
from models.capability import CapabilityRevision
from models.enums import ReasonCode
from models.match import Match, MatcherVersion, MatchRecord, MatchRun
from models.match_enums import MatcherPart, MatchStatus
from models.match_public import PlaceChangePublic, RankingChangePublic
from models.need import NeedRevision
from models.refusal import Refusal
from tests.workflow.society import DigestEmbedder
from tests.workflow.test_match_replay import Scene, revise
from workflow.indexing import SearchIndex, write_vectors
from workflow.matches.changes import explain_changes
from workflow.matches.plain import digest
from workflow.suppliers import archive_supplier


@pytest.fixture
def scene(session: WriteSession, now: datetime) -> Scene:
    return Scene(session, now)


def changes(scene: Scene, run: MatchRun, later: timedelta = timedelta(0)) -> RankingChangePublic:
    scene.index.refresh(scene.session)
    return explain_changes(scene.session, scene.staff, run.public_id, scene.index, now=scene.now + later)


def place(found: RankingChangePublic, name: str) -> PlaceChangePublic:
    [line] = [line for line in found.places if line.supplier_name == name]
    return line


def adds_up(found: RankingChangePublic, k: int = 10) -> bool:
    return all(
        line.by_model + line.by_rules + line.by_data == line.change == (line.now or k + 1) - (line.before or k + 1)
        for line in found.places
    )


def codes(line: PlaceChangePublic) -> set[str]:
    return {cause.code for cause in line.causes}


def test_nothing_changed_says_nothing(scene: Scene) -> None:
    found = changes(scene, scene.run())
    assert found.order == ["model", "rules", "data"]
    assert found.causes == []
    assert found.before == found.now
    assert {(line.change, line.by_model, line.by_rules, line.by_data) for line in found.places} == {(0, 0, 0, 0)}
    assert [line.causes for line in found.places] == [[]] * len(found.places)


def _revise(scene: Scene) -> None:
    revise(scene, "李教授")


def _archive(scene: Scene) -> None:
    archive_supplier(scene.session, scene.staff, scene.suppliers["李教授"].public_id, now=scene.now)


def _refuse(scene: Scene) -> None:
    refusal = Refusal(
        supplier_id=scene.suppliers["李教授"].key,
        need_id=scene.need.key,
        reason=ReasonCode.OFF_TOPIC,
        decided_at=scene.now,
    )
    scene.session.add(refusal)
    scene.session.flush()


def _fill_up(scene: Scene) -> None:
    scene.suppliers["李教授"].load_limit = 0
    scene.session.flush()


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        (_revise, "supplier_gone"),
        (_archive, "supplier_archived"),
        (_refuse, "refused"),
        (_fill_up, "supplier.load_limit"),
    ],
)
def test_what_happened_to_a_supplier_is_the_share_of_the_data(
    scene: Scene, change: Callable[[Scene], None], cause: str
) -> None:
    run = scene.run()
    change(scene)
    found = changes(scene, run)
    line = place(found, "李教授")
    assert cause in codes(line)
    assert (line.now, line.by_model, line.by_rules) == (None, 0, 0)
    assert line.by_data > 0
    assert adds_up(found)


def test_a_capability_that_says_something_else_or_comes_beside_is_told(scene: Scene) -> None:
    run = scene.run()
    revise(scene, "王团队", "薄板焊接变形控制，第二版")
    scene.capability(scene.suppliers["钱所"], "铝合金薄板焊接", "薄板焊接变形小。")
    found = changes(scene, run)
    assert codes(place(found, "王团队")) == {"capability_revised"}
    assert "capability_new" in codes(place(found, "钱所"))
    assert adds_up(found)


def test_a_newcomer_moves_the_others_down(scene: Scene) -> None:
    run = scene.run()
    scene.offer("新来的", "铝合金薄板焊接变形", "薄板激光焊接后变形小，变形量0.1mm，抗拉强度400MPa，不使用含氰工艺。")
    found = changes(scene, run)
    line = place(found, "新来的")
    assert (line.before, codes(line)) == (None, {"supplier_new"})
    moved = [other for other in found.places if other.supplier_name != "新来的" and other.change > 0]
    assert all(other.by_data == other.change for other in moved)
    assert moved
    assert adds_up(found)


def test_other_rules_are_the_share_of_the_rules(scene: Scene) -> None:
    scene.suppliers["李教授"].confirmed_on = None
    scene.session.flush()
    run = scene.run()
    kept = scene.session.exec(select(MatcherVersion).where(MatcherVersion.part == MatcherPart.RULES)).one()
    content = dict(kept.content)
    content["hard"] = content["hard"] | {"expired": content["hard"]["expired"] | {"enabled": False}}
    kept.content, kept.digest = content, digest(content)
    record = scene.session.exec(select(MatchRecord)).one()
    record.content = record.content | {"matcher": record.content["matcher"] | {"rules": kept.digest}}
    run.rules = "ours-1"
    _as_if_first(scene, run, "李教授")
    found = changes(scene, run)
    assert [cause.code for cause in found.causes] == ["version.rules"]
    assert adds_up(found)
    assert {line.by_data for line in found.places} == {0}


def _as_if_first(scene: Scene, run: MatchRun, name: str) -> None:
    """The record says that this supplier stood first."""
    matches = scene.session.exec(select(Match).where(Match.run_id == run.key).order_by(col(Match.rank))).all()
    ordered = sorted(matches, key=lambda match: match.supplier_id != scene.suppliers[name].key)
    for rank, match in enumerate(ordered, start=1):
        match.rank = rank
    scene.session.flush()


def test_another_model_is_the_share_of_the_model_also_when_the_old_one_is_gone(scene: Scene) -> None:
    run = scene.run()
    run.model = "a-model-of-long-ago"
    scene.session.flush()
    revisions = scene.session.exec(select(CapabilityRevision)).all()
    write_vectors(scene.session, revisions, embedder=DigestEmbedder(), now=scene.now)
    scene.index = SearchIndex(DigestEmbedder())
    found = changes(scene, run)
    assert "version.model" in [cause.code for cause in found.causes]
    assert {line.by_rules for line in found.places} == {0}
    assert {line.by_data for line in found.places} == {0}
    assert adds_up(found)


def test_another_model_of_evidence_is_named_where_the_record_knows_it(scene: Scene) -> None:
    run = scene.run()
    record = scene.session.exec(select(MatchRecord)).one()
    record.content = record.content | {"evidence_model": "a-model-of-long-ago"}
    scene.session.flush()
    [cause] = changes(scene, run).causes
    assert cause.code == "version.evidence_model"
    assert cause.params == {"before": "a-model-of-long-ago", "now": shipped_embedder().name}
    record.content = {name: value for name, value in record.content.items() if name != "evidence_model"}
    scene.session.flush()
    assert changes(scene, run).causes == []


def test_a_revised_need_and_passing_days_are_told_of_the_whole_list(scene: Scene) -> None:
    run = scene.run()
    old = scene.session.exec(select(NeedRevision)).one()
    old.valid_to = scene.now
    scene.session.flush()
    new = NeedRevision(need_id=scene.need.key, number=2, valid_from=scene.now, title="铝材搅拌摩擦焊", problem="中试。")
    scene.session.add(new)
    scene.session.flush()
    found = changes(scene, run, later=timedelta(days=40))
    assert [cause.code for cause in found.causes] == ["need_revised", "days_passed"]
    assert found.causes[1].params == {"days": 40}
    assert adds_up(found)


def test_who_was_left_out_then_is_left_out_now(scene: Scene) -> None:
    scene.run()
    declined = scene.session.exec(select(Match).where(Match.supplier_id == scene.suppliers["王团队"].key)).one()
    declined.status = MatchStatus.DECLINED
    scene.session.flush()
    run = scene.run()
    assert "王团队" not in [line.supplier_name for line in changes(scene, run).places]


def test_nothing_is_said_over_what_was_erased(scene: Scene, now: datetime) -> None:
    run = scene.run()
    revise(scene, "李教授").erased_at = now
    scene.session.flush()
    with pytest.raises(Conflict, match="revision_erased"):
        changes(scene, run)


def test_the_models_in_use_are_named(scene: Scene) -> None:
    found = changes(scene, scene.run())
    assert found.now.model == shipped_embedder().name
    assert found.now.rules
    assert found.now.weights
