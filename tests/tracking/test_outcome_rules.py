"""What a deal came to, registration numbers, and the days of return visits: pure rules."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from models.deal_enums import ContractKind
from models.enums import Currency
from tracking.outcomes import Sums, Terms, check_technical, sums_of
from tracking.registration import Doubt, doubts_of, read_number
from tracking.templates import all_templates
from tracking.visits import check_visit, visit_days, visits_of

DEVELOPMENT, SERVICE = ContractKind.DEVELOPMENT, ContractKind.SERVICE
TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("contracts", "given_sums", "expected"),
    [
        ([], (None, None), Sums()),
        ([Terms(SERVICE, 300, 200)], (None, None), Sums(300, 200, kind=SERVICE)),
        (
            [Terms(SERVICE, 300, 200), Terms(DEVELOPMENT, 500, 400)],
            (None, None),
            Sums(800, 600, kind=DEVELOPMENT),
        ),
        ([Terms(SERVICE, 300, 200), Terms(DEVELOPMENT, 500)], (None, None), Sums(800, None, kind=DEVELOPMENT)),
        ([Terms(SERVICE), Terms(DEVELOPMENT)], (None, None), Sums(kind=SERVICE)),
        ([Terms(SERVICE, 300, 200)], (900, 100), Sums(900, 100, kind=SERVICE)),
        ([Terms(SERVICE, 300, 200)], (350, None), Sums(350, 200, kind=SERVICE)),
        ([Terms(SERVICE, 300, 200)], (100, None), Sums(100, None, kind=SERVICE)),
        (
            [Terms(SERVICE, 300, 200, Currency.EUR)],
            (900, None),
            Sums(900, None, Currency.CNY, SERVICE),
        ),
        (
            [Terms(SERVICE, 300, currency=Currency.EUR)],
            (None, None),
            Sums(300, None, Currency.EUR, SERVICE),
        ),
        (
            [Terms(SERVICE, 300, currency=Currency.EUR), Terms(SERVICE, 200)],
            (None, None),
            Sums(None, None, Currency.CNY, SERVICE),
        ),
    ],
)
def test_sums_and_kind_are_those_of_the_contracts_unless_somebody_says_otherwise(
    contracts: list[Terms], given_sums: tuple[int | None, int | None], expected: Sums
) -> None:
    assert sums_of(contracts, *given_sums) == expected


def test_the_technical_part_is_within_the_sum() -> None:
    check_technical(100, 100, field="technical_amount")
    check_technical(None, 100, field="technical_amount")
    with pytest.raises(Invalid, match=r"deal\.technical_above_sum"):
        check_technical(100, 101, field="technical_amount")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("26330101000123", "26330101000123"),
        (" 2633 0101 000123 ", "26330101000123"),
        ("２６３３０１０１０００１２３", "26330101000123"),
        ("gd2026—4401—000123", "GD2026-4401-000123"),
        ("", ""),
    ],
)
def test_a_number_is_kept_as_offices_print_it(typed: str, kept: str) -> None:
    assert read_number(typed) == kept
    assert read_number(kept) == kept


@pytest.mark.parametrize("typed", ["待登记", "1234567", "ABCDEFGHIJ", "26330101/000123", "--26330101000123", "1" * 41])
def test_what_no_office_gives_out_is_refused(typed: str) -> None:
    with pytest.raises(Invalid, match=r"deal\.no_registration_number"):
        read_number(typed)


@pytest.mark.parametrize(
    ("number", "doubts"),
    [
        ("", ()),
        ("26330101000123", ()),
        ("25330101000123", (Doubt.BEFORE_SIGNING,)),
        ("27330101000123", (Doubt.YEAR,)),
        ("84330101000123", (Doubt.YEAR, Doubt.BEFORE_SIGNING)),
        ("26990101000123", (Doubt.PROVINCE,)),
        ("2026330101000123", (Doubt.FORM,)),
    ],
)
def test_what_departs_from_the_usual_form_is_said(number: str, doubts: tuple[Doubt, ...]) -> None:
    assert doubts_of(number, signed_on=date(2026, 1, 5), today=TODAY) == doubts


@given(st.text(max_size=60))
def test_any_text_is_a_number_or_refused_and_what_is_kept_stays(text: str) -> None:
    try:
        number = read_number(text)
    except Invalid:
        return
    assert read_number(number) == number
    assert set(doubts_of(number, signed_on=None, today=TODAY)) <= set(Doubt)


def test_a_contract_is_looked_at_yearly_for_three_years_advice_once() -> None:
    counts = {template.name: visits_of(template) for template in all_templates()}
    assert counts.pop("common") == 0
    assert counts.pop("consulting") == 1
    assert set(counts.values()) == {3}
    assert visit_days(date(2024, 2, 29), 4) == (
        date(2025, 2, 28),
        date(2026, 2, 28),
        date(2027, 2, 28),
        date(2028, 2, 29),
    )


def test_a_visit_lies_between_the_acceptance_and_today() -> None:
    accepted = date(2025, 3, 1)
    check_visit(accepted, accepted, today=TODAY)
    check_visit(accepted, TODAY, today=TODAY)
    with pytest.raises(Invalid, match=r"deal\.visit_before_acceptance"):
        check_visit(accepted, date(2025, 2, 28), today=TODAY)
    with pytest.raises(Invalid, match=r"deal\.day_in_future"):
        check_visit(accepted, date(2026, 3, 3), today=TODAY)
