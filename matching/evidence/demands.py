"""Which figure of a requirement is the demanded one, and which words are about the thing itself."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice

from core.language.quantities import Quantity
from matching.evidence.dates import deadline_in
from matching.evidence.directions import Demand
from matching.evidence.figures import figures_of
from matching.evidence.types import KEPT_TEXTS

_IN_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")
_CONDITION_BEFORE = re.compile(r"(?:\bat|\bafter|\bfor|@|在)\s?$", re.I)
_CONDITION_AFTER = re.compile(r"\s?(?:下|时|后|条件|工况|内无|以内无)")
_CHINESE_BINDING = (
    "要求|必须|应当|务必|希望|期望|最好|优先|尽量|若能|如能|如可|更好|更佳|最佳|为佳|更理想|不低于|不高于|不小于|不大于|不少于|不超过|不多于",
    "低于|高于|小于|大于|超过|达到|至少|以上|以下|以内|之间|控制在|保持在|须|应|可以|能够|提供|具备|具有|支持|能|可|需",
    "不接受|不考虑|不得|拒绝|谢绝|禁止|严禁|不允许|不选用|一律|的方案|的产品|者|[≥≤><±=]",
)
_ENGLISH_BINDING = (
    "must|shall|should|be|is|are|at least|at most|no (?:more|less|later|shorter|longer|lower|higher) than|below",
    "under|above",
    "over|within|ideally|preferably|preferred|would be|welcome|not|exceed|up to",
    "or (?:more|less|better|longer|faster|earlier|higher|lower)|of|the|a|an|to|and|with|for|we|acceptable|accepted",
    "ruled out|excluded?|needed|required",
)
_BINDING_WORDS = re.compile(rf"{'|'.join(_CHINESE_BINDING)}|\b(?:{'|'.join(_ENGLISH_BINDING)})\b", re.I)
_RECENT = re.compile(r"(?:近|过去|最近|last|past)\s?$", re.I)
_IN_WORDS = re.compile("[两二三四五六七八九十]+[个种类次项]")
_COUNTED = re.compile(r"\s(?!of|at|to|or|and)[a-z]{3,}\s(?:per|an?)\s")
_A_TIME = re.compile("一(?!个?半)")
_CODE = re.compile(r"[A-Z][A-Za-z]*[\s-]?$")
MOST_BESIDE = 8
"""So many figures of a requirement count beside the demanded one."""


@lru_cache(maxsize=KEPT_TEXTS)
def asked_figures(text: str) -> tuple[Quantity, ...]:
    """The figures of a requirement, read once."""
    return figures_of(text)


def demand_of(text: str) -> Demand | None:
    """The figure that `text` demands: a bound before a plain one, none from brackets or a condition if possible."""
    dated = deadline_in(text) is not None
    figures = [f for f in asked_figures(text) if not _is_label(f, text) and not (dated and f.dimension == "time")]
    if not figures:
        return None
    bracketed = [found.span() for found in _IN_BRACKETS.finditer(text)]
    chosen = max(figures, key=lambda figure: _weight(figure, text, bracketed))
    return Demand(_with_nominal(chosen, figures), text)


def _with_nominal(tolerance: Quantity, figures: Sequence[Quantity]) -> Quantity:
    """A tolerance with the value that stands before it in the same unit: 孔径50 μm，误差±3 μm is 47 to 53 μm."""
    width = tolerance.high
    if width is None or tolerance.low != -width or width <= 0:
        return tolerance
    nominal = [one for one in figures if one.end <= tolerance.start and _is_nominal(one, tolerance)]
    if not nominal or nominal[-1].low is None:
        return tolerance
    return replace(tolerance, low=nominal[-1].low - width, high=nominal[-1].low + width)


def _is_nominal(figure: Quantity, tolerance: Quantity) -> bool:
    width = tolerance.high or 0.0
    return figure.low == figure.high and figure.unit == tolerance.unit and abs(figure.low or 0.0) > width


def _is_label(figure: Quantity, text: str) -> bool:
    """A number that demands nothing: in a name (尼龙66), recent years, a grade, a few things in words (六个电动缸)."""
    if _RECENT.search(text[max(0, figure.start - 8) : figure.start]) and figure.dimension == "time":
        return True
    if _IN_WORDS.fullmatch(figure.text) and not figure.is_bound:
        return True
    graded = bool(re.match(r"\s?级", text[figure.end :]))
    before = text[max(0, figure.start - 40) : figure.start]
    counted = bool(_COUNTED.match(text, figure.end)) and not _CODE.search(before)
    return not figure.unit and (graded or not (figure.is_bound or counted))


def _weight(figure: Quantity, text: str, bracketed: list[tuple[int, int]]) -> tuple[bool, bool, bool, bool, int]:
    inside = any(start < figure.start < end for start, end in bracketed)
    conditional = bool(_CONDITION_BEFORE.search(text, max(0, figure.start - 6), figure.start)) or bool(
        _CONDITION_AFTER.match(text, figure.end)
    )
    a_unit = figure.dimension == "time" and _A_TIME.match(figure.text) is not None
    named = bool(figure.name)
    return figure.is_bound, not inside, not conditional and not a_unit, named, figure.start


def subject_of(text: str, demand: Demand | None) -> str:
    """The words of `text` that say what it is about: without the demanded figure, comparison and wish words."""
    if demand is not None:
        figure = demand.figure
        text = f"{text[: figure.start]} {text[figure.end :]}"
    return _BINDING_WORDS.sub(" ", text)


def conditions_of(text: str, demand: Demand | None) -> tuple[Demand, ...]:
    """The figures of a requirement beside the demanded one: at -20 °C, after 24 h."""
    if demand is None:
        return ()
    others = (figure for figure in asked_figures(text) if figure.start != demand.figure.start and figure.unit)
    return tuple(Demand(figure, text) for figure in islice(others, MOST_BESIDE))
