"""The evidence benchmark's material keeps its own promises, and its reader refuses what breaks them."""

from collections import Counter
from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from benchmarks.evidence_cases import (
    FOLDER,
    Case,
    CaseError,
    CaseSet,
    Kind,
    Language,
    Verdict,
    read_case,
    read_cases,
)
from core.taxonomy.lists import technical_fields

TAGS = {
    "plain": "nothing special",
    "exact": "a bound met exactly",
    "near": "a bound missed or met by little",
    "range": "a range asked for or offered",
    "tolerance": "a ± tolerance is the bound",
    "units": "need and document use different units",
    "numeral": "figures in words",
    "negation": "a property that is the absence of something",
    "exclusion": "something ruled out",
    "qualitative": "no figure decides",
    "place": "a region",
    "time": "a date or a duration of delivery",
    "synonym": "other words for the same thing",
    "mixed": "Chinese and English in one text",
    "thin": "a profile that says (almost) nothing",
    "distractor": "the right words about the wrong thing",
    "other_quantity": "the right unit of another quantity",
    "newer": "a newer document replaces an older one",
}
LATER_TAGS = TAGS | {
    "alternative": "another technique than the one asked for, or than the one ruled out",
    "capacity": "what can be made in a time",
    "certificate": "a licence, an approval or a test report",
    "condition": "a figure that holds under a condition in brackets",
    "count": "how many of something there are",
    "list": "a table or a list instead of prose",
    "maturity": "how far the development has come",
    "planned": "a plan or a target beside what is done",
    "team": "who does it and where they work",
}
"""Those of the later sets."""
LATER = (CaseSet.second, CaseSet.third, CaseSet.final)

RAW: dict[str, Any] = {
    "id": "materials-99",
    "language": "en",
    "tags": ["plain"],
    "need": "A coating, at least 5 µm thick.",
    "documents": [{"id": "d1", "date": date(2024, 1, 2), "title": "C", "text": "It is 6 µm thick."}],
    "requirements": [
        {
            "quote": "at least 5 µm thick",
            "kind": "must",
            "verdict": "met",
            "document": "d1",
            "evidence": "It is 6 µm thick",
        }
    ],
}


@pytest.fixture(scope="module")
def cases() -> tuple[Case, ...]:
    return read_cases()


@pytest.fixture(scope="module")
def every() -> tuple[Case, ...]:
    return tuple(case for which in CaseSet for case in read_cases(which))


def test_there_are_at_least_320_cases_in_both_languages_over_all_fields(cases: tuple[Case, ...]) -> None:
    languages = Counter(case.language for case in cases)
    assert len(cases) >= 320
    assert 0.15 <= languages[Language.en] / len(cases) <= 0.25
    assert {case.field for case in cases} == {code.code for code in technical_fields()}
    assert min(Counter(case.field for case in cases).values()) >= 25


def test_every_verdict_is_common_enough_to_be_measured(cases: tuple[Case, ...]) -> None:
    verdicts = Counter(requirement.verdict for case in cases for requirement in case.requirements)
    assert all(verdicts[verdict] >= 60 for verdict in Verdict)
    assert (verdicts[Verdict.partly] + verdicts[Verdict.contradicted]) / verdicts.total() >= 0.25


def test_every_kind_of_requirement_meets_every_verdict(cases: tuple[Case, ...]) -> None:
    seen = {(requirement.kind, requirement.verdict) for case in cases for requirement in case.requirements}
    assert all((kind, verdict) in seen for kind in (Kind.must, Kind.should) for verdict in Verdict)
    assert {verdict for kind, verdict in seen if kind is Kind.exclude} >= set(Verdict) - {Verdict.partly}


def test_ids_name_the_field_and_count_up(cases: tuple[Case, ...]) -> None:
    counted: Counter[str] = Counter()
    for case in cases:
        counted[case.field] += 1
        assert case.id == f"{case.field}-{counted[case.field]:02d}"


def test_offsets_quote_the_texts_themselves(every: tuple[Case, ...]) -> None:
    for case in every:
        texts = {document.id: document.text for document in case.documents}
        for r in case.requirements:
            assert case.need[r.start : r.end] == r.text
            if r.document is not None:
                assert texts[r.document][r.evidence_start : r.evidence_end] == r.evidence


def test_requirements_stand_in_the_order_of_the_need_and_do_not_overlap(every: tuple[Case, ...]) -> None:
    for case in every:
        for before, after in zip(case.requirements, case.requirements[1:], strict=False):
            assert before.end <= after.start, case.id


def test_texts_have_the_size_of_real_ones(cases: tuple[Case, ...]) -> None:
    for case in cases:
        assert 1 <= len(case.requirements) <= 4, case.id
        assert 1 <= len(case.documents) <= 4, case.id
        assert all(60 <= len(document.text) <= 300 for document in case.documents), case.id


def test_no_text_is_used_twice(every: tuple[Case, ...]) -> None:
    texts = [case.need for case in every] + [document.text for case in every for document in case.documents]
    assert len(texts) == len(set(texts))


