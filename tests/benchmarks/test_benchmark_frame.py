import json
from argparse import ArgumentParser, Namespace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.__main__ import claims, main
from benchmarks.figure import Figure, measured
from benchmarks.reference import ReferenceMissing, add_data_option, reference_data
from benchmarks.withheld import withhold
from matching.embedding.training.sources import Abstract, Corpus


def test_a_figure_holds_when_it_reaches_its_bar() -> None:
    assert measured("b", "f", 0.8, "", at_least=0.8) == Figure("b", "f", 0.8, "", "≥ 0.8", True)
    assert measured("b", "f", 4.1, "s", at_most=4) == Figure("b", "f", 4.1, "s", "≤ 4", False)
    assert measured("b", "f", 1, "s") == Figure("b", "f", 1, "s", None, None)


def test_two_bars_are_refused() -> None:
    with pytest.raises(ValueError, match="either"):
        measured("b", "f", 1, "s", at_least=0, at_most=2)


def test_every_benchmark_has_a_claim_and_options() -> None:
    from importlib import import_module

    known = claims()
    assert "embedding" in known
    for name, claim in known.items():
        assert claim, name
        import_module(f"benchmarks.{name}").add_options(ArgumentParser())


def test_without_a_name_the_benchmarks_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert "embedding" in capsys.readouterr().out


def test_an_unknown_name_is_answered_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nothing"]) == 2
    assert "no benchmark 'nothing'; there are:" in capsys.readouterr().err


def test_absent_reference_data_is_said_plainly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["embedding", "--json", "--data", str(tmp_path / "nowhere")]) == 2
    out, err = capsys.readouterr()
    assert "no reference data at" in err
    assert out == ""


def test_the_option_names_the_reference_data(tmp_path: Path) -> None:
    parser = ArgumentParser()
    add_data_option(parser)
    assert reference_data(parser.parse_args(["--data", str(tmp_path)])) == tmp_path


def test_unset_reference_data_is_said_plainly(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("KEQIAO_REFERENCE_DATA", raising=False)
    monkeypatch.chdir(tmp_path)  # away from a .env
    with pytest.raises(ReferenceMissing, match="set KEQIAO_REFERENCE_DATA"):
        reference_data(Namespace(data=None))


def test_figures_are_printed_as_json_lines(capsys: pytest.CaptureFixture[str]) -> None:
    from benchmarks.__main__ import _print_json

    kept = _print_json(iter([measured("b", "f", 1.5, "s", at_most=1), measured("b", "g", 2.0, "")]))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert not kept
    assert lines[0] == {"benchmark": "b", "figure": "f", "value": 1.5, "unit": "s", "bar": "≤ 1", "holds": False}
    assert lines[1]["bar"] is None


def test_withheld_subtrees_take_their_names_out_of_every_source_of_pairs() -> None:
    codes = [f"A{i:02}{j:02}" for i in range(10) for j in range(3)]
    fields = [(f"领域{code}", f"Field {code}") for code in codes]
    corpus = Corpus(
        fields=fields,
        keywords=[(zh, "another name") for zh, _ in fields],
        dictionary=[("别名", f"something, {en.lower()}") for _, en in fields],
        abstracts=[Abstract(f"题{i}", "文", "词") for i in range(10)],
        titles=[f"题{i}" for i in range(10)],
    )
    parts = [withhold(corpus, codes, fold, 5) for fold in range(5)]
    assert sorted(np.concatenate([part.positions for part in parts]).tolist()) == list(range(len(fields)))
    for part in parts:
        away = {codes[i][:3] for i in part.positions}
        assert {code[:3] for code, field in zip(codes, fields, strict=True) if field in part.rest.fields}.isdisjoint(
            away
        )
        assert len(part.rest.fields) == len(part.rest.keywords) == len(part.rest.dictionary) == 24
        assert len(part.rest.titles) == len(part.rest.abstracts) == 8
