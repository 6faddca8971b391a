"""Evidence keeps a band or lowers it; nothing lifts it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.language.clauses import RequirementKind
from matching.evidence.caps import LOWEST, ORDER, SURE, Limit, capped, limit_of, rank_key
from matching.evidence.types import Finding, Proof, Requirement, Verdict
from matching.types import Band, Reason

MUST, SHOULD, EXCLUDE = RequirementKind.MUST, RequirementKind.SHOULD, RequirementKind.EXCLUDE


def found(verdict: Verdict, support: float = 1.0) -> Finding:
    proof = None if verdict is Verdict.no_evidence else Proof(1, date(2025, 1, 2), 0, 4)
    return Finding(verdict, Reason("evidence.stated"), proof, support)


def asked(kind: RequirementKind, *, confirmed: bool = False) -> Requirement:
    return Requirement("抗拉强度≥500 MPa", kind, confirmed)


requirements = st.builds(
    Requirement, st.just("抗拉强度≥500 MPa"), st.sampled_from(list(RequirementKind)), st.booleans()
)
findings = st.sampled_from(list(Verdict)).map(found)
pairs = st.lists(st.tuples(requirements, findings), max_size=8)


@given(st.sampled_from(list(Band)), pairs, st.integers(1, 40))
def test_no_number_of_met_wishes_lifts_a_match_over_its_cap(
    band: Band, given_pairs: list[tuple[Requirement, Finding]], wishes: int
) -> None:
    before = capped(band, [r for r, _ in given_pairs], [f for _, f in given_pairs])
    more = [*given_pairs, *[(asked(SHOULD, confirmed=True), found(Verdict.met))] * wishes]
    assert capped(band, [r for r, _ in more], [f for _, f in more]) == before


@given(st.sampled_from(list(Band)), pairs)
def test_evidence_never_raises_a_band_and_never_excludes(
    band: Band, given_pairs: list[tuple[Requirement, Finding]]
) -> None:
    after = capped(band, [r for r, _ in given_pairs], [f for _, f in given_pairs]).band
    assert ORDER.index(after) >= ORDER.index(band)
    assert after is Band.excluded if band is Band.excluded else after is not Band.excluded


@given(st.lists(st.tuples(st.sampled_from(list(Band)), st.floats(0, 1)), max_size=20))
def test_a_better_score_never_passes_a_better_band(matches: list[tuple[Band, float]]) -> None:
    ordered = [band for band, _ in sorted(matches, key=lambda match: rank_key(*match))]
    assert ordered == sorted(ordered, key=ORDER.index)


def test_silence_on_a_must_asks_and_lowers_by_one_however_often() -> None:
    once = capped(Band.strong, [asked(MUST)], [found(Verdict.no_evidence)])
    often = capped(Band.strong, [asked(MUST)] * 3, [found(Verdict.no_evidence)] * 3)
    assert (once.band, once.questions) == (Band.worth_a_look, (0,))
    assert (often.band, often.questions) == (Band.worth_a_look, (0, 1, 2))


def test_a_contradiction_that_the_engine_is_not_sure_of_lowers_by_one_and_asks() -> None:
    doubtful = capped(Band.strong, [asked(MUST, confirmed=True)], [found(Verdict.contradicted, SURE - 0.01)])
    assert (doubtful.band, doubtful.questions) == (Band.worth_a_look, (0,))
    assert capped(Band.strong, [asked(MUST, confirmed=True)], [found(Verdict.contradicted, SURE)]).band is LOWEST


def test_only_a_confirmed_must_that_is_contradicted_caps_at_the_lowest() -> None:
    against = [found(Verdict.contradicted)]
    assert capped(Band.strong, [asked(MUST, confirmed=True)], against).band is LOWEST
    assert capped(Band.strong, [asked(MUST)], against).band is Band.worth_a_look
    assert capped(Band.strong, [asked(SHOULD, confirmed=True)], against).band is Band.strong


def test_silence_about_an_exclusion_asks_and_lowers_nothing() -> None:
    silent = capped(Band.strong, [asked(EXCLUDE, confirmed=True)], [found(Verdict.no_evidence)])
    assert (silent.band, silent.questions) == (Band.strong, (0,))


@pytest.mark.parametrize(
    ("kind", "verdict", "support", "confirmed", "limit"),
    [
        (MUST, Verdict.contradicted, SURE, True, Limit.CONTRADICTED),
        (MUST, Verdict.contradicted, SURE, False, Limit.DOUBTED),
        (EXCLUDE, Verdict.contradicted, 0.1, True, Limit.DOUBTED),
        (MUST, Verdict.no_evidence, 1.0, True, Limit.SILENT),
        (EXCLUDE, Verdict.no_evidence, 1.0, True, None),
        (SHOULD, Verdict.contradicted, 1.0, True, None),
        (MUST, Verdict.partly, 1.0, True, None),
    ],
)
def test_what_limits_a_band_has_a_name(
    kind: RequirementKind, verdict: Verdict, support: float, confirmed: bool, limit: Limit | None
) -> None:
    assert limit_of(kind.value, verdict.value, support, confirmed=confirmed) is limit
    asks = capped(Band.strong, [Requirement("x", kind, confirmed)], [Finding(verdict, Reason("x"), None, support)])
    assert (asks.band is not Band.strong) is (limit is not None)


def test_a_finding_is_needed_for_every_requirement() -> None:
    with pytest.raises(ValueError, match="shorter"):
        capped(Band.strong, [asked(MUST)], [])
