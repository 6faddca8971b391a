"""What becomes a label: what was shown and decided, old enough, by how far its deal came."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from core.database import WriteSession
from matching.learning.labels import LEVELS, Reached
from matching.ranker import FEATURES
from models.deal import Deal, DealStage, StageEvidence
from models.deal_enums import EvidenceKind
from models.enums import Origin, ReasonCode
from models.match import Impression, Judgement, Match
from models.need import NeedRevision
from tests.workflow.learning_world import LearningWorld
from workflow.learning.gathering import FOLLOW_UP, gather

OLD = timedelta(days=400)
SOUND: dict[str, float | None] = dict.fromkeys(FEATURES, 0.5)


@pytest.fixture
def world(session: WriteSession, now: datetime) -> LearningWorld:
    return LearningWorld(session, now)


def listed(world: LearningWorld, count: int, *, age: timedelta = OLD, chance: float = 1.0) -> list[Match]:
    """One need's list, shown to nobody yet."""
    run = world.run("某需求", world.now - age)
    found = [world.match(run, place, dict(SOUND), chance) for place in range(count)]
    world.session.flush()
    return found


def test_levels_say_how_far_deals_came(world: LearningWorld) -> None:
    for match, reached in zip(listed(world, 5), Reached, strict=True):
        world.show_and_judge(match, LEVELS[reached])
    [need] = gather(world.session, now=world.now).labelled
    assert need.levels.tolist() == [1, 2, 3, 4, 5]
    assert need.features.shape == (len(FEATURES), 5)
    assert need.at == world.now - OLD


def test_a_young_decision_is_no_label_whether_yes_or_no(world: LearningWorld) -> None:
    old, no, yes, lost = listed(world, 4)
    world.show_and_judge(old, 2)
    recent = world.now - FOLLOW_UP + timedelta(hours=1)
    world.show_and_judge(no, 1, at=recent)
    world.show_and_judge(yes, 5, at=recent)
    world.show_and_judge(lost, 2, at=recent)
    found = gather(world.session, now=world.now)
    assert [need.levels.tolist() for need in found.labelled] == [[2]]
    assert found.left_out == {"too_young": 3}
    [judged] = found.judged
    assert judged.wanted.tolist() == [True, False, True, True]


def test_a_deal_that_is_older_than_another_of_its_need_is_not_better_for_it(world: LearningWorld) -> None:
    older, younger = listed(world, 2)
    world.show_and_judge(older, 1.5)
    deal = world.session.exec(select(Deal).where(Deal.match_id == older.key)).one()
    world.evidence(deal, EvidenceKind.NDA, older.proposed_at + timedelta(days=300))
    world.show_and_judge(younger, 2, at=world.now - timedelta(days=200))
    [need] = gather(world.session, now=world.now).labelled
    assert need.levels.tolist() == [1, 2]
    [later] = gather(world.session, now=world.now + timedelta(days=150)).labelled
    assert later.levels.tolist() == [3, 2]


def test_what_was_withdrawn_or_undone_does_not_count(world: LearningWorld) -> None:
    [match] = listed(world, 1)
    world.show_and_judge(match, 3)
    for row in world.session.exec(select(StageEvidence)):
        row.withdrawn_at = world.now
    for stage in world.session.exec(select(DealStage).where(DealStage.code == "exchange")):
        stage.undone_at = world.now
    world.session.flush()
    [need] = gather(world.session, now=world.now).labelled
    assert need.levels.tolist() == [1]


def test_a_deal_that_was_merged_goes_on_in_the_other_one(world: LearningWorld) -> None:
    first, second = listed(world, 2)
    world.show_and_judge(first, 1.5)
    world.show_and_judge(second, 4)
    merge(world, first, second, after=timedelta(days=10))
    assert levels(world) == [4, 4]


def test_what_a_deal_had_reached_before_another_joined_it_is_not_reached_by_that_one(world: LearningWorld) -> None:
    first, second = listed(world, 2)
    world.show_and_judge(first, 1.5)
    world.show_and_judge(second, 4)
    merge(world, first, second, after=timedelta(days=100))
    assert levels(world) == [1, 4]


def test_a_deal_that_joins_another_keeps_what_it_had_reached(world: LearningWorld) -> None:
    first, second = listed(world, 2)
    world.show_and_judge(first, 3)
    world.show_and_judge(second, 1.5)
    merge(world, first, second, after=timedelta(days=100))
    assert levels(world) == [3, 1]


