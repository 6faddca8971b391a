import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from matching.embedding.model_file import MANIFEST, WEIGHTS, ModelFileError, read_manifest
from matching.embedding.protocol import Embedder
from matching.embedding.static import SHIPPED, StaticEmbedder, shipped_embedder
from matching.embedding.training.folder import write_folder

TEXTS = [
    "滚动轴承疲劳寿命预测",
    "fatigue life prediction of rolling bearings",
    "一种用于熔铸锆刚玉耐火砖的保温退火材料",
    "AGV小车 5G 高速rolling轧机，耐高温1700度以上；",
    "ＰＭ２．５ 监测",
    "nanowelding zzxqyw",
    "",
    "  \n",
    "12.5 %",
    "轧机" * 3000,
]


@pytest.fixture
def small_folder(tmp_path: Path) -> Path:
    """A model of three tokens and two dimensions."""
    tokenizer = Tokenizer(models.Unigram([("<unk>", 0.0), ("a", -1.0), ("b", -1.0)], unk_id=0, byte_fallback=False))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    write_folder(tmp_path, "small-1", tokenizer, np.array([[0, 0], [3, 0], [0, 4]], dtype=np.float32))
    return tmp_path


def test_a_text_is_the_mean_of_its_tokens_made_a_unit_vector(small_folder: Path) -> None:
    embedder = StaticEmbedder.load(small_folder)
    rows = embedder.encode(["a b", "a a b", "a", "?", ""])
    expected = [[0.6, 0.8], [6 / np.sqrt(52), 4 / np.sqrt(52)], [1, 0], [0, 0], [0, 0]]
    np.testing.assert_allclose(rows, expected, atol=1e-6)
    assert rows.dtype == np.float32
    assert embedder.dim == 2


def test_no_texts_give_no_rows(small_folder: Path) -> None:
    assert StaticEmbedder.load(small_folder).encode([]).shape == (0, 2)


def test_the_shipped_model_gives_what_sentence_transformers_gives() -> None:
    from sentence_transformers import SentenceTransformer

    library = SentenceTransformer(str(SHIPPED), device="cpu", local_files_only=True).float()
    theirs = library.encode(TEXTS, convert_to_numpy=True, show_progress_bar=False)
    np.testing.assert_allclose(shipped_embedder().encode(TEXTS), theirs, atol=1e-6)


def test_rows_are_unit_vectors_and_nothing_known_is_the_zero_vector() -> None:
    lengths = np.linalg.norm(shipped_embedder().encode(TEXTS), axis=1)
    np.testing.assert_allclose(lengths, [1, 1, 1, 1, 1, 1, 0, 0, 0, 1], atol=1e-5)


def test_an_unknown_acronym_does_not_become_a_chemical_element() -> None:
    embedder = shipped_embedder()
    silver, unknown = embedder.encode(["Ag", "agqzxv"])
    assert float(silver @ unknown) < 0.5


def test_a_row_does_not_depend_on_the_other_texts() -> None:
    embedder = shipped_embedder()
    together = embedder.encode(TEXTS)
    np.testing.assert_allclose(together, np.vstack([embedder.encode([text]) for text in TEXTS]), atol=1e-6)


def test_full_width_and_upper_case_change_nothing() -> None:
    rows = shipped_embedder().encode(["ABC Welding 焊接", "ａｂｃ　ｗｅｌｄｉｎｇ 焊接"])
    np.testing.assert_allclose(rows[0], rows[1], atol=1e-6)


def test_broken_text_is_read_around_its_broken_part() -> None:
    rows = shipped_embedder().encode(["轴承\ud800", "轴承"])
    np.testing.assert_allclose(rows[0], rows[1], atol=1e-6)


def test_a_chinese_term_is_nearest_to_its_english_twin() -> None:
    terms = [
        ("滚动轴承", "rolling bearing"),
        ("土壤肥力", "soil fertility"),
        ("锂离子电池", "lithium ion battery"),
        ("神经网络", "neural network"),
        ("污水处理", "wastewater treatment"),
        ("数控机床", "CNC machine tool"),
    ]
    embedder = shipped_embedder()
    scores = embedder.encode([zh for zh, _ in terms]) @ embedder.encode([en for _, en in terms]).T
    assert scores.argmax(axis=1).tolist() == list(range(len(terms)))