def test_quotes_end_before_their_punctuation(every: tuple[Case, ...]) -> None:
    quotes = [q for case in every for r in case.requirements for q in (r.text, r.evidence) if q is not None]
    assert all(quote == quote.strip(" ，。；、,;") for quote in quotes)


def test_every_tag_is_known_and_used(cases: tuple[Case, ...]) -> None:
    used = Counter(tag for case in cases for tag in case.tags)
    assert used.keys() == TAGS.keys()
    assert all(case.tags for case in cases)


def test_the_newest_document_is_what_a_case_tagged_newer_rests_on(cases: tuple[Case, ...]) -> None:
    for case in (case for case in cases if "newer" in case.tags):
        newest = max(case.documents, key=lambda document: document.date)
        assert any(r.document == newest.id for r in case.requirements), case.id


def test_the_readme_gives_the_numbers_that_are_there(cases: tuple[Case, ...]) -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    verdicts = Counter(requirement.verdict for case in cases for requirement in case.requirements)
    kinds = Counter(requirement.kind for case in cases for requirement in case.requirements)
    languages = Counter(case.language for case in cases)
    assert f"| cases | {len(cases)} |" in readme
    assert f"| requirements | {verdicts.total()} |" in readme
    for name, count in [*verdicts.items(), *kinds.items(), *languages.items()]:
        assert f"| `{name}` | {count} |" in readme


def test_a_well_formed_case_is_read_with_its_offsets() -> None:
    (requirement,) = read_case(RAW, "materials").requirements
    assert (requirement.start, requirement.end) == (11, 30)
    assert (requirement.evidence_start, requirement.evidence_end) == (0, 16)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("requirements", 0, "quote"), "at least 7 µm thick", "not in its text"),
        (("requirements", 0, "quote"), "t", "more than once"),
        (("requirements", 0, "evidence"), "", "not in its text"),
        (("requirements", 0, "verdict"), "maybe", "no verdict"),
        (("requirements", 0, "verdict"), "no_evidence", "names some"),
        (("requirements", 0, "document"), "d2", "no document"),
        (("requirements", 0, "colour"), "red", "unknown colour"),
        (("documents", 0, "date"), "soon", "not a date"),
        (("language",), "fr", "no language"),
    ],
)
def test_a_case_that_breaks_the_format_is_refused(path: tuple[str | int, ...], value: object, message: str) -> None:
    raw: Any = deepcopy(RAW)
    place = raw
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(CaseError, match=f"materials-99.*{message}"):
        read_case(raw, "materials")


def test_a_verdict_other_than_no_evidence_needs_its_evidence() -> None:
    raw = deepcopy(RAW)
    del raw["requirements"][0]["evidence"]
    with pytest.raises(CaseError, match="evidence missing"):
        read_case(raw, "materials")


def test_a_third_of_every_field_is_reserved_for_judging(cases: tuple[Case, ...]) -> None:
    reserved = Counter(case.field for case in cases if case.reserved)
    assert all(count == sum(case.field == field for case in cases) // 3 for field, count in reserved.items())


@pytest.mark.parametrize("which", LATER)
def test_a_later_set_is_large_and_spread_over_verdicts_and_fields(which: CaseSet) -> None:
    cases = read_cases(which)
    verdicts = Counter(requirement.verdict for case in cases for requirement in case.requirements)
    assert len(cases) >= 150
    assert 0.15 <= sum(case.language is Language.en for case in cases) / len(cases) <= 0.3
    assert {case.field for case in cases} == {code.code for code in technical_fields()}
    assert all(verdicts[verdict] >= 100 for verdict in Verdict)


@pytest.mark.parametrize("which", LATER)
def test_a_later_set_has_texts_of_real_size_and_known_tags(which: CaseSet) -> None:
    for case in read_cases(which):
        assert 2 <= len(case.requirements) <= 7, case.id
        assert 1 <= len(case.documents) <= 4, case.id
        assert all(60 <= len(document.text) <= 440 for document in case.documents), case.id
        assert case.tags, case.id
        assert set(case.tags) <= LATER_TAGS.keys(), case.id


@pytest.mark.parametrize("which", LATER)
def test_ids_of_a_later_set_name_the_set_and_the_field(which: CaseSet) -> None:
    counted: Counter[str] = Counter()
    for case in read_cases(which):
        counted[case.field] += 1
        assert case.id == f"{which}-{case.field}-{counted[case.field]:02d}"


def test_all_of_the_final_set_is_reserved_and_none_of_the_two_before_it() -> None:
    assert all(case.reserved for case in read_cases(CaseSet.final))
    assert not any(case.reserved for which in (CaseSet.second, CaseSet.third) for case in read_cases(which))


def test_the_readme_counts_the_later_sets(every: tuple[Case, ...]) -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    for which in LATER:
        requirements = [r for case in every if case.set is which for r in case.requirements]
        verdicts = Counter(r.verdict for r in requirements)
        cells = [sum(case.set is which for case in every), len(requirements), *(verdicts[one] for one in Verdict)]
        assert f"| `{which}` | {' | '.join(map(str, cells))} |" in readme
