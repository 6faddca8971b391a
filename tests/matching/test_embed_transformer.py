import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from matching.embedding.model_file import ModelFileError
from matching.embedding.protocol import Embedder
from matching.embedding.static import SHIPPED
from matching.embedding.training.sources import installed_teacher
from matching.embedding.transformer import LanguageNotKnownError, TransformerEmbedder


@pytest.fixture(scope="module")
def english() -> TransformerEmbedder:
    """A real English transformer, from the package that carries it."""
    return TransformerEmbedder.load(installed_teacher())


@pytest.fixture(scope="module")
def bilingual() -> TransformerEmbedder:
    """A sentence-transformers model that knows Chinese: the shipped one, read by the library."""
    return TransformerEmbedder.load(SHIPPED)


def test_a_transformer_fits_the_seam(english: TransformerEmbedder) -> None:
    assert isinstance(english, Embedder)
    assert english.dim == 384
    assert english.name.startswith("model-")


def test_like_texts_are_near_and_rows_are_unit_vectors(english: TransformerEmbedder) -> None:
    rows = english.encode(["bearing fault diagnosis", "detecting defects in ball bearings", "rice breeding", " "])
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), [1, 1, 1, 0], atol=1e-5)
    assert rows[0] @ rows[1] > rows[0] @ rows[2]


def test_an_english_model_refuses_chinese_text_instead_of_ranking_noise(english: TransformerEmbedder) -> None:
    assert not english.knows_chinese
    with pytest.raises(LanguageNotKnownError, match="does not know Chinese"):
        english.encode(["bearing", "滚动轴承故障诊断"])


def test_an_english_text_with_a_chinese_name_in_it_is_still_read(english: TransformerEmbedder) -> None:
    assert english.encode(["fault diagnosis of rolling bearings, by Zhang 张"]).any()


def test_a_model_that_knows_chinese_reads_it(bilingual: TransformerEmbedder) -> None:
    assert bilingual.knows_chinese
    asked, near, far = bilingual.encode(["滚动轴承故障诊断", "轴承缺陷检测", "水稻育种"])
    assert asked @ near > asked @ far


def test_the_same_weights_pooled_otherwise_are_another_model(tmp_path: Path) -> None:
    for name in ("one", "two"):
        shutil.copytree(installed_teacher(), tmp_path / name)
    pooling = tmp_path / "two" / "1_Pooling" / "config.json"
    settings = json.loads(pooling.read_text("utf-8"))
    assert settings["pooling_mode_mean_tokens"]
    settings |= {"pooling_mode_mean_tokens": False, "pooling_mode_cls_token": True}
    pooling.write_text(json.dumps(settings), encoding="utf-8")
    one, two = (TransformerEmbedder.load(tmp_path / name) for name in ("one", "two"))
    assert one.name.removeprefix("one-") != two.name.removeprefix("two-")
    assert not np.allclose(one.encode(["welding"]), two.encode(["welding"]), atol=0.01)


def test_a_name_is_short_enough_to_be_stored(tmp_path: Path) -> None:
    shutil.copytree(installed_teacher(), tmp_path / ("long" * 40))
    assert len(TransformerEmbedder.load(tmp_path / ("long" * 40)).name) <= 80


def test_no_texts_give_no_rows(english: TransformerEmbedder) -> None:
    assert english.encode([]).shape == (0, 384)


def test_a_model_that_is_not_on_this_machine_is_not_fetched() -> None:
    with pytest.raises(ModelFileError, match="nothing is downloaded"):
        TransformerEmbedder.load("nobody/no-such-model")


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"no model\.safetensors"):
        TransformerEmbedder.load(tmp_path)


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"nothing")
    with pytest.raises(ModelFileError, match="not a sentence-transformers model"):
        TransformerEmbedder.load(tmp_path)
