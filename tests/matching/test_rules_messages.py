"""Every code of every rule, question and fault reads in both languages; no message is left over."""

from pathlib import Path
from string import Formatter

import pytest

from core.i18n import Language, read_messages, translator
from matching.rules import AskOf, IprStance, Verdict
from matching.rules.faults import FaultCode, RulesError
from matching.rules.kinds import HARD, SOFT
from matching.rules.loading import load_rules

KINDS = {**HARD, **SOFT}
MESSAGES = {key for key in read_messages() if key.startswith(("rule.", "error.rules."))}
FREE = {"rule.adjustment", "rule.excluded", "rule.lowered", "rule.title.excluded"}
"""Words of pages about rules, and of the one that stands for those whose reader may not know more."""


def expected_keys() -> set[str]:
    reasons = {f"rule.{name}.{code}" for name, kind in KINDS.items() for code in kind.codes}
    questions = {
        f"rule.ask.{name}.{code}"
        for name, kind in KINDS.items()
        for code, verdict in kind.codes.items()
        if verdict is Verdict.UNKNOWN
    }
    titles = {f"rule.title.{name}" for name in KINDS}
    sets = {f"rule.verdict.{v}" for v in Verdict} | {f"rule.ask_of.{a}" for a in AskOf}
    return reasons | questions | titles | sets | {f"rule.stance.{stance}" for stance in IprStance}


def test_every_code_has_its_message_and_no_message_is_left_over() -> None:
    assert {key for key in MESSAGES if key.startswith("rule.")} == expected_keys() | FREE


def test_every_fault_has_its_message_that_says_what_to_do() -> None:
    texts = read_messages()
    keys = {key for key in MESSAGES if key.startswith("error.rules.")}
    assert {f"error.rules.{code}" for code in FaultCode} == keys
    assert all("请" in texts[key]["zh"] for key in keys)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    "text",
    [
        "",
        "a: [",
        "a: &b c",
        "a: !b c",
        "a: [b]",
        "a: b\n---\na: c",
        "{a: " * 9,
        "\x07",
        "#" * 70_000,
        "words",
        "format: 9\nname: A\nversion: x\nbound: 9\nbuond: 1\nnothing: 1\nbound: 2\nsoft: 1\nhard:\n"
        "  capacity: {person: x}\n  exclusion: {enabled: 1}\n  conflict_of_interest: {enabled: false}",
    ],
)
def test_every_fault_is_rendered_from_its_parameters(text: str, language: Language) -> None:
    with pytest.raises(RulesError) as caught:
        load_rules(text)
    for fault in caught.value.faults:
        place = {"source": caught.value.source, "line": fault.line, "column": fault.column}
        shown = translator(language)(f"error.rules.{fault.code}", **place, **fault.params)
        assert not shown.startswith("error.rules.")
        assert "{" not in shown.replace("{…}", "")


def test_files_that_cannot_be_read_are_rendered_too(tmp_path: Path) -> None:
    (tmp_path / "bad").write_bytes(b"\xff")
    for path in (tmp_path / "none", tmp_path / "bad"):
        with pytest.raises(RulesError) as caught:
            load_rules(path)
        (fault,) = caught.value.faults
        for language in Language:
            text = translator(language)(f"error.rules.{fault.code}", source=path.name, line=fault.line, **fault.params)
            assert path.name in text


def test_messages_of_rules_need_no_id_or_code_of_a_closed_set() -> None:
    allowed = {"open", "limit", "days", "missing", "wanted", "percent", "grade", "name", "term", "adjustment"}
    texts = read_messages()
    used = {
        field
        for key in MESSAGES
        if key.startswith("rule.")
        for text in texts[key].values()
        for _, field, _, _ in Formatter().parse(text)
        if field is not None
    }
    assert used <= allowed
