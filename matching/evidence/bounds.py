"""A demanded figure against an offered one: met, missed by little, missed.

The bound missed by at most `NEAR_MISS` of its own value is partly met, by more contradicted; reached exactly it is met.
An offered guarantee (≤ 5 %, up to 6 kg) counts with its figure. A demanded figure without a comparison means at least
as good as that figure, and which way is good is read from what it measures. A range to be covered (inlet 0.2–1.6 MPa)
that is only overlapped, and a range half inside the demanded one, are partly met.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from core.language.comparison import Comparison, compare
from core.language.comparison import Verdict as Compared
from core.language.quantities import Quantity
from core.language.units import named_unit
from matching.evidence.figures import per_units, readings
from matching.evidence.types import Verdict

NEAR_MISS = 0.1
"""Largest share of the demanded bound that may be missing for a verdict of partly."""
_SAME = 1e-9

_SMALLER_NAMES = (
    "时间|时长|周期|工期|节拍|用时|耗时|间隔|误差|偏差|公差|精度|灵敏度|分辨率|分辨力|准确度|重复性|稳定性|跳动|粗糙|粒径|损|耗|噪|价|费|成本|投资",
    "重量|质量(?!标准|要求|管理|体系|问题|控制|等级|检)|自重|温升|残留|残余|泄漏|漏率|漏气|漏电|延迟|时延|延时|响应|占地|占用|波动|漂移|含量|杂质|挥发|稀释|变形|衰减|散差|差$|死亡|死淘|故障",
    "排放|浓度|浊度|色度|用量|停机|始动|起动流|启动流|冰点|最小|最低|压降|阻力|接触电阻|内阻|自放电|静态电流|振动|谐波|纹波|抖动|畸变|失真|串扰|色差",
    "不平衡|不均匀|偏心|翘曲|收缩|吸水率|残渣|灰分|含水|含油|含硫|含氧|菌落|检出限|检测限|定量限|探测限|不良|废品|破损|误报|漏报|误判|漏检|断头|缺陷",
    "失效|不合格|返工|返修|丢包|误码|错误率|回收期|回本|人工|操作人员|用工|污染|辐射|体积(?!流|浓|分)",
    r"\b(?:time|cost|price|noise|error|weight|mass|latency|delay|loss|drift|leak\w*|consumption|deviation|accuracy)",
    r"\b(?:resolution|repeatability|roughness|residual|residue|emissions?|runout|tolerance|takt|duration|weigh|size)",
    r"\b(?:defects?|scrap|rejects?|false|ripple|vibration|distortion|jitter|shrinkage|warp|swelling|ash)",
    r"\b(?:moisture|limit of)",
    r"\b(?:pressure drop|footprint|payback|downtime|mortality|staff|operators|lead time|setup)",
)
_SMALLER_IS_BETTER = re.compile("|".join(_SMALLER_NAMES), re.I)
_SHORTER_IS_BETTER = re.compile(
    "完成|通车|充|启动|到货|交付|交货|响应|切换|更换|施工|安装|固化|出结果|检测|预热|部署|升温|见效|上线|within|deliver|start|switch|install|charg",
    re.I,
)
_DETECTS = re.compile("识别|检出|分辨|检测到|可测|发现|detects?|resolves?", re.I)
_GREATER_ANYWAY = re.compile(
    "保质期|寿命|质保|续航|保持|贮存|储存|产量|效率|周转|去除|降低|减少|缩短|节(?=能|电|水|省|约|油|气|煤)|减重|回收(?!期)|适应|容许|合格|耐|不间断|试验"
    "|life|reduction|saving|removal|endurance|tolerates?|accepts?|handles?",
    re.I,
)
_EXTREME = re.compile(
    "最[大小高低长短宽厚薄细]|上限|下限|可[加处焊磨切铺装打]|处理|maxim|minim|largest|smallest|up to|down to", re.I
)
_DIFFERENCE = re.compile(
    "温差|温升|温漂|波动|均匀|偏差|误差|控温精度|差值|之差|difference|uniformity|gradient|rise|fluctuation|±", re.I
)
_COVER = re.compile(
    "范围|量程|适用|适应|可调|调节|可切|加工|线径|口径|承载|载|负荷|温区|转速|频率|频段|波段|进水|耐|支持|覆盖|环境|工作|使用|流量|波长"
    "|兼容|可选|任意|厚度可"
    r"|\b(?:range|from|between|adjustable|operating|working|loads?|inlet|input|diameters|covers?|sizes|for|handles?"
    r"|compatible|selectable)\b",
    re.I,
)
_ADAPTS = re.compile(r"适应|适用|范围|\branges?\b", re.I)
_REACH = re.compile("探测|识别|传输|通信|覆盖|作用|射程|测距|detect|transmi|sees?\\b", re.I)
_UP_TO = re.compile("最(?:长|大|高|宽|厚|重|深|远|多)可?[到至达]")
_DOWN_TO = re.compile(
    "(?:最(?:低|小|薄|细|短|窄|浅|轻|近|少)|[低小薄细短窄轻])可?[到至](?=[^，。；]{0,4}$|\\s*[-−]?[0-9])"
    "|down to\\s*[-−]?[0-9]",
    re.I,
)
_ENOUGH = re.compile("^[^，。；]{0,3}(?:即可|就能|就可|便能|便可|即能|仍可|仍能)")
_WEAKLY = re.compile("达|reach|achiev|better|优于|好于", re.I)
_FINDS = re.compile("检出|识别|分辨|检测到|发现|探测出|finds?\\b|detects?|resolves?|sees?\\b|locates?", re.I)
_FREE_OF = re.compile(r"^\s?[内之]{0,2}(?:无|不|免)")
_PAUSE = re.compile(r"[,，。;；:：]\s?")
_BETTER_THAN = re.compile("优于|好于|better than", re.I)
_ENERGY = re.compile("watt_hour|joule|calorie")
_ENERGY_LIKE = {"pressure", "energy"}
_PERCENT = {"percent", "permille"}


@dataclass(frozen=True, slots=True)
class Demand:
    """A demanded figure with the words it stands in."""

    figure: Quantity
    around: str

    @property
    def is_tolerance(self) -> bool:
        """Whether it is a ± alone."""
        low, high = self.figure.low, self.figure.high
        return low is not None and high is not None and low == -high and high > 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an offered figure stands to a demanded one; `gap` is the missing share of the bound, None if unmeasured."""

    verdict: Verdict
    gap: float | None