def test_the_shipped_embedder_fits_the_seam_and_is_loaded_once() -> None:
    assert isinstance(shipped_embedder(), Embedder)
    assert shipped_embedder() is shipped_embedder()
    assert shipped_embedder().name == read_manifest(SHIPPED).full_name


def test_the_model_card_names_the_shipped_file() -> None:
    card = (SHIPPED / "README.md").read_text(encoding="utf-8")
    assert shipped_embedder().name in card
    assert read_manifest(SHIPPED).files[WEIGHTS] in card


def test_other_weights_have_another_name(small_folder: Path, tmp_path: Path) -> None:
    before = StaticEmbedder.load(small_folder).name
    tokenizer = Tokenizer.from_file(str(small_folder / "tokenizer.json"))
    write_folder(tmp_path, "small-1", tokenizer, np.ones((3, 2), dtype=np.float32))
    assert StaticEmbedder.load(tmp_path).name != before


def test_a_single_changed_byte_is_found(small_folder: Path) -> None:
    content = bytearray((small_folder / WEIGHTS).read_bytes())
    content[-1] ^= 1
    (small_folder / WEIGHTS).write_bytes(content)
    with pytest.raises(ModelFileError, match=r"model\.safetensors: damaged or changed"):
        StaticEmbedder.load(small_folder)


def test_a_truncated_file_is_found(small_folder: Path) -> None:
    (small_folder / WEIGHTS).write_bytes((small_folder / WEIGHTS).read_bytes()[:20])
    with pytest.raises(ModelFileError, match="damaged"):
        StaticEmbedder.load(small_folder)


@pytest.mark.parametrize("name", [MANIFEST, WEIGHTS, "tokenizer.json", "modules.json"])
def test_a_missing_file_is_named(small_folder: Path, name: str) -> None:
    (small_folder / name).unlink()
    with pytest.raises(ModelFileError, match=name):
        StaticEmbedder.load(small_folder)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="nowhere"):
        StaticEmbedder.load(tmp_path / "nowhere")


def test_another_dimension_than_promised_is_refused(small_folder: Path) -> None:
    _rewrite_manifest(small_folder, dim=3)
    with pytest.raises(ModelFileError, match=r"shape \(3, 2\), expected \(3, 3\)"):
        StaticEmbedder.load(small_folder)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": 2}, "format 2"),
        ({"files": {}}, "does not list"),
        ({"files": 7}, "not a model manifest"),
        ({"dim": None}, "not a model manifest"),
    ],
)
def test_a_manifest_of_another_shape_is_refused(small_folder: Path, change: dict[str, object], message: str) -> None:
    _rewrite_manifest(small_folder, **change)
    with pytest.raises(ModelFileError, match=message):
        StaticEmbedder.load(small_folder)


def test_a_manifest_that_is_no_json_is_refused(small_folder: Path) -> None:
    (small_folder / MANIFEST).write_text("not json")
    with pytest.raises(ModelFileError, match="not a model manifest"):
        StaticEmbedder.load(small_folder)


def test_files_that_match_the_manifest_but_are_not_what_they_say_are_refused(small_folder: Path) -> None:
    from matching.embedding.model_file import write_manifest

    shutil.copy(small_folder / "modules.json", small_folder / WEIGHTS)
    write_manifest(small_folder, "small-1", 2)
    with pytest.raises(ModelFileError, match="no tensor"):
        StaticEmbedder.load(small_folder)
    shutil.copy(small_folder / "modules.json", small_folder / "tokenizer.json")
    write_manifest(small_folder, "small-1", 2)
    with pytest.raises(ModelFileError, match="not a tokenizer"):
        StaticEmbedder.load(small_folder)


def test_the_import_pulls_in_neither_torch_nor_sentence_transformers() -> None:
    import subprocess
    import sys

    script = (
        "import sys; from matching.embedding.static import shipped_embedder; shipped_embedder().encode(['轴承']); "
        "print([m for m in ('torch', 'sentence_transformers', 'transformers', 'sklearn') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def _rewrite_manifest(folder: Path, **change: object) -> None:
    raw = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    (folder / MANIFEST).write_text(json.dumps(raw | change), encoding="utf-8")
