from pathlib import Path

import numpy as np
import pytest

from matching.embedding.static import shipped_embedder
from matching.evaluation.baseline import evaluate_baseline
from matching.evaluation.cross_validation import cross_validate, mean_by_need
from matching.evaluation.folder import read_folder
from matching.ranker import COLD, FEATURES, Ranker
from matching.ranking.examples import Examples, judged_examples
from matching.ranking.fitted import examples_of, fit_to, recalibrated, write_held_out
from matching.ranking.fitting import choose_strength, fit_weights, fitted_ranker, ndcg_by_need, preferences
from tests.matching.test_evaluation import write

TITLES = FEATURES.index("titles")


def examples(needs: int = 24, each: int = 12, *, decides: int = TITLES, seed: int = 0) -> Examples:
    """Judged pairs whose levels follow one feature alone."""
    rng = np.random.default_rng(seed)
    features = rng.uniform(0, 0.5, (len(FEATURES), needs * each)).astype(np.float32)
    features[FEATURES.index("field") :] = 0
    levels = 1.0 + np.searchsorted([0.25, 0.4, 0.47], features[decides])
    return Examples(features, np.repeat(np.arange(needs), each), np.arange(needs * each), levels)


def test_the_feature_that_decides_gets_the_weight() -> None:
    weights = fit_weights(examples(), 1e-4)
    others = [weights.characters, weights.pairs, weights.dense, weights.sentences, weights.best_sentence]
    assert weights.titles > 3 * max(map(abs, others))


def test_the_stronger_the_hold_the_nearer_to_cold() -> None:
    gentle, firm = (fit_weights(examples(), strength) for strength in (0.01, 1e6))
    assert gentle.titles > firm.titles == pytest.approx(COLD.weights.titles, abs=1e-3)
    assert (firm.characters, firm.pairs) == pytest.approx((1.0, 1.0), abs=1e-3)
    assert (gentle.field, gentle.industry) == (COLD.weights.field, COLD.weights.industry)


def test_the_same_pairs_give_the_same_weights() -> None:
    assert fit_weights(examples(), 0.1) == fit_weights(examples(), 0.1)


def test_a_constant_feature_is_left_alone() -> None:
    pairs = examples()
    pairs.features[FEATURES.index("dense")] = 0.25
    assert fit_weights(pairs, 0.1).dense == pytest.approx(COLD.weights.dense, abs=1e-6)


def test_only_pairs_of_one_need_are_compared() -> None:
    pairs = examples(needs=5)
    wanted = preferences(pairs)
    assert (pairs.needs[wanted.better] == pairs.needs[wanted.worse]).all()
    assert (pairs.levels[wanted.better] > pairs.levels[wanted.worse]).all()
    assert (wanted.counts >= 0).all()


def test_levels_that_are_all_alike_teach_nothing() -> None:
    pairs = examples(needs=2)
    alike = Examples(pairs.features, pairs.needs, pairs.items, np.ones(len(pairs)))
    with pytest.raises(ValueError, match="two levels"):
        fit_weights(alike, 0.1)


def test_a_gentle_hold_is_chosen_where_there_is_much_to_learn() -> None:
    pairs = examples()
    assert choose_strength(pairs, np.arange(24)) < 3.0


def test_the_cold_weights_are_kept_where_they_are_right() -> None:
    pairs = examples()
    levels = np.where(COLD.raw(pairs.features) > 0.9, 4.0, 1.0)
    found = fitted_ranker(Examples(pairs.features, pairs.needs, pairs.items, levels), 3.0)
    assert found.weights.characters == pytest.approx(1.0, abs=0.2)


def test_held_out_needs_are_ranked_better_by_what_was_learned() -> None:
    pairs = examples()
    found = cross_validate(pairs, np.arange(24), seeds=[0])
    assert found.gain > 0.05
    assert found.p < 0.05
    assert len(found.strengths) == 5
    assert found.figures(found.fitted).brier_skill > found.figures(found.cold).brier_skill