@dataclass(frozen=True, slots=True)
class Offered:
    """A figure with all it may mean where it stands: its readings, what it is per, and the kinds of the readings."""

    figure: Quantity
    readings: tuple[Quantity, ...]
    below: frozenset[str]
    kinds: frozenset[tuple[str, bool]]


@lru_cache(maxsize=4_096)
def offered_of(figure: Quantity, around: str) -> Offered:
    """`figure` as it stands in the words `around`."""
    found = tuple(_plain_readings(figure, around))
    kinds = frozenset((one.dimension, bool(one.unit)) for one in found)
    return Offered(figure, found, frozenset(per_units(around)), kinds)


def comparable(demand: Demand, offered: Offered) -> tuple[Quantity, Quantity] | None:
    """Demand and offer in one dimension, read with what they are per; None if they measure different things."""
    asked = offered_of(demand.figure, demand.around)
    if not asked.kinds & offered.kinds:
        return None
    for wanted in asked.readings:
        for given in offered.readings:
            if _alike(wanted, given) and not _per_another(asked.below, offered.below, wanted, given):
                return wanted, given
    return None


def _alike(wanted: Quantity, given: Quantity) -> bool:
    """One dimension, a unit on both sides or on neither, and no energy by volume for a pressure."""
    energetic = [bool(_ENERGY.search(figure.unit)) for figure in (wanted, given)]
    same = wanted.dimension == given.dimension and bool(wanted.unit) == bool(given.unit)
    return same and (energetic[0] == energetic[1] or wanted.dimension not in _ENERGY_LIKE)


def _per_another(asked: frozenset[str], told: frozenset[str], wanted: Quantity, given: Quantity) -> bool:
    """Whether plain figures are said to be per different things: 3000 an hour and 3000 a day."""
    units = (wanted.unit, given.unit)
    return bool(asked and told) and not asked & told and not any("/" in unit for unit in units)


def _plain_readings(figure: Quantity, around: str) -> Iterator[Quantity]:
    if figure.unit == "degree_Celsius" and _DIFFERENCE.search(around):
        figure = replace(figure, unit="kelvin")
    for reading in readings(figure, around):
        if "item" in reading.unit.split():
            name = named_unit(re.sub(r"\bitem\b", "1", reading.unit))
            bare = name.canonical in ("", "dimensionless")
            yield replace(reading, unit="" if bare else name.canonical, dimension="" if bare else name.dimension)
        if reading.unit == "fold":
            yield replace(reading, unit="", dimension="")
        if reading.unit == "parts_per_million":
            yield replace(reading, unit="milligram / liter", dimension="density")
        yield reading


