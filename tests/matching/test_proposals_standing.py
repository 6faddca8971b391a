"""How far evidence can lower a match is known before any is looked for."""

from hypothesis import given, settings
from hypothesis import strategies as st

from core.language.clauses import RequirementKind
from matching.evidence.caps import ORDER
from matching.evidence.types import Finding, Requirement, Verdict
from matching.proposals.standing import Standing, least_band, limited
from matching.rules import RuleOutcome
from matching.types import Band, Reason

requirements = st.builds(Requirement, st.just("不含铬"), st.sampled_from(RequirementKind), st.booleans())
findings = st.builds(Finding, st.sampled_from(Verdict), st.just(Reason("evidence.stated")), st.none(), st.floats(0, 1))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(ORDER), st.lists(st.tuples(requirements, findings), max_size=4))
def test_no_findings_leave_less_than_the_least_band(band: Band, pairs: list[tuple[Requirement, Finding]]) -> None:
    asked, found = tuple(one for one, _ in pairs), tuple(one for _, one in pairs)
    after = limited(Standing(0.5, band, band, RuleOutcome("rules", (), 0.0)), asked, found)
    assert ORDER.index(band) <= ORDER.index(after.band) <= ORDER.index(least_band(band, asked))


def test_only_what_people_confirmed_can_take_a_strong_match_to_the_lowest_band() -> None:
    drafted, confirmed = (Requirement("不含铬", RequirementKind.MUST, known) for known in (False, True))
    wish = Requirement("不含铬", RequirementKind.SHOULD, True)
    assert least_band(Band.strong, (drafted, wish)) is Band.worth_a_look
    assert least_band(Band.strong, (drafted, confirmed)) is Band.weak
    assert least_band(Band.strong, (wish,)) is Band.strong
