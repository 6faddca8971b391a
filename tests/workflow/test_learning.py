"""From judgements to a ranker in force and back: what wins is promoted, what is noise is not, processes follow."""

import threading
from dataclasses import asdict, replace
from datetime import datetime, timedelta

import numpy as np
import pytest
from sqlmodel import col, select

from benchmarks.learning import draw
from core.database import Database, WriteSession
from core.errors import AppError, Conflict, NotFound, Refused
from matching.ranker import COLD, SHIPPED
from models.access import Viewer
from models.enums import Role, SubjectKind
from models.history import Event
from models.learning import ModelVersion
from models.learning_public import ModelVersionPublic
from models.match_enums import ModelKind, ModelState
from tests.workflow.deal_world import World
from tests.workflow.learning_world import LearningWorld, candidate
from tests.workflow.society import DigestEmbedder
from workflow.indexing import SearchIndex, write_vectors
from workflow.learning.in_force import ranker_in_force
from workflow.learning.promoting import promote_version, roll_back
from workflow.learning.retraining import Tried, hold_trials, keep_trials, prepare_trials
from workflow.learning.showing import show_learning, show_retrained
from workflow.matches import propose_matches, search_suppliers, show_matches
from workflow.matches.changes import explain_changes
from workflow.matches.replay import replay_run

VECTORS_ONLY = replace(
    COLD, weights=replace(COLD.weights, characters=0.0, pairs=0.0, sentences=0.0, dense=3.0, field=0.0, industry=0.0)
)
"""What the planted judgements prefer."""
NEED = "薄板激光焊接变形"
BY_WORDS, BY_VECTOR = "激光焊接设备", "水稻育种2"
"""Offers: one shares words with the need, the other has the nearer vector (which is drawn from its digest)."""


class Learners:
    """A catalogue of two, and who leads."""

    def __init__(self, session: WriteSession, now: datetime) -> None:
        world = World(session, now)
        self.staff = world.staff()
        self.lead = world.viewer(Role.LEAD)
        self.admin = world.viewer(Role.SYSTEM_ADMIN)
        self.need = world.need(title=NEED, problem="", contact=world.person("联系人")).public_id
        for name, title in (("甲", BY_WORDS), ("乙", BY_VECTOR)):
            supplier = world.supplier(name, person=world.person(name))
            supplier.confirmed_on = now.date()
            revision = world.capability(supplier, title, "")
            write_vectors(session, [revision], embedder=DigestEmbedder(), now=now)


def learners(database: Database, now: datetime) -> Learners:
    with database.writing() as session:
        return Learners(session, now)


def remember(database: Database, now: datetime, *, planted: bool, needs: int = 64, seed: int = 3) -> None:
    with database.writing() as session:
        drawn = draw(np.random.default_rng(seed), needs, VECTORS_ONLY if planted else None)
        LearningWorld(session, now).remember(drawn)


def tried(database: Database, viewer: Viewer, now: datetime) -> Tried:
    with database.reading() as session:
        prepared = prepare_trials(session, viewer, now=now)
    return hold_trials(prepared)


def retrained(database: Database, viewer: Viewer, now: datetime) -> dict[ModelKind, ModelVersionPublic]:
    found = tried(database, viewer, now)
    with database.writing() as session:
        shown = show_retrained(session, found, keep_trials(session, viewer, found, now=now))
    return {version.kind: version for version in shown.versions}


def order(database: Database, viewer: Viewer, index: SearchIndex) -> list[str]:
    """The capabilities found for the need's words, as a process with this index finds them now."""
    with database.reading() as session:
        index.refresh(session)
        found = search_suppliers(session, viewer, index, NEED)
    return [match.capability_title for match in found.matches]


def proposed(database: Database, here: Learners, index: SearchIndex, now: datetime) -> tuple[str, str]:
    """The id of a run for the need, and the ranker that made it."""
    with database.reading() as session:
        index.refresh(session)
    with database.writing() as session:
        run = propose_matches(session, here.staff, here.need, index, now=now)
        return run.public_id, run.ranker


def kept(database: Database, version: ModelVersion) -> str:
    with database.writing() as session:
        session.add(version)
        session.flush()
        return version.public_id


