import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.language.comparison import Verdict, compare
from core.language.quantities import Quantity, quantities


def _one(text: str) -> Quantity:
    (found,) = quantities(text)
    return found


@pytest.mark.parametrize(
    ("demanded", "offered", "verdict", "gap"),
    [
        ("强度≥500MPa", "强度480MPa", Verdict.UNSATISFIED, 0.04),
        ("强度≥500MPa", "强度0.6GPa", Verdict.SATISFIED, 0),
        ("强度≥500MPa", "强度450~550MPa", Verdict.PARTLY, 0.1),
        ("强度≥500MPa", "强度≤600MPa", Verdict.PARTLY, None),
        ("强度≥500MPa", "重量5kg", Verdict.INCOMPARABLE, None),
        ("误差±0.02mm", "误差±10μm", Verdict.SATISFIED, 0),
        ("误差±0.02mm", "误差±0.05mm", Verdict.PARTLY, 1.5),
        ("工作温度-40~85℃", "工作温度-55~125℃", Verdict.SATISFIED, 0),
        ("温度-40~85℃", "温度-55~125℃", Verdict.PARTLY, 40 / 85),
        ("周期不超过1年", "周期6个月", Verdict.SATISFIED, 0),
        ("周期不超过1年", "周期18个月", Verdict.UNSATISFIED, 0.5),
        ("处理量100t/d", "处理量120t/d", Verdict.PARTLY, 0.2),
        ("处理量100t/d", "处理量100000kg/d", Verdict.SATISFIED, 0),
        ("噪声≤70分贝", "噪声≤75dB", Verdict.PARTLY, 5 / 70),
        ("间隙小于5mm", "间隙5mm", Verdict.UNSATISFIED, 0),
        ("间隙小于5mm", "间隙4.9mm", Verdict.SATISFIED, 0),
        ("重约100kg", "重105kg", Verdict.SATISFIED, 0),
        ("温度≥0℃", "温度-5℃", Verdict.UNSATISFIED, 1),
        ("温度≥300K", "温度20℃", Verdict.UNSATISFIED, (300 - 293.15) / 300),
        ("投资300万元", "投资50万美元", Verdict.INCOMPARABLE, None),
        ("纯度≥99.5%", "纯度995‰", Verdict.SATISFIED, 0),
        ("纯度≥99.99%", "纯度99.5%", Verdict.UNSATISFIED, None),
        ("纯度≥99.99%", "纯度99.995%", Verdict.SATISFIED, 0),
        ("purity at least 99.999%", "purity 99.9%", Verdict.UNSATISFIED, None),
        ("纯度≥99.99%", "纯度99.9%", Verdict.UNSATISFIED, None),
        ("纯度≥99.9%", "纯度99%", Verdict.UNSATISFIED, None),
        ("纯度≥99.999%", "纯度99.99%", Verdict.UNSATISFIED, None),
        ("纯化收率≥99.9%", "纯化收率98.5%", Verdict.UNSATISFIED, 1.4 / 99.9),
        ("纯度≥99.9%", "纯度99.5%", Verdict.UNSATISFIED, 0.4 / 99.9),
        ("识别率≥99.9%", "识别率98%", Verdict.UNSATISFIED, 1.9 / 99.9),
        ("合格率≥98.5%", "合格率97%", Verdict.UNSATISFIED, 1.5 / 98.5),
        ("回收率100%", "回收率98%", Verdict.PARTLY, 0.02),
        ("转速≥60r/min", "频率1Hz", Verdict.INCOMPARABLE, None),
        ("系数≥0.9", "系数90%", Verdict.INCOMPARABLE, None),
        ("系数≥0.9", "系数≥0.95", Verdict.SATISFIED, 0),
    ],
)
def test_an_offer_is_held_against_a_demand(demanded: str, offered: str, verdict: Verdict, gap: float | None) -> None:
    result = compare(_one(demanded), _one(offered))
    assert result.verdict is verdict
    assert result.gap == (None if gap is None else pytest.approx(gap, abs=1e-9))


_FIGURES = st.integers(1, 10_000)


@given(_FIGURES)
def test_what_is_demanded_satisfies_itself(figure: int) -> None:
    for text in (f"≥{figure}MPa", f"<{figure}mm", f"{figure}kg", f"±{figure}℃"):
        assert compare(_one(text), _one(text)).verdict is Verdict.SATISFIED


@given(_FIGURES, _FIGURES)
def test_the_unit_it_is_written_in_does_not_change_the_verdict(demanded: int, offered: int) -> None:
    plain = compare(_one(f"≥{demanded}MPa"), _one(f"{offered}MPa"))
    other = compare(_one(f"≥{demanded}MPa"), _one(f"{offered * 1000}kPa"))
    assert plain.verdict is other.verdict
    assert plain.gap == pytest.approx(other.gap)


@given(_FIGURES, _FIGURES)
def test_a_better_offer_never_has_a_larger_gap(demanded: int, offered: int) -> None:
    worse, better = (compare(_one(f"≥{demanded}t"), _one(f"{value}t")).gap for value in (offered, offered + 1))
    assert worse is not None
    assert better is not None
    assert better <= worse
