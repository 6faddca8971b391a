"""Rule files: what they may say, what they may change, and that every fault is named by its line."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.rules import RulesError, RuleSet, RulesFault, load_rules, shipped_rules
from matching.rules.hard import Capacity, Expiry
from matching.rules.kinds import ALWAYS_ON, HARD, SOFT
from matching.rules.loading import SHIPPED
from matching.rules.soft import Freshness

TEXT = SHIPPED.read_text(encoding="utf-8")
OWN = "format: 1\nname: my-society\nversion: 7\n"


def faults_of(text: str | Path, base: RuleSet | None = None) -> tuple[RulesFault, ...]:
    with pytest.raises(RulesError) as caught:
        load_rules(text, base=base)
    return caught.value.faults


def fault_of(text: str | Path, base: RuleSet | None = None) -> tuple[int, str]:
    (fault,) = faults_of(text, base)
    return fault.line, fault.code


def changed(old: str, new: str) -> tuple[str, int]:
    """The shipped text with one line changed, and the line's number."""
    assert TEXT.count(old) == 1, old
    return TEXT.replace(old, new), TEXT[: TEXT.index(old)].count("\n") + 1


# --- what is loaded ------------------------------------------------------------------------------------------------


def test_the_shipped_rules_hold_every_kind_in_order() -> None:
    rules = shipped_rules()
    assert [rule.name for rule in rules.hard] == list(HARD)
    assert [rule.name for rule in rules.soft] == list(SOFT)
    assert (rules.name, rules.version, rules.bound) == ("keqiao", 3, 0.1)


def test_off_is_what_the_text_score_counts_already_and_what_nobody_has_data_for_yet() -> None:
    off = {rule.name for rule in (*shipped_rules().hard, *shipped_rules().soft) if not rule.enabled}
    assert off == {"field_distance", "industry_distance", "grade"}


def test_no_soft_rule_of_the_shipped_ones_is_worth_more_than_a_third_of_the_bound() -> None:
    rules = shipped_rules()
    assert all(0 < rule.weight <= rules.bound / 3 for rule in rules.soft)


def test_a_file_and_its_text_are_the_same_rules() -> None:
    assert load_rules(SHIPPED) == load_rules(TEXT)


