import json
from pathlib import Path

import numpy as np
import pytest

from matching.evaluation.evaluate import best_five_means, evaluate_folder
from matching.evaluation.folder import CAPABILITIES, JUDGEMENTS, NEEDS, read_folder
from matching.suppliers import Aggregation

TOPICS = ["精密锻造工艺", "污水处理膜材料", "锂电池正极材料", "玉米育种技术", "激光焊接设备", "桥梁健康监测"]


def write(folder: Path, judged: str = "capability") -> Path:
    needs = [
        {"id": f"n{i}", "title": f"需要{topic}", "text": f"希望得到{topic}方面的支持。"}
        for i, topic in enumerate(TOPICS)
    ]
    capabilities = [
        {"id": f"c{i}", "supplier": f"s{i % 6}", "title": f"{TOPICS[i % 6]}研究", "text": f"团队从事{TOPICS[i % 6]}。"}
        for i in range(12)
    ]
    (folder / NEEDS).write_text("".join(json.dumps(one) + "\n" for one in needs), encoding="utf-8")
    (folder / CAPABILITIES).write_text("".join(json.dumps(one) + "\n" for one in capabilities), encoding="utf-8")
    letter, count = ("c", 12) if judged == "capability" else ("s", 6)
    rows = [f"n{i}\t{letter}{j}\t{4 if j % 6 == i else 1}\n" for i in range(6) for j in range(count)]
    (folder / JUDGEMENTS).write_text(f"need\t{judged}\tlevel\n{''.join(rows)}", encoding="utf-8")
    return folder


def test_clear_needs_are_ranked_perfectly(tmp_path: Path) -> None:
    result = evaluate_folder(write(tmp_path))
    assert (result.ndcg10, result.recall50, result.mrr) == (1.0, 1.0, 1.0)
    assert (result.needs, result.rankable, result.pairs, result.pool) == (6, 6, 72, 12)
    assert set(result.ndcg_by_need) == {f"n{i}" for i in range(6)}


def test_suppliers_are_judged_over_all_their_capabilities(tmp_path: Path) -> None:
    result = evaluate_folder(write(tmp_path, "supplier"))
    assert (result.ndcg10, result.pool) == (1.0, 6)


def test_the_run_file_holds_every_judged_pair_once(tmp_path: Path) -> None:
    run = tmp_path / "run.tsv"
    evaluate_folder(write(tmp_path), run_path=run)
    rows = [line.split("\t") for line in run.read_text(encoding="utf-8").splitlines()]
    assert len({(need, item) for need, item, _ in rows}) == len(rows) == 72
    assert all(np.isfinite(float(score)) for _, _, score in rows)


def test_progress_is_told_need_by_need(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    evaluate_folder(write(tmp_path), progress=lambda done, of: told.append((done, of)))
    assert told == [(i, 6) for i in range(1, 7)]


def test_the_mean_of_the_best_five() -> None:
    owners = np.array([0, 0, 0, 0, 0, 0, 2])
    raw = np.array([6, 1, 2, 3, 4, 5, 7], dtype=np.float32)
    assert best_five_means(owners, raw, 3).tolist() == [4.0, 0.0, 7.0]


def test_a_byte_order_mark_and_crlf_are_put_up_with(tmp_path: Path) -> None:
    write(tmp_path)
    for name in (NEEDS, CAPABILITIES, JUDGEMENTS):
        data = (tmp_path / name).read_bytes().replace(b"\n", b"\r\n")
        (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + data)
    folder = read_folder(tmp_path)
    assert (folder.need_ids[0], len(folder.judged), folder.aggregation) == ("n0", 72, Aggregation.exact)


@pytest.mark.parametrize(
    ("name", "line", "said"),
    [
        (NEEDS, "{not json", "line 2: not JSON"),
        (NEEDS, "[1]", "line 2: not a JSON object"),
        (NEEDS, '{"id": "x"}', "line 2: 'title' is missing"),
        (NEEDS, '{"id": "n0", "title": "a"}', "line 2: the id 'n0' comes twice"),
        (NEEDS, '{"id": "x", "title": "a", "text": 3}', "line 2: 'text' is not a text"),
        (CAPABILITIES, '{"id": "x", "title": "a"}', "line 2: 'supplier' is missing"),
        (JUDGEMENTS, "n0\tc1", "line 2: 2 columns"),
        (JUDGEMENTS, "nobody\tc1\t3", "line 2: the need 'nobody' is not in needs.jsonl"),
        (JUDGEMENTS, "n0\tnothing\t3", "line 2: 'nothing' is not in capabilities.jsonl"),
        (JUDGEMENTS, "n0\tc1\tgood", "line 2: the level 'good' is not a number"),
        (JUDGEMENTS, "n0\tc1\tnan", "line 2: the level 'nan' is not finite"),
        (JUDGEMENTS, "n0\tc0\t4\nn0\tc0\t4", "line 3: the pair 'n0', 'c0' comes twice"),
    ],
)
def test_a_malformed_line_is_named(tmp_path: Path, name: str, line: str, said: str) -> None:
    write(tmp_path)
    lines = (tmp_path / name).read_text(encoding="utf-8").splitlines()
    (tmp_path / name).write_text("\n".join([lines[0], line, *lines[1:]]), encoding="utf-8")
    with pytest.raises(ValueError, match=said.replace("[", r"\[")) as fault:
        read_folder(tmp_path)
    assert str(tmp_path / name) in str(fault.value)


def test_a_line_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / NEEDS).write_bytes('{"id": "x", "title": "锻造"}'.encode("gb18030"))
    with pytest.raises(ValueError, match="line 1: not UTF-8"):
        read_folder(tmp_path)


@pytest.mark.parametrize("name", [NEEDS, CAPABILITIES, JUDGEMENTS])
def test_a_missing_or_empty_file_is_named(tmp_path: Path, name: str) -> None:
    write(tmp_path)
    (tmp_path / name).write_text("", encoding="utf-8")
    with pytest.raises(ValueError, match=f"{name}: empty"):
        read_folder(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(ValueError, match=name):
        read_folder(tmp_path)


def test_an_unknown_header_is_refused(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / JUDGEMENTS).write_text("need,capability,level\n", encoding="utf-8")
    with pytest.raises(ValueError, match="header"):
        read_folder(tmp_path)
