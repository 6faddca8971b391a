from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_array

from matching.embedding.training.bags import Bagger
from matching.embedding.training.bridge import leading_axes, ridge, token_weights
from matching.embedding.training.contrast import RowOptimiser, imitate, tell_apart
from matching.embedding.training.cooccurrence import cooccurrences, ppmi
from matching.embedding.training.lessons import Passages
from matching.embedding.training.papers import (
    body,
    chinese_abstract,
    english_abstract,
    english_sentences,
    passages,
    repaired,
)
from matching.embedding.training.sources import (
    Corpus,
    TrainingSources,
    installed_dictionary,
    read_corpus,
    read_dictionary,
    reference_sources,
)
from matching.embedding.training.vocabulary import Vocabulary, VocabularySize, build_vocabulary

ABSTRACT = (
    "This paper deals with the wear of rolling bearings under heavy load and gives a model of the contact. "
    "The results of the tests show that the life of the bearing is doubled by the coating, and that the cost is low."
)


def test_utf8_that_was_read_as_gbk_is_repaired() -> None:
    text = "空间技术的发展，以及其应用的研究。方法是有效的，结果是可靠的。"
    misread = text.encode().decode("gb18030", "ignore")
    assert misread != text
    assert sum(c in text for c in repaired(misread)) > 0.8 * len(text)
    assert repaired(text) == text
    assert repaired("") == ""


def test_references_are_cut_off_only_at_the_end_of_a_paper() -> None:
    assert body("正文" * 50 + "参考文献[1] 某书") == "正文" * 50
    early = "参考文献很多。" + "正文" * 50
    assert body(early) == early


def test_passages_are_whole_sentences_of_chinese_text() -> None:
    sentence = "滚动轴承的寿命取决于载荷和润滑条件。"
    found = passages(sentence * 10 + "x = a + b + c + d + e + f + g + h;" + sentence * 10)
    assert all(len(passage) >= 70 and passage.endswith("。") for passage in found)
    assert not any("x = a" in passage for passage in found)
    assert passages("") == []


def test_the_abstracts_of_a_paper_are_found_in_both_languages() -> None:
    chinese = "研究了重载滚动轴承的磨损，" * 8
    paper = f"轴承学报\n【摘 要】 {chinese}关键词：轴承\nAbstract: {ABSTRACT} Key words: bearing\n正文。"
    assert chinese_abstract(paper) == chinese
    assert english_abstract(paper) == ABSTRACT
    assert len(english_sentences(ABSTRACT)) == 2
    assert (chinese_abstract("正文"), english_abstract("正文")) == ("", "")


def test_a_dictionary_gives_words_and_meanings(tmp_path: Path) -> None:
    path = tmp_path / "dictionary.txt"
    path.write_text(
        "# comment\n軸承 轴承 [zhou2 cheng2] /(mechanical) bearing/CL:個|个[ge4]/\n北京 北京 [Bei3 jing1] /Beijing/\n"
        "裝配 装配 [zhuang1 pei4] /to assemble/to fit together/fitting/fourth/\n水 水 [shui3] /water/\n",
        encoding="utf-8",
    )
    assert read_dictionary(path) == [("装配", "assemble, fit together, fitting"), ("轴承", "bearing")]


