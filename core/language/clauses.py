"""A text split into clauses, each something asked for.

A clause is a sentence, an item of a list, a part between semicolons, or one of several indicators in a row. Its marker
("1)", "①", "- "), its final punctuation and whom to call at its ends are left outside; headings, fillers without
content, what only announces others and what is nothing but contact data are left out.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from core.language.clause_background import announces, is_background, is_demanded
from core.language.clause_cuts import Gap, commas, gaps
from core.language.clause_kinds import RequirementKind, kind_of
from core.language.clause_parts import ToldParts
from core.language.clause_states import SentenceState
from core.language.contacts import Contact, contacts
from core.language.normalise import same_width
from core.language.quantities import Quantity, quantities

__all__ = ["Clause", "RequirementKind", "split_clauses"]


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a text that stands for itself; `text` is exactly what stands at start:end of the text it is from.

    `is_state`: it tells who asks, how things are or were, what goes wrong, what was tried or what may be spent, and
    asks for nothing. Its kind is what it would be if somebody asked for it all the same.
    """

    start: int
    end: int
    text: str
    kind: RequirementKind
    is_state: bool = False


# A text of these words alone announces what follows and asks for nothing.
_HEADING_WORDS = (
    "主要|具体|相关|关键|核心|技术|研究|研发|开发|需求|现有|工作|预期|期望|拟|解决|目标|内容|指标|参数|要求|背景|基础|方案",
    "情况|说明|问题|难题|难点|考核|经济|效益|社会|和|与|及其|及|或|的|概述|简介|介绍|名称|项目|需要|需|希望|达到|要|如下",
    "以下|方面|几点|几个|包括|遇到|待|企业|公司|产品|备注|条件|合作|方式|预算|资金|其他|其它|创新点|性能|成果|形式|目的|意义|现状",
    "存在|攻关|本|我|目前|有|是|为|上述|下列|三个|两个",
)
_ENGLISH_HEADING = (
    "(?:main|key|technical|general|specific|expected|research|project|detailed|current|performance|problem|business|our)?"
    " ?(?:requirements?|indicators?|objectives?|goals?|background|contents?|descriptions?|specifications?|scope"
    "|overview|statement|results?|outcomes?|needs?|targets?|parameters?|remarks?|notes?|introduction|situation)"
)
_HEADING = re.compile(rf"(?:{'|'.join(_HEADING_WORDS)}|[\s:：()])+|{_ENGLISH_HEADING}\s*:?", re.I)
_LONGEST_HEADING = 18
_FILLER = re.compile(
    "无|暂无|没有|略|同上|详见附件|见附件|附件|面议|待定|不限|等|n/?a|none|nil|tbd|same as above|see attach(?:ment|ed)",
    re.I,
)
_LEAD = re.compile(
    r"(?:[\s,，、。;；:：.…)\]】?]|[-–—](?=[\s\u4e00-\u9fff])|(?:and|或者|并且|且)(?=[\s\u4e00-\u9fff]))+", re.I
)
_TAIL = re.compile(r"[\s,，、。;；:：.…!?！？(（\[【]+$")
_WORD = re.compile(r"[^\W\d_]")
_BEFORE_CONTACT = re.compile(
    r"(?:[\s,，、()/|]|有意(?:向)?(?:者|请)?|有兴趣(?:者|的)?|详情|如需|欢迎|直接|致电|拨打|请|可|或|和|及|与|同时|also|please|and|or)+$",
    re.I,
)
_AFTER_CONTACT = re.compile(r"(?:[\s,，、()/|]|(?:与?微信)?同号|同微信|收|洽谈|咨询|沟通|联系)+")

# A bound that tells how much there is rather than how much there shall be, and what makes it a demand all the same.
_SOFT_BOUND = re.compile("(?:超过|超出|突破|逾|高达|exceed)")
_NEGATED = re.compile("[不勿未][^,，;；]{0,6}$")