def test_a_file_with_a_byte_order_mark_or_windows_line_ends_is_read(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    assert load_rules(path) == shipped_rules()


def test_the_digest_follows_the_content_and_nothing_else() -> None:
    rules = shipped_rules()
    assert load_rules(TEXT.replace("weight: 0.02", "weight:   2.0e-2  # the same")).digest == rules.digest
    for old, new in (("bound: 0.10", "bound: 0.11"), ("person: 3", "person: 4"), ("grace_days: 0", "grace_days: 1")):
        assert load_rules(changed(old, new)[0]).digest != rules.digest
    assert rules.id == f"keqiao-3-{rules.digest[:8]}"


def test_rules_written_out_are_loaded_again_the_same() -> None:
    own = load_rules(OWN + "hard: {capacity: {person: null, enabled: false}}\nbound: 1e-05", base=shipped_rules())
    for rules in (shipped_rules(), own):
        again = load_rules(rules.text())
        assert again == rules
        assert again.digest == rules.digest


# --- a society's own file ------------------------------------------------------------------------------------------


def test_an_own_file_changes_what_it_names_and_nothing_else() -> None:
    base = shipped_rules()
    own = load_rules(
        OWN + "hard:\n  expired: {valid_days: 730}\nsoft:\n  freshness: {weight: 0.05}\n  mode_fit: {enabled: false}\n",
        base=base,
    )
    assert own.id.startswith("my-society-7-")
    by_name = {rule.name: rule for rule in (*own.hard, *own.soft)}
    assert by_name["expired"].kind == Expiry(valid_days=730, grace_days=0)
    assert by_name["freshness"].kind == Freshness(half_life_days=365)
    assert by_name["freshness"].weight == 0.05
    assert not by_name["mode_fit"].enabled
    differ = {rule.name for rule in (*base.hard, *base.soft) if rule != by_name[rule.name]}
    assert differ == {"expired", "freshness", "mode_fit"}
    assert own.bound == base.bound


def test_an_own_file_may_lift_a_limit() -> None:
    own = load_rules(OWN + "hard: {capacity: {person: null}}", base=shipped_rules())
    kinds = {rule.name: rule.kind for rule in own.hard}
    assert kinds["capacity"] == Capacity(person=None, team=6, organisation=None)


def test_own_rules_have_a_name_and_version_of_their_own() -> None:
    assert [fault.params["key"] for fault in faults_of("bound: 0.1", shipped_rules())] == ["format", "name", "version"]


@pytest.mark.parametrize("rule", sorted(ALWAYS_ON))
def test_what_protects_people_cannot_be_switched_off(rule: str) -> None:
    text = OWN + f"hard:\n  {rule}:\n    enabled: false\n"
    assert fault_of(text, shipped_rules()) == (6, "always_on")
    assert load_rules(text.replace("false", "true"), base=shipped_rules()).hard == shipped_rules().hard


def test_no_file_can_make_a_hard_rule_soft() -> None:
    text = OWN + "soft:\n  expired:\n    weight: 0.1\n"
    assert fault_of(text, shipped_rules()) == (5, "unknown_key")
    assert fault_of(OWN + "hard:\n  expired:\n    weight: 0.1\n", shipped_rules()) == (6, "unknown_key")


# --- faults --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("format: 1\nname: k", "format: 2\nname: k", "wrong_format"),
        ("name: keqiao", "name: Ke Qiao", "bad_name"),
        ("name: keqiao", "name: {a: b}", "bad_name"),
        ("version: 3\n\n# The", "version: one\n\n# The", "not_whole"),
        ("version: 3\n\n# The", "version: 1.5\n\n# The", "not_whole"),
        ("version: 3\n\n# The", "version: 0\n\n# The", "out_of_range"),
        ("bound: 0.10", "bound: 0.51", "out_of_range"),
        ("bound: 0.10", "bound: -0.01", "out_of_range"),
        ("bound: 0.10", "bound: .inf", "not_a_number"),
        ("bound: 0.10", "bound: .nan", "not_a_number"),
        ("bound: 0.10", "bound: '0.1'", "not_a_number"),
        ("bound: 0.10", "bound: 0,1", "not_a_number"),
        ("bound: 0.10", "bound: 1e999", "out_of_range"),
        ("bound: 0.10", f"bound: {'9' * 5000}", "out_of_range"),
        ("bound: 0.10", "bound: true", "not_a_number"),
        ("bound: 0.10", "bound:", "not_a_number"),
        ("bound: 0.10", "bound: ٣", "not_a_number"),
        ("bound: 0.10", "bound: {}", "not_a_number"),
        ("bound: 0.10", "bound: 0.10\nbound: 0.2", "duplicate_key"),
        ("bound: 0.10", "bonud: 0.10", "misspelt_key"),
        ("bound: 0.10", "bound: 0.10\ncolour: red", "unknown_key"),
        ("bound: 0.10", "bound: 0.10\n? {a: b}\n: c", "unknown_key"),
        ("    cooling_days: 1096", "    cooling_days: 3 years", "not_whole"),
        ("    cooling_days: 1096", "    cooling_days: 1_096", "not_whole"),
        ("    cooling_days: 1096", "    cooling_days: 0x10", "not_whole"),
        ("    cooling_days: 1096", "    cooling_days: 1:30", "not_whole"),
        ("    cooling_days: 1096", "    cooling_days: null", "not_whole"),
        ("    cooling_days: 1096", "    cooling_days: -1", "out_of_range"),
        ("    cooling_days: 1096", "    cooling_day: 1096", "misspelt_key"),
        ("    cooling_days: 1096", "    <<: {cooling_days: 1}", "unknown_key"),
        ("  exclusion: {}", "  exclusion: none", "not_a_mapping"),
        ("  exclusion: {}", "  exclusion: {enabled: yes}", "not_true_or_false"),
        ("  exclusion: {}", "  exclusion: {enabled: 'true'}", "not_true_or_false"),
        ("  exclusion: {}", "  exclusion: {enabled: false}", "always_on"),
        ("    person: 3", "    person: unlimited", "not_whole_or_null"),
        ("    person: 3", "    person: 0", "out_of_range"),
        ("    person: 3", "    person: 3\n    person: 4", "duplicate_key"),
        ("  mode_fit:\n", "  mood_fit:\n", "misspelt_key"),
        ("    full_gap: 0.5", "    full_gap: 0", "out_of_range"),
        ("    full_gap: 0.5", "    full_gap: [0.5]", "list"),
        ("    full_gap: 0.5", "    full_gap: &half 0.5", "alias"),
        ("    full_gap: 0.5", "    full_gap: *half", "alias"),
        ("    full_gap: 0.5", "    full_gap: !!float 0.5", "tag"),
        ("    full_gap: 0.5", "    full_gap: !!python/object/apply:os.getcwd {}", "tag"),
        ("    full_gap: 0.5", "    full_gap: {a: {b: {c: {d: 1}}}}", "too_deep"),
        ("bound: 0.10", "---\nbound: 0.10", "second_document"),
        ("    full_gap: 0.5", "    full_gap: '0.5", "not_yaml"),
        ("    full_gap: 0.5", "\tfull_gap: 0.5", "not_yaml"),
        ("    full_gap: 0.5", "   full_gap: 0.5", "not_yaml"),
        ("    full_gap: 0.5", "    full_gap 0.5", "not_yaml"),
        ("    full_gap: 0.5", "    full_gap: {", "not_yaml"),
        ("    full_gap: 0.5", '    full_gap: "\\UFFFFFFFF"', "not_yaml"),
        ("    full_gap: 0.5", "    full_gap: \x07", "bad_character"),
    ],
)
def test_a_fault_is_found_and_named_by_its_line(old: str, new: str, code: str) -> None:
    text, line = changed(old, new)
    fault = next(fault for fault in faults_of(text) if fault.code == code)
    if code == "not_yaml":  # where reading came to a halt: there or further down
        assert line <= fault.line <= TEXT.count("\n") + 1
    else:
        assert fault.line == line + ("\n" in new.rstrip("\n") and code in ("duplicate_key", "unknown_key"))


