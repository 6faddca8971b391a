"""What people type becomes what is stored, and comes back as typed when it is refused."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.web.forms import Typed, attempt_of, build, filled
from core.errors import Invalid
from models.enums import CooperationMode
from models.need import NeedCreate
from models.supplier import SupplierCreate, SupplierUpdate


def _typed(**fields: str | list[str]) -> Typed:
    return Typed({name: [value] if isinstance(value, str) else value for name, value in fields.items()})


def _need(**fields: str | list[str]) -> NeedCreate:
    return build(NeedCreate, _typed(**{"title": "标题", **fields}))


@pytest.mark.parametrize(
    ("typed", "cents"), [("30", 30_000_000), ("0.5", 500_000), ("1,200", 1_200_000_000), ("", None), (" 7 ", 7_000_000)]
)
def test_sums_are_typed_in_ten_thousands_and_kept_in_cents(typed: str, cents: int | None) -> None:
    assert _need(budget_from=typed).budget_from == cents


@pytest.mark.parametrize("typed", ["many", "NaN", "1e999", "三十", "-"])
def test_what_is_no_sum_is_named_by_field(typed: str) -> None:
    with pytest.raises(Invalid) as refusal:
        _need(budget_from=typed)
    assert [(p.field, p.code) for p in refusal.value.problems] == [("budget_from", "field.not_a_number")]


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(Invalid) as refusal:
        build(NeedCreate, _typed(title=" ", budget_to="x", period_months="0", deadline="soon", asker="nobody"))
    assert {problem.field for problem in refusal.value.problems} == {
        "title", "budget_to", "period_months", "deadline", "asker"
    }  # fmt: skip


def test_the_lower_end_of_a_budget_is_not_above_the_upper() -> None:
    with pytest.raises(Invalid) as refusal:
        _need(budget_from="50", budget_to="30")
    assert [(p.field, p.code) for p in refusal.value.problems] == [("budget_from", "field.budget_order")]


def test_an_empty_box_means_not_given() -> None:
    need = _need(problem="", budget_from="", period_months="", deadline="", asker="", industry="")
    assert (need.problem, need.budget_from, need.period_months, need.deadline, need.asker) == (
        "",
        None,
        None,
        None,
        None,
    )


def test_words_may_be_set_apart_by_chinese_or_western_commas() -> None:
    assert _need(keywords="轴承、 润滑，温升, high speed;").keywords == ["轴承", "润滑", "温升", "high speed"]


def test_boxes_ticked_and_none_ticked() -> None:
    both = _typed(cooperation_modes=["", "transfer", "licence"])
    assert build(SupplierUpdate, both).cooperation_modes == [CooperationMode.TRANSFER, CooperationMode.LICENCE]
    assert build(SupplierUpdate, _typed(cooperation_modes="")).cooperation_modes == []
    assert build(SupplierUpdate, _typed(name="新名")).cooperation_modes is None


def test_what_the_form_does_not_have_is_not_set() -> None:
    assert build(SupplierUpdate, _typed(name="新名")).model_fields_set == {"name"}


def test_a_field_that_must_have_something_is_required() -> None:
    with pytest.raises(Invalid) as refusal:
        build(SupplierCreate, _typed(name="", kind=""))
    assert {(p.field, p.code) for p in refusal.value.problems} == {
        ("name", "field.required"),
        ("kind", "field.not_a_choice"),
    }


def test_a_refused_form_keeps_everything_that_was_typed() -> None:
    typed = _typed(title="", problem="写了很多", budget_from="x")
    with pytest.raises(Invalid) as refusal:
        build(NeedCreate, typed)
    attempt = attempt_of("need", typed, refusal.value)
    assert (attempt.value("problem"), attempt.value("budget_from")) == ("写了很多", "x")
    assert [p.code for p in attempt.problems("title")] == ["field.required"]
    assert attempt.problems("problem") == []


@given(st.integers(0, 10**12), st.lists(st.sampled_from(["轴承", "温升", "a b"]), unique=True, max_size=3))
def test_what_is_stored_is_what_its_own_form_would_store(cents: int, words: list[str]) -> None:
    stored = NeedCreate(
        title="标题", problem="问题", budget_to=cents, keywords=words, deadline=date(2027, 5, 1), period_months=6
    )
    attempt = filled("need", stored)
    assert build(NeedCreate, Typed(attempt.values)) == stored
