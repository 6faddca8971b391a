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


def test_english_texts_are_alike_by_their_words_not_by_their_letters() -> None:
    wanted = ("Salt recovery from dyeing waste water", "The plant wants to recover salt from spent dye baths.")
    same = ("Recovering salt out of dye bath effluent", "Spent dye baths hold salt that the plant wants to recover.")
    other = ("Virus resistance for greenhouse tomato hybrids", "Growers lose a third of each crop to a tobamovirus.")
    alike, unlike = similarities(wanted, [same, other])
    assert alike > 2 * unlike
    assert unlike < 0.3
