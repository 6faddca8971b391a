"""A demanded figure against an offered one: met, missed by little, missed.

The bound missed by at most `NEAR_MISS` of its own value is partly met, by more contradicted; reached exactly it is met.
An offered guarantee (≤ 5 %, up to 6 kg) counts with its figure. A demanded figure without a comparison means at least
as good as that figure (`directions`); an offered range that holds it is good enough. A range to be covered (inlet
0.2–1.6 MPa) that is only overlapped, and a range half inside the demanded one, are partly met.
"""

import re
from dataclasses import dataclass, replace

from core.language.comparison import Comparison, compare
from core.language.comparison import Verdict as Compared
from core.language.quantities import Quantity
from matching.evidence.directions import DOWN_TO, Demand, smaller_is_better
from matching.evidence.offers import is_tolerance
from matching.evidence.types import Verdict

NEAR_MISS = 0.1
"""Largest share of the demanded bound that may be missing for a verdict of partly."""
WIDE = 3.0
"""A demanded range whose upper end is so many times its lower one is to be covered, not to be hit."""
_SAME = 1e-9
_EXTREME = re.compile(
    "最[大小高低长短宽厚薄细]|上限|下限|可[加处焊磨切铺装打]|处理|maxim|minim|largest|smallest|up to|down to", re.I
)
_SIGNED = re.compile(r"±|\+/-|正负")
_COVER = re.compile(
    "范围|量程|适用|适应|可调|调节|可切|加工|线径|口径|承载|载|负荷|温区|转速|频率|频段|波段|进水|耐|支持|覆盖|环境|工作|使用|流量|波长"
    "|兼容|可选|任意|厚度可"
    r"|\b(?:range|from|between|adjustable|operating|working|loads?|inlet|input|diameters|covers?|sizes|for|handles?"
    r"|compatible|selectable)\b",
    re.I,
)
_SWINGS = re.compile(r"量程|范围|[摆转偏扫][^，。；]{0,2}角|行程|偏转|\b(?:range|stroke|travel|swing)\b", re.I)
_TO_BE_HIT = re.compile("粒|径|熔|相变|含量|硬度|浓度|孔|黏|粘|密度|melt|particle|viscos|content", re.I)
_ADAPTS = re.compile(r"适应|适用|范围|\branges?\b", re.I)
_REACH = re.compile("探测|识别|传输|通信|覆盖|作用|射程|测距|detect|transmi|sees?\\b", re.I)
_UP_TO = re.compile(
    "最(?:长|大|高|宽|厚|重|深|远|多)可?[到至达]|最多(?:可|能)?(?:处理|容纳|支持|检测|识别|接入|连接|装)"
)
_WEAKLY = re.compile("达|reach|achiev|better|优于|好于", re.I)
_FINDS = re.compile("检出|识别|分辨|检测到|发现|探测出|finds?\\b|detects?|resolves?|sees?\\b|locates?", re.I)
_SUPPLY = re.compile("市电|供电|电源|电压|接入|插座|mains|supply|powered", re.I)
_FREE_OF = re.compile(r"^\s?[内之]{0,2}(?:无|不|免)")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an offered figure stands to a demanded one; `gap` is the missing share of the bound, None if unmeasured."""

    verdict: Verdict
    gap: float | None


def judge(demand: Demand, wanted: Quantity, given: Quantity, around: str) -> Outcome:
    """The verdict on `given` by the rules of this module; both come from `comparable`."""
    if _SIGNED.search(wanted.text) and _SIGNED.search(given.text) and not demand.is_tolerance:
        return _by_widths(wanted, given)
    if _is_covering(demand, wanted, around):
        if None not in (given.low, given.high) and given.low != given.high:
            return _by_cover(wanted, given)
        if demand.is_tolerance or wanted.low == 0:
            wanted = replace(wanted, low=wanted.high, high=None)
    if wanted.low == wanted.high and _holds(given, wanted):
        return Outcome(Verdict.met, 0.0)
    wanted = _as_bound(demand, wanted)
    given = _reached(demand, wanted, given)
    result = compare(wanted, _guaranteed(given, wanted))
    return _outcome(result, wanted, given, tolerance=is_tolerance(wanted) or is_tolerance(given))


def _holds(given: Quantity, wanted: Quantity) -> bool:
    """Whether an offered working range holds the one value that was asked for: 0.95～1.5 V, 1.2 V."""
    ranged = None not in (given.low, given.high) and given.low != given.high and not _SIGNED.search(given.text)
    return ranged and compare(replace(given, name=""), replace(wanted, name="")).verdict is Compared.SATISFIED


def _reached(demand: Demand, wanted: Quantity, given: Quantity) -> Quantity:
    """The far end of an offered working range where the demand is one end of such a range: 可加工最大直径不小于2 m."""
    ranged = None not in (given.low, given.high) and given.low != given.high and not is_tolerance(given)
    if ranged and (
        demand.figure.low == demand.figure.high or _COVER.search(demand.around) or _EXTREME.search(demand.around)
    ):
        if wanted.high is None:
            return replace(given, low=given.high)
        if wanted.low is None:
            return replace(given, high=given.low)
    return given


def _outcome(result: Comparison, wanted: Quantity, given: Quantity, *, tolerance: bool) -> Outcome:
    if result.verdict is Compared.SATISFIED:
        return Outcome(Verdict.met, 0.0)
    two_sided = wanted.low is not None and wanted.high is not None and given.low != given.high
    overlap = result.verdict is Compared.PARTLY and two_sided and None not in (given.low, given.high)
    near = result.gap is not None and result.gap <= NEAR_MISS + _SAME
    if near or (overlap and not tolerance):
        return Outcome(Verdict.partly, result.gap)
    return Outcome(Verdict.contradicted, result.gap)


def allowed(excluded: Quantity) -> Quantity:
    """What a one-sided bound that is ruled out leaves: nothing above 25 % means 25 % at most."""
    low, high = excluded.low, excluded.high
    if (low is None) == (high is None):
        return excluded
    return replace(
        excluded, low=high, high=low,
        low_inclusive=not excluded.high_inclusive, high_inclusive=not excluded.low_inclusive,
    )  # fmt: skip


def _is_covering(demand: Demand, wanted: Quantity, offered_around: str) -> bool:
    two_sided = None not in (wanted.low, wanted.high) and wanted.low != wanted.high
    if demand.is_tolerance:
        inexact = re.search("误差|精度|公差|偏差|error|accuracy", demand.around, re.I)
        return not inexact and bool(_SWINGS.search(f"{demand.around}{offered_around}"))
    wide = two_sided and (wanted.low or 0.0) > 0 and (wanted.high or 0.0) >= WIDE * (wanted.low or 0.0)
    wide = wide and not _TO_BE_HIT.search(demand.around)
    return two_sided and (wide or bool(_COVER.search(demand.around) or _ADAPTS.search(offered_around)))


def _by_cover(wanted: Quantity, given: Quantity) -> Outcome:
    """A demanded working range against an offered one: covered is met, overlapped partly met."""
    wanted, given = replace(wanted, name="", approximate=False), replace(given, name="", approximate=False)
    if wanted.low == 0:
        wanted = replace(wanted, low=given.low)
    covered = compare(given, wanted)
    if covered.verdict is Compared.SATISFIED:
        return Outcome(Verdict.met, 0.0)
    if is_tolerance(wanted) and is_tolerance(given):
        asked = replace(wanted, low=wanted.high, high=None)
        return _outcome(compare(asked, replace(given, low=given.high)), asked, given, tolerance=True)
    overlap = covered.verdict is Compared.PARTLY
    return Outcome(Verdict.partly if overlap else Verdict.contradicted, covered.gap)


def _by_widths(wanted: Quantity, given: Quantity) -> Outcome:
    """150 ± 5 against 150 ± 8: the tolerance is what was asked for."""
    if None in (wanted.low, wanted.high, given.low, given.high):
        return Outcome(Verdict.partly, None)
    asked = replace(wanted, low=None, high=(wanted.high - wanted.low) / 2)  # type: ignore[operator]  # none is None, see above
    offered = (given.high - given.low) / 2  # type: ignore[operator]  # none is None, see above
    return _outcome(compare(asked, replace(given, low=offered, high=offered)), asked, given, tolerance=True)


def _guaranteed(given: Quantity, wanted: Quantity) -> Quantity:
    """The offer as the figure it names: one-sided guarantees become their figure, "about" is dropped."""
    value_low = given.low if given.low is not None else given.high
    value_high = given.high if given.high is not None else given.low
    if is_tolerance(given) and None in (wanted.low, wanted.high):
        value_low = value_high
    sharp = replace(given, low=value_low, high=value_high, low_inclusive=True, high_inclusive=True, approximate=False)
    named = given.low != given.high and (given.low is None or given.high is None)
    strict = named and not (given.low_inclusive or given.high_inclusive)
    return _nudged(sharp, given) if strict else sharp


def _nudged(sharp: Quantity, given: Quantity) -> Quantity:
    """Less than 0.1 against "under 0.1": the offered figure itself is not reached either."""
    shift = -1e-6 if given.low is None else 1e-6
    moved = (sharp.low or 0.0) + abs(sharp.low or 0.0) * shift
    return replace(sharp, low=moved, high=moved)


def _as_bound(demand: Demand, wanted: Quantity) -> Quantity:
    """The demand as an interval of what is good enough."""
    if wanted.low is not None and wanted.high is not None and wanted.low != wanted.high:
        return replace(wanted, name="", approximate=False)
    if wanted.low == wanted.high:
        return _good_side(demand, wanted)
    if wanted.low is None and _means_at_least(demand, wanted):
        return replace(wanted, low=wanted.high, high=None, low_inclusive=True, name="")
    if wanted.high is None and _means_at_most(demand, wanted):
        return replace(wanted, low=None, high=wanted.low, high_inclusive=True, name="")
    return replace(wanted, name="", approximate=False)


def _means_at_least(demand: Demand, wanted: Quantity) -> bool:
    """Whether a most is a capability in truth: payload up to 6 kg, detected within 5 km, two years free of cracks."""
    behind = demand.around[demand.figure.end :]
    if re.search("up to", wanted.text, re.I) or _UP_TO.search(wanted.text):
        return True
    within = wanted.text.endswith(("内", "以内", "之内")) or "within" in wanted.text.lower()
    if within and wanted.dimension == "length":
        return bool(_REACH.search(demand.around))
    return within and wanted.dimension == "time" and bool(_FREE_OF.match(behind))


def _means_at_most(demand: Demand, wanted: Quantity) -> bool:
    """Whether a least is a most in truth: a resolution reaching 5 m, 8 % or better, cracks of 0.2 mm or more found."""
    if DOWN_TO.search(demand.around[: demand.figure.end]):
        return True
    if _WEAKLY.search(wanted.text) and "含量" not in demand.around and smaller_is_better(demand):
        return True
    sized = wanted.dimension in ("length", "area", "mass", "volume", "volume flow", "mass flow")
    away = "距离" in demand.around or demand.around[: demand.figure.start].endswith(" at ")
    return sized and not away and bool(_FINDS.search(demand.around))


def _good_side(demand: Demand, wanted: Quantity) -> Quantity:
    supply = wanted.dimension == "voltage" and _SUPPLY.search(demand.around)
    if wanted.approximate or supply:
        return replace(wanted, name="", approximate=True)
    if smaller_is_better(demand):
        return replace(wanted, low=None, high_inclusive=True, name="")
    return replace(wanted, high=None, low_inclusive=True, name="")
