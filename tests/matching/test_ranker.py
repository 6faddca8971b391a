import json
from dataclasses import asdict, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.ranker import COLD, FEATURES, Calibration, Ranker, Weights
from matching.types import Band


def features(**values: float) -> np.ndarray:
    return np.array([[values.get(name, 0.0)] for name in FEATURES], dtype=np.float32)


def test_the_raw_score_is_the_weighted_sum() -> None:
    raw = COLD.raw(features(characters=0.4, pairs=0.2, dense=0.6, field=1.0))
    assert raw[0] == pytest.approx(0.4 + 0.2 + 0.3 + 0.05)


def test_field_and_industry_alone_propose_nobody() -> None:
    assert COLD.raw(features(field=1.0, industry=1.0))[0] == 0.0


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_value_that_is_not_finite_counts_as_nothing(value: float) -> None:
    assert COLD.raw(features(characters=value, pairs=0.2))[0] == pytest.approx(0.2)


@given(st.floats(-5, 5), st.floats(-5, 5))
def test_the_shown_score_keeps_the_order(a: float, b: float) -> None:
    low, high = sorted((a, b))
    assert 0 <= COLD.score(low) <= COLD.score(high) <= 1


def test_bands_follow_the_score_and_never_exclude() -> None:
    assert [COLD.band(score) for score in (1.0, 0.35, 0.34, 0.15, 0.14, 0.0)] == [
        Band.strong,
        Band.strong,
        Band.worth_a_look,
        Band.worth_a_look,
        Band.weak,
        Band.weak,
    ]


def test_the_name_changes_with_every_number() -> None:
    others = [Ranker(weights=Weights(dense=0.25)), Ranker(strong=0.4), Ranker(breadth=0.1), Ranker(kind="own")]
    assert len({ranker.name for ranker in (COLD, *others)}) == 5
    assert replace(COLD).name == COLD.name


def test_a_ranker_reads_back_what_it_wrote() -> None:
    fitted = Ranker("fitted", Weights(titles=0.25), Calibration(2.5, -3.0, 0.5), strong=0.3)
    assert Ranker.from_json(fitted.to_json()) == fitted


def test_a_ranker_kept_before_a_feature_was_known_ranks_as_it_did() -> None:
    assert Weights().sentences == Weights().best_sentence == Weights().titles == 0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"format": "keqiao-ranker-0"}, "format"),
        ({"strong": None}, "strong is None"),
        ({"strong": True}, "strong is True"),
        ({"strong": float("nan")}, "strong is nan"),
        ({"weights": {"characters": 1.0}}, "Weights: missing or unknown: .*pairs"),
        ({"weights": asdict(COLD.weights) | {"words": 1.0}}, "unknown: words"),
        ({"weights": [1.0]}, "not an object"),
        ({"calibration": asdict(COLD.calibration) | {"slope": -1.0}}, "slope"),
        ({"kind": 3}, "kind"),
        ({"extra": 1.0}, "unknown: extra"),
        ({"breadth": 0.5}, "does not fit the numbers"),
    ],
)
def test_a_damaged_ranker_is_refused(changes: dict[str, object], said: str) -> None:
    stored = json.loads(COLD.to_json()) | changes
    with pytest.raises(ValueError, match=said):
        Ranker.from_json(json.dumps(stored))


@pytest.mark.parametrize("text", ["", "[]", "3", "{", "null"])
def test_what_is_no_ranker_at_all_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - json's own message, or ours
        Ranker.from_json(text)


@given(st.floats(-2, 4), st.floats(-2, 4), st.floats(0.25, 2))
def test_a_bent_scale_keeps_the_order(a: float, b: float, power: float) -> None:
    low, high = sorted((a, b))
    bent = Ranker(calibration=Calibration(3.0, -3.0, power))
    assert bent.score(low) <= bent.score(high)