def test_what_people_prefer_is_learned_promoted_and_taken_back(database: Database, now: datetime) -> None:
    here = learners(database, now)
    remember(database, now, planted=True, needs=100)
    service, worker = SearchIndex(DigestEmbedder()), SearchIndex(DigestEmbedder())
    before = order(database, here.staff, service)
    assert before == order(database, here.staff, worker) == [BY_WORDS, BY_VECTOR]
    first, first_ranker = proposed(database, here, service, now)

    versions = retrained(database, here.lead, now)
    version, scale = versions[ModelKind.ORDER], versions[ModelKind.SCALE]
    assert (scale.weights, scale.figures.scaled_on) == (asdict(COLD.weights), 1200)
    assert (version.state, version.compared_with) == (ModelState.CANDIDATE, SHIPPED.name)
    assert (version.figures.low or 0) > 0
    assert order(database, here.staff, service) == before  # a candidate changes nothing
    with database.writing() as session:
        promote_version(session, here.lead, version.public_id, now=now)
    assert order(database, here.staff, service) == order(database, here.staff, worker) == before[::-1]

    later = now + timedelta(days=1)
    second, second_ranker = proposed(database, here, service, later)
    assert (first_ranker, second_ranker) == (SHIPPED.name, version.name)
    with database.reading() as session:
        for run in (first, second):
            assert replay_run(session, here.staff, run, DigestEmbedder()).same
        changes = explain_changes(session, here.staff, first, service, now=later)
        told = {cause.code: cause.params for cause in changes.causes}
        assert told["version.ranker"] == {"before": SHIPPED.name, "now": version.name}
        listed = show_matches(session, here.staff, here.need)
        assert listed.versions is not None
        assert listed.versions.evidence_model
        assert listed.calibrated_on == version.figures.scaled_on > 0

    with database.writing() as session:
        assert roll_back(session, here.admin, now=later).ranker == SHIPPED
    assert order(database, here.staff, service) == order(database, here.staff, worker) == before
    with database.reading() as session:
        assert replay_run(session, here.staff, second, DigestEmbedder()).same
        events = session.exec(select(Event).where(Event.subject_kind == SubjectKind.MODEL).order_by(col(Event.id)))
        codes = [(event.code, event.actor_id) for event in events]
    assert ("model.won", here.lead.person_id) in codes
    assert codes[-2:] == [("model.promoted", here.lead.person_id), ("model.rolled_back", here.admin.person_id)]


def test_noise_is_refused_and_cannot_be_promoted(database: Database, now: datetime) -> None:
    here = learners(database, now)
    remember(database, now, planted=False, seed=1)
    found = tried(database, here.lead, now)
    with database.writing() as session:
        kept_versions = keep_trials(session, here.lead, found, now=now)
        version = show_retrained(session, found, kept_versions).versions[0]
    assert (version.kind, version.state) == (ModelKind.ORDER, ModelState.REFUSED)
    assert (version.figures.p or 0) > 0.01
    with database.writing() as session, pytest.raises(Conflict, match=r"learning\.lost"):
        promote_version(session, here.lead, version.public_id, now=now)
    # Somebody who tried at the same time is told, and the same needs are not tried on again, however often one asks.
    with database.writing() as session, pytest.raises(Conflict, match=r"learning\.meanwhile"):
        keep_trials(session, here.admin, found, now=now)
    again = tried(database, here.lead, now)
    assert again.order.ranker is None
    with database.writing() as session:
        assert keep_trials(session, here.lead, again, now=now) == []
        shown = show_retrained(session, again, [])
    assert [one.code for one in shown.missing_for_order] == ["too_few_fresh"]


def test_too_little_is_refused_with_what_is_missing(database: Database, now: datetime) -> None:
    here = learners(database, now)
    remember(database, now, planted=True, needs=10)
    assert retrained(database, here.lead, now) == {}
    with database.reading() as session:
        shown = show_learning(session, here.lead, now=now)
    assert {one.code: one.least - one.found for one in shown.missing_for_order} == {
        "too_few_needs": 50,
        "too_few_labels": 280,
        "too_short": 153,
        "too_few_fresh": 14,
    }
    assert (shown.ranker, shown.in_force, shown.versions) == (SHIPPED.name, None, [])


