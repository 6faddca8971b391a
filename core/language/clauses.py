"""A text split into clauses, each something asked for.

A clause is a sentence, an item of a list, a part between semicolons, or one of several indicators in a row. Its marker
("1)", "①", "- "), its final punctuation and whom to call at its ends are left outside; headings, fillers without
content and what is nothing but contact data are left out.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from core.language.clause_cuts import Gap, commas, gaps
from core.language.clause_states import SentenceState
from core.language.contacts import Contact, contacts
from core.language.normalise import same_width
from core.language.quantities import quantities


class RequirementKind(StrEnum):
    """How a requirement binds: must 硬性, should 期望, exclude 排除."""

    MUST = "must"
    SHOULD = "should"
    EXCLUDE = "exclude"


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a text that stands for itself; `text` is exactly what stands at start:end of the text it is from.

    `is_state`: it tells how things are or were, what goes wrong or what was tried, and asks for nothing. Its kind is
    what it would be if somebody asked for it all the same.
    """

    start: int
    end: int
    text: str
    kind: RequirementKind
    is_state: bool = False


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.I)


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

# 不得低于 and "must not exceed" are bounds, 去除…外壳 and 除此之外 exclude nothing; "cannot cope" tells a problem.
_COMPARED = "less|lower|fewer|smaller|under|exceed|more|higher|greater|above|over"
_EXCLUDING = _any(
    "不接受|不考虑|不予考虑|不采用|不再采用|不使用|不允许|不可使用|禁止|严禁|杜绝|拒绝|谢绝|不能再?用(?![于来在作做])",
    "不得(?![低小少短超高大多])",
    "排除(?!故障|[了掉干万障])",
    r"(?<![去清消排扣拆脱解删])除(?![此尘])[^,，。;；]{1,20}(?:以外|之外|外(?=[,，、。;；\s的]|$))(?!.{0,3}(?:还|也|另|均应))",
    rf"\b(?:must|shall|may) ?not\b(?! (?:be )?(?:{_COMPARED}))",
    r"\bcan ?not (?:accept|tolerate|contain|be (?:accepted|tolerated|allowed|permitted|considered))\b",
    r"\bcan ?not be used(?! (?:to|for|at|in|on|with|under|above|below)\b)",
    r"\b(?:exclud(?:e|es|ed|ing)|except(?:ing)?(?! for)|other than|prohibited)\b",
    r"\bnot (?:accepted|acceptable|allowed|permitted)\b",
    r"\bno [a-z][a-z -]{0,40} (?:accepted|acceptable|allowed|permitted)\b",
    rf"^no (?!{_COMPARED}|later)[a-z]",
)
_BINDING = _any(
    "必须|务必|必需|必备|强制|硬性|不可或缺|缺一不可|至少|应当|确保|保证",
    r"(?:^|[,，:：])\s*须|(?<![无只])须(?=[达满具符在能有为通保])",
    "应(?=[该满达具符不能为大小在])|需(?=[达满具符在能]|控制)",
    r"(?:^|[,，:：])\s*要求(?!\s*[:：]|高|低)|(?<![不无])要求(?=[达能具满不在为有误])",
    r"\b(?:must|shall|mandatory|required?|requires|have to|has to|need(?:s|ed)? to|at least|no less than)\b",
)
_WISHING = _any(
    "希望|期望|最好|优先(?![级权])|尽量|尽可能|力争|争取|若能|如能|建议|可选|倾向于|加分",
    r"\b(?:prefer(?:red|ably|s|ence)?|ideally|desirable|should|nice to have|if possible|would like|optional(?:ly)?)\b",
    r"\b(?:hope|wish|welcome)\b",
)
_BACKGROUND = _any(
    "目前|现有|现状|现阶段|近年|据统计|据不完全|我国|全国|全球|每年约|已经|已建|以来|传统|同行业|原来|公司(?:拥有|成立|现|具有|主要)",
    r"\b(?:currently|at present|today|existing|so far|in recent years|worldwide)\b",
)
# Who asks tells of itself, of the market, of what was, of what goes wrong or of how things are in general; unless it
# also says what it wants of whom it asks.
_TELLING = _any(
    "^(?:数据条件|现状|背景)?(?:我|本)(?:们)?(?:公司|司|厂|企业|单位|校|院|所|集团|地区|县|市)|^(?:企业|公司)(?!要求|需)",
    r"^(?:we|our (?:company|plant|firm|group|line|factory|mill))\b",
    "市场(?:规模|容量|需求|占有|份额|前景|售价)|销售(?:额|收入)|年(?:产值|销售|营收)|营业收入|注册资[本金]|占地面积|同比|员工",
    r"\b(?:market (?:size|share|volume)|turnover|revenue|employs?|founded|established)\b",
    "(?:19|20)[0-9]{2}\\s?年(?:以来|起|成立|建成|投产|开始)|自(?:19|20)[0-9]{2}|曾|先后|过去|以往|原先|(?:进行|完成|取得|建成|开展)了",
    "^(?:但|由于|因为?|然而|而)|存在[^，。；]{0,16}(?:问题|不足|缺陷|偏差|困难|大|宽|高|低)|难以|导致|造成|无法|通常|一般为|往往",
    "主要(?:成分|原料|生产过程|产品)|(?:能够|可以)(?:解决|减少|将)|可跨越",
    r"\b(?:suffers?|fails?|because|due to|usually|typically|in general)\b",
)
_WANTED = _any(
    "要求|必须|需(?!求)|须|应(?=[该当能满达具不为])|希望|期望|拟|寻求|实现|争取|预期|目标|提升|提高|降[低至到]|减少|开发|研发|攻克|改造|确保|保证|控制在|不[低高大小少多]于|不超过",
    r"\b(?:must|shall|should|require[ds]?|needs?|want|looking for|seek\w*|at least|at most|target)\b",
)