@pytest.mark.parametrize(
    ("gone", "key", "near"),
    [
        ("format: 1\nname", "format", "name: keqiao"),
        ("bound: 0.10\n", "bound", "format: 1\nname"),
        ("  required_region: {}\n", "required_region", "  conflict_of_interest:"),
        ("    grace_days: 0\n", "expired.grace_days", "    valid_days: 365"),
        ("    weight: 0.02\n    half_life_days", "freshness.weight", "    half_life_days"),
    ],
)
def test_what_is_missing_is_named_with_the_line_where_it_belongs(gone: str, key: str, near: str) -> None:
    kept = {"format: 1\nname": "name", "    weight: 0.02\n    half_life_days": "    half_life_days"}.get(gone, "")
    text, _ = changed(gone, kept)
    faults = faults_of(text)
    assert ("missing_key", key) in {(fault.code, fault.params["key"]) for fault in faults}
    start = text.index(near) if near in text else text.index("name: keqiao")
    assert {fault.line for fault in faults} == {text[:start].count("\n") + 1}


def test_every_fault_is_named_not_only_the_first() -> None:
    text = OWN + "bound: 2\nhard:\n  capacity:\n    person: x\n    tema: 1\nsoft:\n  grade:\n    weight: 9\n"
    found = [(fault.line, fault.code) for fault in faults_of(text, shipped_rules())]
    assert found == [(4, "out_of_range"), (7, "not_whole_or_null"), (8, "misspelt_key"), (11, "out_of_range")]


def test_the_error_says_file_line_and_fault(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(OWN + "hrad: {}\n", encoding="utf-8")
    with pytest.raises(RulesError, match=r"own\.yaml: line 4: misspelt_key\(key='hrad', meant='hard'\)"):
        load_rules(path, base=shipped_rules())


@pytest.mark.parametrize("text", ["", "   \n\n", "# only a comment\n", "---\n"])
def test_a_file_without_rules_is_called_so(text: str) -> None:
    assert fault_of(text)[1] == "no_rules"


def test_what_is_no_mapping_at_all_is_refused() -> None:
    assert fault_of("just words") == (1, "no_rules")
    assert fault_of("- a\n- b") == (1, "list")


def test_line_breaks_that_editors_do_not_count_are_refused() -> None:
    assert fault_of("format: 1\nname: a\u2028version: 1") == (2, "bad_character")


def test_deep_nesting_and_long_texts_are_refused_before_they_cost_anything(tmp_path: Path) -> None:
    assert fault_of("{a: " * 10_000) == (1, "too_deep")
    assert fault_of("#" * 70_000) == (1, "too_long")
    path = tmp_path / "long.yaml"
    path.write_text("界" * 100_000, encoding="utf-8")
    assert fault_of(path) == (1, "too_long")


def test_a_file_that_is_not_there_or_not_text_is_named(tmp_path: Path) -> None:
    assert fault_of(tmp_path / "none.yaml") == (1, "unreadable")
    assert fault_of(tmp_path) == (1, "unreadable")
    path = tmp_path / "gbk.yaml"
    path.write_bytes(b"format: 1\n# " + "规则".encode("gbk"))
    assert fault_of(path) == (2, "not_utf8")


LINES = TEXT.splitlines(keepends=True)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(LINES) - 1), st.text(alphabet="{}[]:,'\"\\&*!|>%@`#-?\n\t aé界\x00\u2028\ud800", max_size=8))
def test_no_damage_to_a_line_does_anything_but_load_or_be_named(at: int, damage: str) -> None:
    text = "".join((*LINES[:at], LINES[at].rstrip("\n"), damage, "\n", *LINES[at + 1 :]))
    lines: list[int] = []
    try:
        load_rules(text)
    except RulesError as error:
        lines = [fault.line for fault in error.faults]
    assert all(1 <= line <= text.count("\n") + 1 for line in lines)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_no_text_does_anything_but_load_or_be_named(text: str) -> None:
    with pytest.raises(RulesError):
        load_rules(text)


@settings(max_examples=25, deadline=None)
@given(st.floats(0, 0.5), st.integers(0, 36_600), st.none() | st.integers(1, 10_000), st.booleans())
def test_any_allowed_values_survive_being_written_and_read(
    weight: float, days: int, limit: int | None, enabled: bool
) -> None:
    shown = "null" if limit is None else limit
    text = OWN + (
        f"bound: {weight!r}\nhard:\n  conflict_of_interest: {{cooling_days: {days}}}\n"
        f"  capacity: {{person: {shown}, enabled: {str(enabled).lower()}}}\nsoft: {{grade: {{weight: {weight!r}}}}}\n"
    )
    rules = load_rules(text, base=shipped_rules())
    assert load_rules(rules.text()) == rules