def test_a_held_out_need_has_no_say_in_its_own_scores() -> None:
    pairs = examples()
    other = pairs.levels.copy()
    other[pairs.needs == 3] = 5 - other[pairs.needs == 3]
    clusters = np.arange(24)
    a = cross_validate(pairs, clusters, seeds=[0]).fitted[0]
    b = cross_validate(Examples(pairs.features, pairs.needs, pairs.items, other), clusters, seeds=[0]).fitted[0]
    assert a.raw[pairs.needs == 3].tolist() == b.raw[pairs.needs == 3].tolist()
    assert a.shares[pairs.needs == 3].tolist() == b.shares[pairs.needs == 3].tolist()


def test_figures_are_means_over_seeds_not_of_added_scores() -> None:
    found = cross_validate(examples(), np.arange(24), seeds=[0, 1])
    by_need = mean_by_need(found.fitted)
    assert by_need[0] == pytest.approx((found.fitted[0].ndcg[0] + found.fitted[1].ndcg[0]) / 2)
    assert found.figures(found.fitted).ndcg10 == pytest.approx(np.mean(list(by_need.values())))


def test_needs_that_cannot_be_ranked_are_refused() -> None:
    pairs = examples(needs=6)
    low = Examples(pairs.features, pairs.needs, pairs.items, np.minimum(pairs.levels, 2.0))
    with pytest.raises(ValueError, match="no need can be ranked"):
        cross_validate(low, np.arange(6), seeds=[0])


@pytest.mark.parametrize("judged", ["capability", "supplier"])
def test_a_folder_gives_its_judged_pairs(tmp_path: Path, judged: str) -> None:
    benchmark = read_folder(write(tmp_path, judged))
    found = examples_of(benchmark, shipped_embedder())
    assert found.features.shape == (len(FEATURES), len(benchmark.judged))
    assert set(ndcg_by_need(found, COLD.raw(found.features).astype(float)).values()) == {1.0}


def test_features_of_a_supplier_are_means_over_its_documents(tmp_path: Path) -> None:
    from matching.engine import Engine

    benchmark = read_folder(write(tmp_path, "supplier"))
    engine = Engine(shipped_embedder())
    engine.add(benchmark.documents)
    found = judged_examples(engine, benchmark)
    documents = next(iter(engine.features_of_all(benchmark.needs)))
    np.testing.assert_allclose(found.features[:, 0], documents[:, [0, 6]].mean(axis=1), atol=1e-6)


def test_a_ranker_fitted_to_a_folder_reads_back(tmp_path: Path) -> None:
    ranker, strength = fit_to(read_folder(write(tmp_path)), shipped_embedder())
    assert ranker.kind == "fitted"
    assert strength > 0
    assert Ranker.from_json(ranker.to_json()) == ranker


def test_a_new_scale_changes_no_order() -> None:
    pairs = examples()
    again = recalibrated(COLD, pairs)
    assert again.weights == COLD.weights
    assert again.name != COLD.name
    assert again.raw(pairs.features).tolist() == COLD.raw(pairs.features).tolist()


def test_held_out_scores_are_written_one_file_a_seed(tmp_path: Path) -> None:
    benchmark = read_folder(write(tmp_path))
    found = cross_validate(examples_of(benchmark, shipped_embedder()), np.arange(6), seeds=[0, 1])
    paths = write_held_out(tmp_path / "run.tsv", benchmark, found)
    assert [path.name for path in paths] == ["run-cv0.tsv", "run-cv1.tsv"]
    rows = [line.split("\t") for line in paths[0].read_text(encoding="utf-8").splitlines()]
    assert len({(need, item) for need, item, _ in rows}) == len(found.examples)


@pytest.mark.parametrize("judged", ["capability", "supplier"])
def test_the_baseline_is_measured_on_the_same_needs(tmp_path: Path, judged: str) -> None:
    benchmark = read_folder(write(tmp_path, judged))
    found = evaluate_baseline(benchmark)
    assert set(found.ndcg_by_need) == set(benchmark.need_ids)
    assert 0 < (found.ndcg10 or 0) <= 1