def split_clauses(text: str) -> tuple[Clause, ...]:
    """The clauses of `text` in order, without overlaps; offsets are into `text` as given. Never raises."""
    plain = same_width(text)
    figures = quantities(text)
    between = gaps(plain, [Gap(figure.start, figure.end) for figure in figures])
    bounds = [figure.start for figure in figures if figure.is_bound]
    people = contacts(text)
    edges = [Gap(0, 0), *between, Gap(len(plain), len(plain))]
    clauses = (
        _clause(text, plain, start, end, bounds, people, sentence)
        for left, right in pairwise(edges)
        for sentence in [SentenceState.of(plain, left.end, right.start)]
        for start, end in _indicators(plain, left.end, right.start, bounds)
    )
    return tuple(clause for clause in clauses if clause is not None)


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


def _clause(
    text: str,
    plain: str,
    start: int,
    end: int,
    bounds: Sequence[int],
    people: Sequence[Contact],
    sentence: SentenceState,
) -> Clause | None:
    start, end = _trimmed(plain, *_without_contacts(plain, start, end, people))
    colon = plain.find(":", start, min(end, start + 2 * _LONGEST_HEADING))
    if colon > 0 and _HEADING.fullmatch(plain, start, colon):
        start, end = _trimmed(plain, colon + 1, end)
    content = plain[start:end]
    if len(_WORD.findall(content)) < 2 or _FILLER.fullmatch(content) or _is_heading(content):
        return None
    kind = kind_of(content, has_bound=_any_between(bounds, start, end))
    is_state = kind is not RequirementKind.EXCLUDE and sentence.covers(content, end)
    return Clause(start, end, text[start:end], kind, is_state)


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


def kind_of(clause: str, *, has_bound: bool) -> RequirementKind:
    """How `clause` binds, by its words in either language.

    Excluding words come first; then a binding word (必须, shall) beats a wishing one (最好, prefer). Without either, a
    bounded figure makes it a must, unless the clause tells how things are today or is background of another kind (the
    asker's own plant, the market, the past): that is a should at most.
    """
    if _EXCLUDING.search(clause):
        return RequirementKind.EXCLUDE
    if _tells(clause):
        return RequirementKind.SHOULD
    if _BINDING.search(clause) and not _BACKGROUND.search(clause):
        return RequirementKind.MUST
    if _WISHING.search(clause) or _BACKGROUND.search(clause) or not has_bound:
        return RequirementKind.SHOULD
    return RequirementKind.MUST


def _tells(clause: str) -> bool:
    """Whether `clause` is background: told of who asks, of the market or of the past, and nothing wanted in it."""
    return bool(_TELLING.search(clause)) and not _WANTED.search(clause)