def test_a_source_with_too_few_columns_is_named(tmp_path: Path) -> None:
    path = tmp_path / "keywords.tsv"
    path.write_text("zh\ten\n轴承\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"keywords\.tsv: a row with fewer than 2 columns"):
        read_corpus(TrainingSources(teacher=tmp_path, keywords=path))


def test_a_missing_source_is_named(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nsfc_fields"):
        read_corpus(reference_sources(tmp_path, tmp_path))


def test_an_uninstalled_dictionary_is_none_or_a_file() -> None:
    found = installed_dictionary()
    assert found is None or found.is_file()


def test_the_tokenizer_prefers_words_and_falls_back_to_characters_and_pieces() -> None:
    tokens = _vocabulary().tokenizer()
    assert tokens.encode("滚动轴承寿命").tokens == ["滚动轴承", "寿", "命"]
    assert tokens.encode("Welding-robots 12.5").tokens == ["▁welding", "▁", "▁robot", "s", "▁"]
    assert tokens.encode("Ag").tokens == ["▁ag▁"]
    assert "▁ag▁" not in tokens.encode("agv").tokens
    assert tokens.encode("12.5 % !").tokens == []


def test_silent_tokens_do_not_count() -> None:
    vocabulary = _vocabulary()
    counts = Bagger.over(vocabulary).bags(["轴承 welding welding", "zq 12", ""]).toarray()
    assert counts.sum(axis=1).tolist() == [3, 0, 0]
    assert counts[0, vocabulary.tokens.index("▁welding")] == 2
    assert token_weights(vocabulary)[vocabulary.tokens.index("z")] == 0


def test_a_vocabulary_keeps_names_and_characters_of_the_corpus() -> None:
    corpus = Corpus(fields=[("焊接", "welding")], papers=["轴承轴承轴承的焊接"])
    vocabulary = build_vocabulary(corpus, [""] * 1996 + ["the", "steel", "##ing"], VocabularySize(10, 10, 1))
    kinds = {token: vocabulary.kind(token) for token in vocabulary.tokens}
    assert kinds["焊接"] == kinds["轴"] == "chinese"
    assert kinds["▁welding"] == kinds["▁steel"] == "latin"
    assert (kinds["ing"], kinds["<unk>"], kinds["▁"], kinds["a"]) == ("piece", "silent", "silent", "silent")
    assert vocabulary.tokens[0] == "<unk>"


def test_company_is_counted_within_the_window_and_not_across_texts() -> None:
    texts = [np.array([0, 1, 2], dtype=np.int32), np.array([2, 0], dtype=np.int32)]
    assert cooccurrences(texts, 3, window=1).toarray().tolist() == [[0, 1, 1], [1, 0, 1], [1, 1, 0]]
    assert cooccurrences(texts, 3, window=2).toarray().tolist() == [[0, 1, 2], [1, 0, 1], [2, 1, 0]]
    assert cooccurrences([], 2, window=2).toarray().tolist() == [[0, 0], [0, 0]]


def test_mutual_information_is_that_worked_by_hand() -> None:
    counts = csr_array(np.array([[0, 3, 1], [3, 0, 0], [1, 0, 0]], dtype=np.float32))
    found = ppmi(counts, smoothing=1.0).toarray()
    # p(0,1) = 3/8, p(0) = 4/8, p(1) = 3/8: log 2; the same for (0, 2)
    np.testing.assert_allclose(found, np.log(2) * np.array([[0, 1, 1], [1, 0, 0], [1, 0, 0]]), atol=1e-6)


def test_ridge_by_conjugate_gradients_is_the_exact_solution() -> None:
    rng = np.random.default_rng(0)
    features, targets = rng.random((20, 6), dtype=np.float32), rng.random((20, 3), dtype=np.float32)
    exact = np.linalg.solve(features.T @ features + 0.5 * np.eye(6), features.T @ targets)
    np.testing.assert_allclose(ridge(csr_array(features), targets, 0.5), exact, atol=1e-4)


def test_leading_axes_keep_similarities_and_fill_up_with_zeros() -> None:
    rows = np.random.default_rng(0).random((5, 4), dtype=np.float32)
    sample = csr_array(np.eye(5, dtype=np.float32))
    wide = leading_axes(rows, [sample], 6)
    np.testing.assert_allclose(wide @ wide.T, rows @ rows.T, atol=1e-5)
    assert wide.shape == (5, 6)


@pytest.mark.parametrize("side", [0, 1])
def test_the_gradient_of_telling_apart_is_the_slope_of_its_loss(side: int) -> None:
    sides = [_unit(0), _unit(1)]
    gradient = tell_apart(sides[0], sides[1], 0.3)[1 + side]
    np.testing.assert_allclose(gradient, _slope(lambda: tell_apart(sides[0], sides[1], 0.3)[0], sides[side]), atol=1e-4)


def test_the_gradient_of_imitation_is_the_slope_of_its_loss() -> None:
    vectors, teacher = _unit(0), _unit(1)
    expected = _slope(lambda: imitate(vectors, teacher, 0.3)[0], vectors)
    np.testing.assert_allclose(imitate(vectors, teacher, 0.3)[1], expected, atol=1e-4)


def test_a_perfect_imitation_costs_nothing() -> None:
    assert imitate(_unit(0), _unit(0), 0.3)[0] == pytest.approx(0, abs=1e-6)


def test_a_step_lowers_the_loss_and_leaves_other_rows_alone() -> None:
    rng = np.random.default_rng(0)
    rows = rng.standard_normal((6, 3)).astype(np.float32)
    before = rows.copy()
    optimiser = RowOptimiser(rows, pull=0.0)
    left = csr_array(np.array([[1, 0, 1, 0, 0, 0], [0, 2, 0, 0, 0, 0]], dtype=np.float32))
    right = csr_array(np.array([[0, 0, 0, 1, 0, 0], [0, 0, 0, 0, 1, 0]], dtype=np.float32))
    losses = []
    for _ in range(30):
        touched = optimiser.touched(left, right)
        forward = touched.forward()
        loss, *gradients = tell_apart(forward[0][0], forward[1][0], 0.3)
        optimiser.step(touched.columns, touched.backward(forward, gradients), 0.1)
        losses.append(loss)
    assert losses[-1] < 0.5 * losses[0]
    assert touched.columns.tolist() == [0, 1, 2, 3, 4]
    np.testing.assert_array_equal(rows[5], before[5])


def test_two_passages_of_a_batch_are_different_ones_of_the_same_paper() -> None:
    # Paper p has the tokens 2p and 2p + 1, one a passage: a pair that mixed papers or repeated a passage would show.
    passages_of_three = Passages("passages", 1.0, csr_array(np.eye(6, dtype=np.float32)), np.array([0, 2, 4, 6]))
    optimiser = RowOptimiser(np.random.default_rng(1).standard_normal((6, 4)).astype(np.float32), pull=0.0)
    rng = np.random.default_rng(0)
    for _ in range(60):
        passages_of_three.learn(optimiser, rng, batch=3, rate=0.2)
    rows = optimiser.rows / np.linalg.norm(optimiser.rows, axis=1, keepdims=True)
    likeness = rows @ rows.T - 2 * np.eye(6)
    assert likeness.argmax(axis=1).tolist() == [1, 0, 3, 2, 5, 4]


def _vocabulary() -> Vocabulary:
    words = ["滚动轴承", "轴承", "▁welding", "▁robot", "▁ag▁"]
    characters = ["寿", "命", "轴", "承"]
    letters = [*"agvszq", "▁"]
    scores = [-5.0] * len(words) + [-8.0] * len(characters) + [-20.0] * len(letters)
    return Vocabulary(["<unk>", *words, *characters, *letters], [0.0, *scores])


def _unit(seed: int) -> NDArray[np.float32]:
    rows = np.random.default_rng(seed).standard_normal((4, 3))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


def _slope(loss: object, at: NDArray[np.float32], width: float = 1e-5) -> NDArray[np.float64]:
    """Central differences of `loss()` by every element of `at`, which is changed in place and put back."""
    assert callable(loss)
    slope = np.zeros(at.shape)
    for index in np.ndindex(at.shape):
        value = at[index]
        at[index] = value + width
        above = loss()
        at[index] = value - width
        slope[index] = (above - loss()) / (2 * width)
        at[index] = value
    return slope