def judge(demand: Demand, wanted: Quantity, given: Quantity, around: str) -> Outcome:
    """The verdict on `given` by the rules of this module; both come from `comparable`."""
    if "±" in wanted.text and "±" in given.text and not demand.is_tolerance:
        return _by_widths(wanted, given)
    if _is_covering(demand, wanted, around) and None not in (given.low, given.high) and given.low != given.high:
        return _by_cover(wanted, given)
    wanted = _as_bound(demand, wanted)
    given = _reached(demand, wanted, given)
    result = compare(wanted, _guaranteed(given, wanted))
    return _outcome(result, wanted, given, tolerance=demand.is_tolerance or _is_tolerance(given))


def _reached(demand: Demand, wanted: Quantity, given: Quantity) -> Quantity:
    """The far end of an offered working range where the demand is one end of such a range: 可加工最大直径不小于2 m."""
    ranged = None not in (given.low, given.high) and given.low != given.high and not _is_tolerance(given)
    if ranged and (_COVER.search(demand.around) or _EXTREME.search(demand.around)):
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
        return not inexact and bool(re.search("量程|范围|摆角|行程|range", demand.around, re.I))
    return two_sided and bool(_COVER.search(demand.around) or _ADAPTS.search(offered_around))


def _by_cover(wanted: Quantity, given: Quantity) -> Outcome:
    """A demanded working range against an offered one: covered is met, overlapped partly met."""
    wanted, given = replace(wanted, name="", approximate=False), replace(given, name="", approximate=False)
    if wanted.low == 0:
        wanted = replace(wanted, low=given.low)
    covered = compare(given, wanted)
    if covered.verdict is Compared.SATISFIED:
        return Outcome(Verdict.met, 0.0)
    if _is_tolerance(wanted) and _is_tolerance(given):
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


def _is_tolerance(given: Quantity) -> bool:
    return given.low is not None and given.high is not None and given.low == -given.high and given.high > 0


def _guaranteed(given: Quantity, wanted: Quantity) -> Quantity:
    """The offer as the figure it names: one-sided guarantees become their figure, "about" is dropped."""
    value_low = given.low if given.low is not None else given.high
    value_high = given.high if given.high is not None else given.low
    if _is_tolerance(given) and wanted.low is None:
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
    if _DOWN_TO.search(demand.around[: demand.figure.end]):
        return True
    if _WEAKLY.search(wanted.text) and smaller_is_better(demand):
        return True
    sized = wanted.dimension in ("length", "area", "mass", "volume", "volume flow", "mass flow")
    away = "距离" in demand.around or demand.around[: demand.figure.start].endswith(" at ")
    return sized and not away and bool(_FINDS.search(demand.around))


def _good_side(demand: Demand, wanted: Quantity) -> Quantity:
    if wanted.approximate:
        return replace(wanted, name="")
    if smaller_is_better(demand):
        return replace(wanted, low=None, high_inclusive=True, name="")
    return replace(wanted, high=None, low_inclusive=True, name="")


def smaller_is_better(demand: Demand) -> bool:
    """Whether a plain demanded figure is a most rather than a least, by what it measures."""
    figure = demand.figure
    before, behind = demand.around[: figure.start], demand.around[figure.end :]
    before, behind = _PAUSE.split(before)[-1], _PAUSE.split(behind)[0]
    words = f"{before}{figure.text}{behind}"
    if _DOWN_TO.search(f"{before}{figure.text}") or (_ENOUGH.search(behind) and figure.dimension != "time"):
        return True
    percent = figure.unit in _PERCENT
    if percent and re.search("精度|灵敏度|准确|accura", words, re.I):
        return False
    if figure.dimension == "temperature" and (figure.low or 0.0) < 0:
        return True
    if _BETTER_THAN.search(words) and not percent:
        return True
    for part in (before,) if len(before.strip()) > 1 else (before, words):
        if _GREATER_ANYWAY.search(part):
            return False
        if _SMALLER_IS_BETTER.search(part):
            return True
    if figure.dimension == "time":
        return bool(_SHORTER_IS_BETTER.search(words))
    if figure.dimension in ("length", "area", "mass"):
        return bool(_DETECTS.search(words)) and "距离" not in words
    return figure.unit.startswith(("second /", "minute /", "hour /"))