def test_what_a_part_reaches_counts_for_the_whole(world: LearningWorld) -> None:
    [match] = listed(world, 1)
    world.show_and_judge(match, 2)
    whole = deal_of(world, match)
    part = world.deal(match, 4, whole.opened_at + timedelta(days=10), split_from=whole)
    world.session.flush()
    assert levels(world) == [4]
    # It counts where the whole went on in another deal, too, but not what was split from that one before.
    [other] = listed(world, 1)
    world.show_and_judge(other, 1.5)
    part.split_from_id = deal_of(world, other).key
    merge(world, match, other, after=timedelta(days=5))
    assert levels(world) == [4, 4]
    merge(world, match, other, after=timedelta(days=15))
    assert levels(world) == [2, 4]


def deal_of(world: LearningWorld, match: Match) -> Deal:
    return world.session.exec(select(Deal).where(Deal.match_id == match.key)).one()


def merge(world: LearningWorld, joining: Match, into: Match, *, after: timedelta) -> None:
    """The deal of one match joins that of the other, so long after it was opened."""
    deal = deal_of(world, joining)
    deal.merged_into_id, deal.archived_at = deal_of(world, into).key, deal.opened_at + after
    world.session.flush()


def levels(world: LearningWorld) -> list[float]:
    return [level for need in gather(world.session, now=world.now).labelled for level in need.levels.tolist()]


def test_what_says_nothing_of_the_fit_is_left_out_and_counted(world: LearningWorld) -> None:
    full, by_hand, unseen, blank = listed(world, 4)
    world.show_and_judge(full, 1, reason=ReasonCode.CAPACITY)
    by_hand.run_id = None
    world.show_and_judge(by_hand, 5)
    world.show_and_judge(unseen, 1)
    shown = world.session.exec(select(Impression).where(Impression.match_id == unseen.key)).one()
    world.session.delete(shown)
    blank.evidence = blank.evidence | {"best": {"features": SOUND | {"dense": None}}}
    world.show_and_judge(blank, 1)
    world.session.flush()
    found = gather(world.session, now=world.now)
    assert (found.labelled, found.judged) == ([], [])
    assert found.left_out == {"not_about_fit": 1, "by_hand": 1, "not_shown": 1, "no_features": 1}


def test_somebody_accepted_but_never_introduced_is_neither_good_nor_bad(world: LearningWorld) -> None:
    yes, no = listed(world, 2)
    world.show_and_judge(yes, 2)
    world.show_and_judge(no, 1)
    [deal] = world.session.exec(select(Deal))
    deal.match_id = None
    world.session.flush()
    found = gather(world.session, now=world.now)
    assert [need.levels.tolist() for need in found.labelled] == [[1]]
    assert found.left_out == {"not_introduced": 1}


def test_the_last_judgement_holds(world: LearningWorld) -> None:
    [match] = listed(world, 1)
    world.show_and_judge(match, 1)
    [first] = world.session.exec(select(Judgement))
    again = first.model_dump(exclude={"id"}) | {"verdict": "defer", "judged_at": first.judged_at + timedelta(days=1)}
    world.session.add(Judgement.model_validate(again))
    world.session.flush()
    assert gather(world.session, now=world.now).left_out == {"put_off": 1}


def test_a_later_decision_that_is_left_out_takes_the_earlier_one_away(world: LearningWorld) -> None:
    declined, other = listed(world, 2)
    world.show_and_judge(declined, 1)
    world.show_and_judge(other, 2)
    by_hand = Match(
        need_id=declined.need_id,
        need_revision_id=declined.need_revision_id,
        supplier_id=declined.supplier_id,
        origin=Origin.STAFF,
        proposed_at=declined.proposed_at,
        evidence=declined.evidence,
    )
    world.session.add(by_hand)
    world.session.flush()
    world.show_and_judge(by_hand, 5, at=declined.proposed_at + timedelta(days=10))
    found = gather(world.session, now=world.now)
    assert ([need.levels.tolist() for need in found.labelled], found.left_out) == ([[2]], {"by_hand": 1})
    assert [need.wanted.tolist() for need in found.judged] == [[True]]


def test_a_rarely_shown_supplier_counts_with_the_chance_in_the_log(world: LearningWorld) -> None:
    [match] = listed(world, 1, chance=0.2)
    world.show_and_judge(match, 1)
    [need] = gather(world.session, now=world.now).labelled
    assert need.shown_with.tolist() == [0.2]
    assert need.weights.tolist() == pytest.approx([5.0])


def test_an_erased_text_takes_no_label_away(world: LearningWorld) -> None:
    [match] = listed(world, 1)
    world.show_and_judge(match, 1)
    for revision in world.session.exec(select(NeedRevision)):
        revision.title, revision.erased_at = "", world.now
    world.session.flush()
    assert len(gather(world.session, now=world.now).labelled) == 1
