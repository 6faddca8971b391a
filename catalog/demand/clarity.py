"""How clearly a need is put, and what to ask the enterprise next.

A good need is precise in words, complete in figures, clear in who decides, whole in attachments. Seven aspects are each
rated 0 to 1 and weighed (`WEIGHTS`); the type follows from the three that matter most, in this order:

- clear 清晰: a problem told, and at least one technical figure with a bound;
- vague 模糊: a problem without such a figure, or figures without a problem;
- concept 概念: a direction, but neither a problem told nor a figure;
- directionless 无方向: asks where to go ("do not know where to begin") and gives no bounded figure; or gives direction
  at all, under a title that could be anybody's.

Weights and thresholds are a judgement made here, not learned from outcomes; they are stated once.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from core.language.clauses import split_clauses
from core.language.normalise import clean
from core.language.quantities import Quantity, quantities


class NeedClarity(StrEnum):
    """The four types of need: clear 清晰, vague 模糊, concept 概念, directionless 无方向."""

    CLEAR = "clear"
    VAGUE = "vague"
    CONCEPT = "concept"
    DIRECTIONLESS = "directionless"


class Question(StrEnum):
    """What a need leaves open; the text is under the key `clarity.<value>`."""

    TITLE_TOO_GENERAL = "title_too_general"
    NO_PROBLEM = "no_problem"
    PROBLEM_TOO_SHORT = "problem_too_short"
    PROBLEM_NOT_TOLD = "problem_not_told"
    NO_INDICATORS = "no_indicators"
    NO_BOUND = "no_bound"
    NO_GOAL = "no_goal"
    NO_KEYWORDS = "no_keywords"
    NO_BUDGET = "no_budget"
    NO_DEADLINE = "no_deadline"
    NO_DECIDER = "no_decider"
    NO_ATTACHMENTS = "no_attachments"


@dataclass(frozen=True, slots=True)
class Demand:
    """A requirement in force, as it is worded now."""

    words: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class NeedParts:
    """The parts of a need form that clarity is read from; an import that has one text puts it into `problem`.

    `decided`: the requirements in force where people decided about them, otherwise None. Score and type are those of
    the text; figures are then asked about only where a requirement nobody confirmed still leaves their bound open.
    """

    title: str
    problem: str = ""
    indicators: str = ""
    goal: str = ""
    keywords: tuple[str, ...] = ()
    has_budget: bool = False
    has_deadline: bool = False
    has_decider: bool = False
    attachments: int = 0
    decided: tuple[Demand, ...] | None = None

    @property
    def text(self) -> str:
        """All running text but the title, one part a line."""
        return "\n".join(part for part in (self.problem, self.indicators, self.goal) if part)


@dataclass(frozen=True, slots=True)
class Missing:
    """One question to the enterprise, with the parameters of its text."""

    question: Question
    params: Mapping[str, str | int] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def key(self) -> str:
        """The key of its text in the message catalogue."""
        return f"clarity.{self.question}"


@dataclass(frozen=True, slots=True)
class Clarity:
    """The verdict on a need: a score from 0 to 1, its type, and what is missing, weightiest first."""

    score: float
    type: NeedClarity
    missing: tuple[Missing, ...]


# How much each aspect adds to the score; they sum to 1.
WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        "title": 0.15,
        "problem": 0.30,
        "indicators": 0.30,
        "goal": 0.10,
        "frame": 0.10,  # budget, deadline and who decides, a third each
        "keywords": 0.025,
        "attachments": 0.025,
    }
)
# Chinese characters (an English letter counts half) below which a problem is not told at all, and from which it is told
# in full. Half of the rating is for the length, half for words that speak of a problem.
SHORTEST_PROBLEM = 15
FULL_PROBLEM = 60
# From this rating on a problem counts as told.
PROBLEM_TOLD = 0.75
# What none, one, two, three or more bounded figures earn, and what figures without any bound earn.
INDICATOR_STEPS = (0.0, 0.6, 0.85, 1.0)
UNBOUND_SHARE = 0.3
MOST_UNBOUND_ASKED = 3

_GENERAL = re.compile(
    "技术|需求|研究|开发|研发|项目|合作|解决|方案|升级|改造|系统|产品|关键|应用|产业化|设备|工艺|平台|创新|人才|引进|寻求|寻找|求助"
    "|问题|难题|企业|公司|行业|领域|相关|一种|一个|新型|高端|先进|智能化|自动化|数字化|信息化|智能|转型|提升|优化|建设|服务|支持"
    "|专家|团队|成果|转化|对接|示范|推广|制备|生产线|生产|加工|设计|制造|管理|材料|装备|[及与和的等新求找]"
    r"|\b(?:technolog(?:y|ies)|needs?|research|development|projects?|cooperation|solutions?|upgrad(?:e|ing)|systems?"
    r"|products?|key|applications?|new|advanced|smart|intelligent|digital|innovation|seeking|looking|for|partners?|experts?"
    r"|support|of|and|the|a|an|in)\b"
)
_PROBLEM = re.compile(
    "问题|难题|难点|瓶颈|缺陷|不足|不稳|不高|不理想|不合格|困难|难以|无法|不能|容易|易于?[产出开变堵脱断]|裂纹|开裂|磨损|腐蚀"
    "|失效|偏[低高差]|过[高低大长]|成本高|效率低|能耗高|污染|损耗|故障|依赖|替代|解决|攻克|突破|缺乏|制约|影响|降低|提高|改进"
    "|改善|消除|避免|防止|减少|寻求|急需|亟需|亟待"
    r"|\b(?:problem|issue|difficult|defect|fail|crack|wear|corro|unstable|insufficient|too (?:high|low|slow)"
    r"|cannot|unable|reduce|improve|avoid|prevent|replace|solve|lack|need)",
    re.I,
)
_ASKS_WHERE_TO_GO = re.compile(
    "(?:不知道?|不清楚|说不清|没想好|没有想好|没有定论|拿不准|不了解|摸不准)[^。；;]{0,24}"
    "(?:从哪|哪里|往哪|往什么|什么方向|做什么|怎么做|先做|入手|哪种|哪一|起步|什么零件|什么东西)"
    "|(?:指|找|寻找|寻求|求)[^。；;，,]{0,6}(?:方向|出路|路子)|换条路|往哪里走|从哪里?(?:起步|入手|做起)|能做点?什么"
    "|推荐[^。；;，,]{0,6}(?:合适|可行)[^。；;，,]{0,4}项目|(?:做|找)点[^。；;，,]{0,10}(?:新|技术含量)"
    r"|\b(?:(?:not know|no idea|unsure|unclear|not sure) (?:where|which|what)|where to (?:begin|start)"
    r"|which way to go)",
    re.I,
)
_GOAL = re.compile(
    "目标|预期|达到|实现|效益|提高|提升|降低|缩短|减少|替代|产值"
    r"|\b(?:goal|target|expect|achieve|reduce|increase|improve|benefit)",
    re.I,
)
_BUDGET = re.compile(r"预算|投资|投入|经费|资金|出资|费用|\b(?:budget|funding|invest)", re.I)
_DEADLINE = re.compile(r"周期|期限|工期|完成|内|实施期|\b(?:deadline|within|by|duration)\b", re.I)
_NEAR = 16
_CALENDAR = ("day", "week", "month", "quarter_year", "year")
_LATIN = re.compile(r"[a-z]")
_CONTENT = re.compile(r"[^\W_]")


def assess_clarity(need: NeedParts) -> Clarity:
    """How clear `need` is: score = Σ weight · rating over the aspects, the type by the rules of this module."""
    found = quantities(need.text)
    technical = [figure for figure in found if _is_technical(figure)]
    bounds = sum(figure.is_bound for figure in technical)
    ratings = {
        "title": 0.0 if is_general(need.title) else 1.0,
        "problem": _problem_rating(need),
        "indicators": _indicator_rating(bounds, len(technical)),
        "goal": float(bool(need.goal.strip() or _GOAL.search(need.text))),
        "frame": (_has_budget(need, found) + _has_deadline(need, found) + need.has_decider) / 3,
        "keywords": float(bool(need.keywords)),
        "attachments": float(need.attachments > 0),
    }
    score = sum(WEIGHTS[aspect] * rating for aspect, rating in ratings.items())
    return Clarity(round(score, 4), _type(need, ratings, bounds), _missing(need, found, ratings, technical))


def is_general(title: str) -> bool:
    """Whether a title says nothing that tells one need from another: 新技术开发, "research cooperation"."""
    rest = _GENERAL.sub("", clean(title))
    return _amount(rest) < 2


def _amount(text: str) -> float:
    """How much a text holds, in Chinese characters; an English letter counts half."""
    content = _CONTENT.findall(clean(text))
    return sum(0.5 if _LATIN.match(character) else 1.0 for character in content)


def _problem_rating(need: NeedParts) -> float:
    told = sum(_amount(clause.text) for clause in split_clauses(need.text))
    if told < SHORTEST_PROBLEM:
        return 0.0
    cue = 0.5 if _PROBLEM.search(need.text) else 0.0
    return cue + 0.5 * min(1.0, told / FULL_PROBLEM)


def _indicator_rating(bounds: int, figures: int) -> float:
    if bounds:
        return INDICATOR_STEPS[min(bounds, len(INDICATOR_STEPS) - 1)]
    return UNBOUND_SHARE if figures else 0.0


def _has_budget(need: NeedParts, found: tuple[Quantity, ...]) -> bool:
    return need.has_budget or any(f.dimension.startswith("money") and _near(_BUDGET, need.text, f) for f in found)


def _has_deadline(need: NeedParts, found: tuple[Quantity, ...]) -> bool:
    return need.has_deadline or any(f.unit in _CALENDAR and _near(_DEADLINE, need.text, f) for f in found)


def _is_technical(figure: Quantity) -> bool:
    """Whether a figure describes the thing itself, not money, a calendar period or a number of pieces."""
    return not (figure.dimension.startswith("money") or figure.dimension == "count" or figure.unit in _CALENDAR)


def _near(cue: re.Pattern[str], text: str, figure: Quantity) -> bool:
    return bool(cue.search(text, max(0, figure.start - _NEAR), figure.end + 4))


def _type(need: NeedParts, ratings: Mapping[str, float], bounds: int) -> NeedClarity:
    if not bounds and _ASKS_WHERE_TO_GO.search(f"{need.title}。{need.text}"):
        return NeedClarity.DIRECTIONLESS
    problem_told = ratings["problem"] >= PROBLEM_TOLD
    if problem_told and bounds:
        return NeedClarity.CLEAR
    if problem_told or ratings["indicators"] > 0:
        return NeedClarity.VAGUE
    return NeedClarity.CONCEPT if ratings["title"] or ratings["problem"] else NeedClarity.DIRECTIONLESS


def _missing(
    need: NeedParts, found: tuple[Quantity, ...], ratings: Mapping[str, float], technical: list[Quantity]
) -> tuple[Missing, ...]:
    told, long = ratings["problem"], _amount(need.problem) >= FULL_PROBLEM
    asked = [
        (told == 0, Missing(Question.NO_PROBLEM)),
        (0 < told < PROBLEM_TOLD and not long, Missing(Question.PROBLEM_TOO_SHORT, _wanted())),
        (0 < told < PROBLEM_TOLD and long, Missing(Question.PROBLEM_NOT_TOLD)),
        (
            not technical and not any(_technical(one.words) for one in need.decided or ()),
            Missing(Question.NO_INDICATORS),
        ),
        *((True, _unbound(figure)) for figure in _named_without_bound(_open_figures(need, technical))),
        (ratings["title"] == 0, Missing(Question.TITLE_TOO_GENERAL, MappingProxyType({"title": need.title.strip()}))),
        (ratings["goal"] == 0, Missing(Question.NO_GOAL)),
        (not _has_budget(need, found), Missing(Question.NO_BUDGET)),
        (not _has_deadline(need, found), Missing(Question.NO_DEADLINE)),
        (not need.has_decider, Missing(Question.NO_DECIDER)),
        (not need.keywords, Missing(Question.NO_KEYWORDS)),
        (need.attachments == 0, Missing(Question.NO_ATTACHMENTS)),
    ]
    return tuple(missing for applies, missing in asked if applies)


def _wanted() -> Mapping[str, str | int]:
    return MappingProxyType({"wanted": FULL_PROBLEM})


def _open_figures(need: NeedParts, technical: list[Quantity]) -> list[Quantity]:
    """The figures whose bound may be asked for: those of the text, or of what is in force and not confirmed."""
    if need.decided is None:
        return technical
    return [figure for one in need.decided if not one.confirmed for figure in _technical(one.words)]


def _technical(text: str) -> list[Quantity]:
    return [figure for figure in quantities(text) if _is_technical(figure)]


def _named_without_bound(technical: list[Quantity]) -> list[Quantity]:
    return [figure for figure in technical if figure.name and not figure.is_bound][:MOST_UNBOUND_ASKED]


def _unbound(figure: Quantity) -> Missing:
    return Missing(Question.NO_BOUND, MappingProxyType({"name": figure.name, "figure": figure.text}))
