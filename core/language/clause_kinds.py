"""How a clause binds, by its words in either language.

Works on a text brought to one width (`same_width`).
"""

from enum import StrEnum

from core.language.clause_background import has_background
from core.language.clause_states import tells_state
from core.language.cues import Cues


class RequirementKind(StrEnum):
    """How a requirement binds: must 硬性, should 期望, exclude 排除."""

    MUST = "must"
    SHOULD = "should"
    EXCLUDE = "exclude"


# 不得低于 and "must not exceed" are bounds, 去除…外壳 and 除此之外 exclude nothing; "cannot cope" tells a problem.
_COMPARED = "less|lower|fewer|smaller|under|exceed|more|higher|greater|above|over"
_EXCLUDING = Cues(
    (
        "不接受|不考虑|不予考虑|不采用|不再采用|不使用|不允许|不可使用|禁止|严禁|杜绝|拒绝|谢绝|不能再?用(?![于来在作做])",
        "不得(?![低小少短超高大多])",
        "排除(?!故障|[了掉干万障])",
        r"(?<![去清消排扣拆脱解删])除(?![此尘])[^,，。;；]{1,20}(?:以外|之外|外(?=[,，、。;；\s的]|$))(?!.{0,3}(?:还|也|另|均应))",
    ),
    (
        rf"\b(?:must|shall|may) ?not\b(?! (?:be )?(?:{_COMPARED}))",
        r"\bcan ?not (?:accept|tolerate|contain|be (?:accepted|tolerated|allowed|permitted|considered))\b",
        r"\bcan ?not be used(?! (?:to|for|at|in|on|with|under|above|below)\b)",
        r"\b(?:exclud(?:e|es|ed|ing)|except(?:ing)?(?! for)|other than|prohibited)\b",
        r"\bnot (?:accepted|acceptable|allowed|permitted)\b",
        r"\bno [a-z][a-z -]{0,40} (?:accepted|acceptable|allowed|permitted)\b",
        rf"^no (?!{_COMPARED}|later)[a-z]",
    ),
)
_BINDING = Cues(
    (
        "必须|务必|必需|必备|强制|硬性|不可或缺|缺一不可|至少|应当",
        "(?<!无法)(?<!难以)(?<!不能)(?<!很难)(?<!能够)(?<!为了)(?<![为才才])(?:确保|保证)(?!了)",
        r"(?:^|[,，:：])\s*须|(?<![无只])须(?=[达满具符在能有为通保])",
        "应(?=[该满达具符不能为大小在])(?!该(?:先|怎|如何|从|用什么))|需(?=[达满具符在能]|控制)",
        r"(?:^|[,，:：])\s*要求(?!\s*[:：]|高|低)|(?<![不无])要求(?=[达能具满不在为有误])",
    ),
    (r"\b(?:must|shall|mandatory|required?|requires|have to|has to|need(?:s|ed)? to|at least|no less than)\b",),
)
_WISHING = Cues(
    ("希望|期望|最好|优先(?![级权])|尽量|尽可能|力争|争取|若能|如能|建议|可选|倾向于|加分",),
    (
        r"\b(?:prefer(?:red|ably|s|ence)?|ideally|desirable|should|nice to have|if possible|would like)\b",
        r"\b(?:optional(?:ly)?|hope|wish|welcome)\b",
    ),
)
_BACKGROUND = Cues(
    (
        "目前|现有|现状|现阶段|近年|据统计|据不完全|我国|全国|全球|每年约|已经|已建|以来|传统|同行业|原来|公司(?:拥有|成立|现|具有|主要)",
    ),
    (r"\b(?:currently|at present|today|existing|so far|in recent years|worldwide)\b",),
)
# Who asks tells of itself, of the market, of what was, of what goes wrong or of how things are in general; unless it
# also says what it wants of whom it asks.
_TELLING = Cues(
    (
        "^(?:数据条件|现状|背景)?(?:我|本)(?:们)?(?:公司|司|厂|企业|单位|校|院|所|集团|地区|县|市)|^(?:企业|公司)(?!要求|需)",
        "市场(?:规模|容量|需求|占有|份额|前景|售价)|销售(?:额|收入)|年(?:产值|销售|营收)|营业收入|注册资[本金]|占地面积|同比|员工",
        "(?:19|20)[0-9]{2}\\s?年(?:以来|起|成立|建成|投产|开始)|自(?:19|20)[0-9]{2}|曾|先后|过去|以往|原先|(?:进行|完成|取得|建成|开展)了",
        "^(?:但|由于|因为?|然而|而)|存在[^，。；]{0,16}(?:问题|不足|缺陷|偏差|困难|大|宽|高|低)|难以|导致|造成|无法|通常|一般为|往往",
        "不清楚|不知道|拿不准|没有?把握|主要(?:成分|原料|生产过程|产品)|(?:能够|可以)(?:解决|减少|将)|可跨越",
    ),
    (
        r"^(?:we|our (?:company|plant|firm|group|line|factory|mill))\b",
        r"\b(?:market (?:size|share|volume)|turnover|revenue|employs?|founded|established)\b",
        r"\b(?:suffers?|fails?|because|due to|usually|typically|in general)\b",
    ),
)
_WANTED = Cues(
    (
        "要求|必须|需(?!求)|须|应(?=[该当能满达具不为])(?!该(?:先|怎|如何))|希望|期望|拟|寻求|实现|争取|预期|目标|提升|提高|降[低至到]|减少|开发|研发|攻克|改造|确保|保证|控制在|不[低高大小少多]于|不超过",
    ),
    (r"\b(?:must|shall|should|require[ds]?|needs?|want|looking for|seek\w*|at least|at most|target)\b",),
)
# What binds although the same clause tells of today: an order, or a demand with its figure behind it.
_FIRM = Cues(
    (
        "必须|务必|不得|至少|[≥≤]|不[低高大小少多长短晚]于|不(?:能|应|可)?超过",
        "(?:要求|须|应[该当能满达具不]|需(?!求)|控制在|要的是|[,，们司厂]要(?![么的]))[^;；]{0,200}[0-9一二两三四五六七八九十百]",
    ),
    (r"\b(?:must|shall|at least|at most|no (?:more|less) than)\b|\b(?:requires?|needs?)\b[^;]{0,200}[0-9]",),
)


def kind_of(clause: str, *, has_bound: bool) -> RequirementKind:
    """How `clause` binds, by its words in either language.

    Excluding words come first; then a binding word (必须, shall) beats a wishing one (最好, prefer). Without either, a
    bounded figure makes it a must, unless the clause tells how things are today or is background of another kind (the
    asker's own plant, the market, the past): that is a should at most.
    """
    if _EXCLUDING.stand_in(clause):
        return RequirementKind.EXCLUDE
    if _BINDING.stand_in(clause):
        binds = not _BACKGROUND.stand_in(clause)
    else:
        binds = has_bound and not _WISHING.stand_in(clause) and not _BACKGROUND.stand_in(clause)
    return RequirementKind.MUST if binds and not _tells(clause) else RequirementKind.SHOULD


def _tells(clause: str) -> bool:
    """Whether `clause` is background: told of who asks, of the market or of the past, and nothing wanted in it."""
    if _TELLING.stand_in(clause) and not _WANTED.stand_in(clause):
        return True
    return not _FIRM.stand_in(clause) and (has_background(clause) or tells_state(clause))