def split_clauses(text: str) -> tuple[Clause, ...]:
    """The clauses of `text` in order, without overlaps; offsets are into `text` as given. Never raises."""
    plain = same_width(text)
    figures = quantities(text)
    between = gaps(plain, [Gap(figure.start, figure.end) for figure in figures])
    reading = _Reading(
        text=text,
        plain=plain,
        bounds=[figure.start for figure in figures if figure.is_bound],
        firm=[figure.start for figure in figures if _is_firm(figure, plain)],
        people=contacts(text),
        told=ToldParts.of(plain),
    )
    edges = [Gap(0, 0), *between, Gap(len(plain), len(plain))]
    clauses = (
        _clause(reading, start, end, sentence)
        for left, right in pairwise(edges)
        for sentence in [SentenceState.of(plain, left.end, right.start)]
        for start, end in _indicators(plain, left.end, right.start, reading.bounds)
    )
    return tuple(clause for clause in clauses if clause is not None)


@dataclass(frozen=True, slots=True)
class _Reading:
    """A text with what was found in it; `bounds` and `firm` are where figures begin."""

    text: str
    plain: str
    bounds: Sequence[int]
    firm: Sequence[int]
    """Bounds that a demand may set; 超过 and 高达 tell how much there is."""
    people: Sequence[Contact]
    told: ToldParts


def _is_firm(figure: Quantity, plain: str) -> bool:
    soft = _SOFT_BOUND.match(figure.text) and not _NEGATED.search(plain, max(0, figure.start - 8), figure.start)
    return figure.is_bound and not soft


def _indicators(plain: str, start: int, end: int, bounds: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The parts of a sentence cut where a bound figure stands on both sides of a comma; the whole if there is none."""
    if not _any_between(bounds, start, end):
        yield start, end
        return
    for comma, following in _with_next(commas(plain, start, end), end):
        if _any_between(bounds, start, comma.start) and _any_between(bounds, comma.end, following):
            yield start, comma.start
            start = comma.end
    yield start, end


def _any_between(positions: Sequence[int], start: int, end: int) -> bool:
    return bisect_left(positions, start) < bisect_left(positions, end)


def _with_next(cuts: Sequence[Gap], end: int) -> Iterator[tuple[Gap, int]]:
    starts = [cut.start for cut in cuts[1:]]
    return zip(cuts, [*starts, end], strict=True) if cuts else iter(())


def _clause(reading: _Reading, start: int, end: int, sentence: SentenceState) -> Clause | None:
    plain = reading.plain
    start, end = _trimmed(plain, *_without_contacts(plain, start, end, reading.people))
    colon = plain.find(":", start, min(end, start + 2 * _LONGEST_HEADING))
    if colon > 0 and _HEADING.fullmatch(plain, start, colon):
        start, end = _trimmed(plain, colon + 1, end)
    content = plain[start:end]
    if len(_WORD.findall(content)) < 2 or _FILLER.fullmatch(content) or _is_heading(content):
        return None
    if announces(content) and not _any_between(reading.bounds, start, end):
        return None
    kind = kind_of(content, has_bound=_any_between(reading.firm, start, end))
    is_state = kind is not RequirementKind.EXCLUDE and (
        sentence.covers(content, end)
        or is_background(content)
        or (reading.told.hold(start) and not is_demanded(content))
    )
    return Clause(start, end, reading.text[start:end], kind, is_state)


def _without_contacts(plain: str, start: int, end: int, people: Sequence[Contact]) -> tuple[int, int]:
    """The stretch without the contact data at its beginning and at its end."""
    start, end = _trimmed(plain, start, end)
    inside = [one for one in people if start <= one.announced and one.end <= end]
    for one in inside:
        if one.announced == start:
            after = _AFTER_CONTACT.match(plain, one.end, end)
            start = after.end() if after else one.end
    for one in reversed(inside):
        if one.announced >= start and not _AFTER_CONTACT.sub("", plain[one.end : end], count=1):
            before = _BEFORE_CONTACT.search(plain, start, one.announced)
            end = before.start() if before else one.announced
    return start, end


def _trimmed(plain: str, start: int, end: int) -> tuple[int, int]:
    lead = _LEAD.match(plain, start, end)
    start = lead.end() if lead else start
    tail = _TAIL.search(plain[start:end])
    return start, start + tail.start() if tail else end


def _is_heading(content: str) -> bool:
    return len(content) <= _LONGEST_HEADING * (1 if not content.isascii() else 2) and bool(_HEADING.fullmatch(content))
