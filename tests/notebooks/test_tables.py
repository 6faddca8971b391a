import pytest

from core.language.clauses import RequirementKind
from jobs.notebooks.catalogue import POOL, proposal_for
from jobs.notebooks.demo import demo_catalogue
from jobs.notebooks.tables import (
    band_after,
    both,
    figures_table,
    findings_table,
    list_table,
    passed_over_table,
    requirements_table,
    rules_table,
    sides_table,
    ways_table,
)
from matching.evidence.caps import ORDER
from matching.evidence.types import Requirement
from matching.proposals.types import Proposal

CATALOGUE = demo_catalogue()
NEED = CATALOGUE.example
WANTED = CATALOGUE.needs[NEED]


@pytest.fixture(scope="module")
def proposal() -> Proposal:
    return proposal_for(CATALOGUE, CATALOGUE.engine(), NEED)


def test_words_stand_in_both_languages_and_once_where_they_are_the_same() -> None:
    assert both("evidence.met") == "满足 · Met"
    assert both("no such message") == "no such message"


def test_a_quotation_is_what_stands_at_the_offsets(proposal: Proposal) -> None:
    place = proposal.proposed[0]
    table = findings_table(CATALOGUE, WANTED.requirements, place)
    proved = [(row, found.proof) for row, found in zip(table.rows, place.findings, strict=True) if found.proof]
    assert proved
    for row, proof in proved:
        assert row[3] == CATALOGUE.documents[proof.source].text[proof.start : proof.end]


def test_changes_that_were_made_lift_a_match_as_far_as_promised(proposal: Proposal) -> None:
    lifted = [(place, way) for place in proposal.proposed for way in place.ways if way.changes]
    assert lifted
    for place, way in lifted:
        assert band_after(CATALOGUE, NEED, place, way) == way.band
        assert ORDER.index(way.band) < ORDER.index(place.band)


def test_every_table_has_as_many_cells_as_headings(proposal: Proposal) -> None:
    first = proposal.proposed[0]
    tables = [
        requirements_table(WANTED.requirements),
        list_table(CATALOGUE, proposal),
        passed_over_table(CATALOGUE, proposal),
        rules_table(first),
        sides_table(first),
        ways_table(CATALOGUE, NEED, proposal.proposed),
        figures_table([("不低于 1 MPa", "2 MPa"), ("at most 3 kg", "2 m")]),
    ]
    for table in tables:
        assert table.rows
        assert {len(row) for row in table.rows} == {len(table.columns)}
        assert "notebook.column" not in repr(table)
    assert len(proposal.proposed) <= POOL


def test_what_a_need_says_is_no_markup() -> None:
    table = requirements_table([Requirement("pH < 7 & <b>", RequirementKind.MUST)])
    assert "pH &lt; 7 &amp; &lt;b&gt;" in table._repr_html_()
