import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.demand.similar import similarities

texts = st.tuples(st.text(max_size=20), st.text(max_size=80))


def test_a_twin_is_the_same_and_a_stranger_is_not() -> None:
    need = ("高温轴承润滑脂", "工作温度≥180℃")

    twin, near, stranger = similarities(need, [need, ("轴承润滑脂选型", "温度高"), ("废水脱盐", "结晶")])

    assert twin == pytest.approx(1)
    assert twin > near > stranger == 0


def test_width_and_case_make_no_difference() -> None:
    assert similarities(("ＡＩ质检", "pcb"), [("ai质检", "ＰＣＢ")])[0] == pytest.approx(1)


def test_nothing_is_like_an_empty_need() -> None:
    assert similarities(("", ""), [("", ""), ("轴承", "")]).tolist() == [0, 0]


@given(wanted=texts, others=st.lists(texts, max_size=5))
def test_every_similarity_is_between_0_and_1_and_in_the_order_given(
    wanted: tuple[str, str], others: list[tuple[str, str]]
) -> None:
    found = similarities(wanted, others)

    assert found.shape == (len(others),)
    assert all(0 <= value <= 1 for value in found)
    assert similarities(wanted, others[::-1])[::-1] == pytest.approx(found)
