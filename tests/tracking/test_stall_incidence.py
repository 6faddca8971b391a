import numpy as np
import pytest

from tracking.stall.incidence import LEAST_ENDED, conversion, moved_on
from tracking.stall.spells import Exit, Group, Spell

STAGE = Group("negotiation")
ADVANCED, LOST, OPEN = 0, 1, 2


def spells(*parts: tuple[int, float, Exit]) -> list[Spell]:
    found: list[Spell] = []
    for count, days, way in parts:
        found += [Spell(len(found) + i, STAGE, days + i, way) for i in range(count)]
    return found


def test_without_open_deals_it_is_the_share_that_moved_on() -> None:
    found = conversion(spells((30, 50, Exit.advanced), (10, 70, Exit.lost)))
    assert found.share == pytest.approx(0.75)
    assert found.share_interval is not None
    assert found.share_interval[0] < 0.75 < found.share_interval[1]
    assert (found.entered, found.ended) == (40, 40)


def test_without_open_deals_the_interval_is_nearly_wilsons() -> None:
    found = conversion(spells((30, 50, Exit.advanced), (10, 70, Exit.lost)))
    assert found.share_interval == pytest.approx((0.5981, 0.8581), abs=0.015)  # by hand for 30 of 40


def test_by_hand_with_one_cut_off() -> None:
    # Day 1: one of 4 moves on. Day 2: one cut off. Day 3: one of 2 lost. Day 4: the last moves on.
    share = moved_on(np.array([1.0, 2.0, 3.0, 4.0]), np.array([ADVANCED, OPEN, LOST, ADVANCED]))
    assert share == pytest.approx(1 / 4 + 3 / 4 * 1 / 2)


def test_open_deals_are_no_failures() -> None:
    old = spells((20, 40, Exit.advanced), (10, 45, Exit.lost))
    young = [Spell(100 + i, STAGE, 5, Exit.open) for i in range(60)]
    with_young, without = conversion([*old, *young]), conversion(old)
    assert with_young.share == pytest.approx(without.share)
    assert with_young.entered == 90


def test_counting_only_what_ended_would_be_wrong_where_losses_come_early() -> None:
    rng = np.random.default_rng(3)
    found = []
    for deal in range(4000):
        way, length = (Exit.lost, rng.exponential(30)) if rng.random() < 0.4 else (Exit.advanced, rng.exponential(300))
        seen = rng.uniform(0, 900)
        found.append(Spell(deal, STAGE, min(length, seen), way if length <= seen else Exit.open))
    ended = [spell for spell in found if spell.exit is not Exit.open]
    naive = sum(spell.exit is Exit.advanced for spell in ended) / len(ended)
    share = conversion(found[:800]).share
    assert share is not None
    assert naive < 0.54
    assert share == pytest.approx(0.6, abs=0.06)


def test_too_few_endings_claim_nothing() -> None:
    few = conversion(spells((LEAST_ENDED - 1, 10, Exit.advanced), (50, 20, Exit.open)))
    assert not few.is_enough
    assert (few.entered, few.ended, few.share, few.median_days) == (LEAST_ENDED + 49, LEAST_ENDED - 1, None, None)


def test_a_median_that_the_history_does_not_reach_is_not_named() -> None:
    found = conversion(spells((12, 10, Exit.advanced), (60, 400, Exit.open)))
    assert found.is_enough
    assert found.median_days is None


def test_the_same_history_gives_the_same_interval() -> None:
    stays = spells((30, 50, Exit.advanced), (15, 60, Exit.lost), (10, 20, Exit.open))
    assert conversion(stays) == conversion(stays)


def test_a_history_without_losses_is_no_certainty() -> None:
    found = conversion(spells((11, 50, Exit.advanced)))
    none = conversion(spells((11, 50, Exit.lost)))
    assert found.share == 1.0
    assert found.share_interval is not None
    assert none.share_interval is not None
    # By the tables of Clopper and Pearson.
    assert [*found.share_interval, *none.share_interval] == pytest.approx([0.7151, 1.0, 0.0, 0.2849], abs=1e-4)


def test_deals_that_were_brought_in_as_survivors_do_not_make_the_others_faster_or_slower() -> None:
    rng = np.random.default_rng(4)
    lengths, lost = rng.exponential(60, 6000), rng.random(6000) < 0.4
    lengths = np.where(lost, np.minimum(lengths, rng.exponential(30, 6000)), lengths)
    ways = [Exit.lost if one else Exit.advanced for one in lost]
    every = [Spell(i, STAGE, float(day), way) for i, (day, way) in enumerate(zip(lengths, ways, strict=True))]
    began = np.where(rng.random(6000) < 0.2, 0, rng.uniform(0, 120, 6000))
    brought = [
        Spell(one.deal, one.group, one.days, one.exit, since=float(day))
        for one, day in zip(every, began, strict=True)
        if one.days > day or day == 0
    ]
    naive = [Spell(one.deal, one.group, one.days, one.exit) for one in brought]
    truth, found, wrong = conversion(every), conversion(brought), conversion(naive)
    assert truth.share is not None
    assert truth.median_days is not None
    assert found.share == pytest.approx(truth.share, abs=0.06)
    assert found.median_days == pytest.approx(truth.median_days, abs=5)
    assert (wrong.median_days or 0) > truth.median_days + 10


def test_one_early_ending_among_deals_that_come_later_does_not_decide() -> None:
    late = [Spell(i, STAGE, 100 + i, Exit.advanced, since=50 + i) for i in range(20)]
    first = Spell(99, STAGE, 52.5, Exit.lost, since=50.5)
    found = conversion([first, *late])
    assert found.share == pytest.approx(1.0)
    assert (found.entered, found.ended) == (21, 21)