def test_of_two_who_promote_at_once_one_is_told(database: Database, now: datetime) -> None:
    here = learners(database, now)
    versions = [kept(database, candidate(weight)) for weight in (0.7, 0.9)]
    start, told = threading.Barrier(2), list[str]()

    def promote(name: str) -> None:
        start.wait()
        try:
            with database.writing() as session:
                promote_version(session, here.lead, name, now=now)
        except AppError as error:
            told.append(error.code)

    threads = [threading.Thread(target=promote, args=[name]) for name in versions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == ["learning.won_against_another"]
    with database.reading() as session:
        states = session.exec(select(ModelVersion.state).order_by(col(ModelVersion.id))).all()
    assert sorted(states) == [ModelState.CANDIDATE, ModelState.PROMOTED]


def test_rolling_back_goes_one_step_and_never_past_what_was_looked_at(database: Database, now: datetime) -> None:
    here = learners(database, now)
    one = candidate(0.7)
    name = one.name
    first, second = kept(database, one), kept(database, candidate(0.9, compared_with=name))
    with database.writing() as session:
        promote_version(session, here.lead, first, now=now)
        promote_version(session, here.lead, second, now=now)
    with database.writing() as session:
        assert roll_back(session, here.lead, now=now, expected=second).ranker.name == name
    with database.writing() as session, pytest.raises(Conflict, match=r"learning\.meanwhile"):
        roll_back(session, here.lead, now=now, expected=second)
    with database.writing() as session:
        promote_version(session, here.lead, second, now=now)  # it still won against the one in force
        roll_back(session, here.lead, now=now)
        assert roll_back(session, here.lead, now=now).version is None
    with database.writing() as session, pytest.raises(Conflict, match=r"learning\.nothing_promoted"):
        roll_back(session, here.lead, now=now)


def test_only_winners_against_the_ranker_in_force_are_promoted(database: Database, now: datetime) -> None:
    here = learners(database, now)
    lost = kept(database, candidate(0.6, won=False))
    stale = kept(database, candidate(0.7, compared_with="cold-1-00000000"))
    good = kept(database, candidate(0.8))
    damaged = candidate(0.9)
    damaged.content = damaged.content | {"strong": 0.1}
    broken = kept(database, damaged)
    for name, code in ((lost, "lost"), (stale, "won_against_another"), (broken, "unreadable")):
        with database.writing() as session, pytest.raises(Conflict, match=code):
            promote_version(session, here.lead, name, now=now)
    with database.writing() as session, pytest.raises(NotFound):
        promote_version(session, here.lead, "nothing", now=now)
    with database.writing() as session, pytest.raises(Conflict, match="changed_meanwhile"):
        promote_version(session, here.lead, good, now=now, version=7)
    with database.writing() as session:
        promote_version(session, here.lead, good, now=now, version=1)
    with database.writing() as session, pytest.raises(Conflict, match=r"learning\.in_force"):
        promote_version(session, here.lead, good, now=now)


def test_a_damaged_ranker_gives_way_to_the_shipped_one_and_everybody_is_told(database: Database, now: datetime) -> None:
    here = learners(database, now)
    good = kept(database, candidate(0.9))
    index = SearchIndex(DigestEmbedder())
    with database.writing() as session:
        promote_version(session, here.lead, good, now=now)
    order(database, here.staff, index)
    assert index.engine.ranker.weights.dense == 0.9
    with database.writing() as session:
        row = session.exec(select(ModelVersion)).one()
        row.content = row.content | {"weights": {}}
    assert proposed(database, here, index, now)[1] == SHIPPED.name
    with database.reading() as session:
        listed = show_matches(session, here.staff, here.need)
        assert "ranker_unreadable" in {note.code for note in listed.notes}
        assert "ranker_unreadable" in {note.code for note in search_suppliers(session, here.staff, index, NEED).notes}
        shown = show_learning(session, here.lead, now=now)
        assert (shown.is_unreadable, shown.ranker, shown.in_force) == (True, SHIPPED.name, good)
        assert shown.versions[0].weights == {}
    with database.writing() as session:
        assert roll_back(session, here.lead, now=now).is_unreadable is False
    with database.reading() as session:
        index.refresh(session)
    assert index.has_unreadable_ranker is False


def test_a_search_under_way_keeps_the_ranker_it_began_with(database: Database, now: datetime) -> None:
    here = learners(database, now)
    good = kept(database, candidate(0.9))
    index = SearchIndex(DigestEmbedder())
    order(database, here.staff, index)
    began_with = index.engine.ranker
    with database.writing() as session:
        promote_version(session, here.lead, good, now=now)
    order(database, here.staff, index)
    assert index.engine.ranker.weights.dense == 0.9
    old = index.engine_with(began_with)
    assert old.ranker == began_with
    assert old.ids().tolist() == index.engine.ids().tolist()


@pytest.mark.parametrize("role", [Role.STAFF, Role.AUDITOR, Role.ENTERPRISE_ADMIN, Role.SUPPLIER])
def test_others_neither_see_learning_nor_change_it(session: WriteSession, now: datetime, role: Role) -> None:
    viewer = World(session, now).viewer(role)
    session.add(candidate(0.9))
    session.flush()
    name = session.exec(select(ModelVersion.public_id)).one()
    with pytest.raises(Refused):
        prepare_trials(session, viewer, now=now)
    with pytest.raises(Refused):
        promote_version(session, viewer, name, now=now)
    with pytest.raises(Refused):
        roll_back(session, viewer, now=now)
    with pytest.raises(Refused):
        show_learning(session, viewer, now=now)
    assert ranker_in_force(session).ranker == SHIPPED
