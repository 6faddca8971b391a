"""What a piece without a deciding figure says of a requirement: that it holds, in part, or that it does not."""

import re
from functools import lru_cache

from core.language.clauses import RequirementKind
from matching.evidence.types import KEPT_TEXTS, Verdict

_ABSENCE_ASKED = re.compile(
    "不(?!低|高|小|大|少|多|超|[粗细厚薄宽窄重轻快慢深浅强弱差劣长短早晚迟]于|锈|得[低高小大少多超]|同|间断|接受|考虑|限|但|仅|只|饱和)|无(?!人|线|损|创|菌检|机|缝|锡|纺|烟煤|定形)|非(?=接触|破坏)|免|零排放|杜绝|没有|脱(?=硫|离)"
    r"|\b(?:no|not|without|never|free of|zero)\b|-free\b",
    re.I,
)
_ABSENT_WORDS = (
    "不(?!实|低|高于|小|大|少|多|超|[粗细厚薄宽窄重轻快慢深浅强弱差劣长短早晚迟]于|锈|仅|同|断|足|得[低高]|间断|良|均|限|变|但|饱和)|无(?!人|线|机|论|锡|纺|烟煤|定形)|未(?!来)|没有|免(?!费|疫)|替代|代替|取代",
    "省去|取消|非(?!常|线|金|晶|均)|零(?!下|部|件|点|排)|保留|保持|原有|隔离|仍(?!有|需|存|会|要)|完好|0级|而非|弃用|检不出|去除",
    "剔除|排除",
    r"\b(?:no|not|none|without|never|nor|instead of|replac\w+|avoid\w*|free of|zero|intact|stays?|remains?)\b",
    r"\bunattended\b|-free\b",
)
_UNDER_WAY_WORDS = (
    "正在|申请中|办理|评审(?!合格|通过)|受理|待(?=做|定|测|补|办|审|批|完|验)|尚待|尚未(?=完成|结题|全部|取得|拿到)|注册中|审评|筹备",
    "筹建|拟于|拟在|计划|预计|将于|排期|在建|试点阶段|整理|准备|委托(?!方)|报批|初审|过半|部分(?!为)|其余|其中一|仅(?=部分|一)",
    "尚在|还在|仍在|在研|在办|在审|尚需|还需|需进一步|有条件|酌情|限于|局限|试运行|起草|规划中|首批|一半|尚未(?=覆盖|包括|包含)",
    "尚无|未覆盖|未做|未含|需另|另行|须另|更早|大部|基本(?!为|农田)|有限(?!元|公司|责任|体积|差分)|个别",
    r"\b(?:pending|applied for|application|under (?:review|way|development|evaluation)|in (?:preparation|progress))\b",
    r"\b(?:scheduled|planned|partly|partially|except|some of|so far|being|expected|submitted|not yet complete)\b",
    r"\b(?:underway|draft|only for|in beta|ongoing|awaiting|will be|to be)\b",
    r"\b(?:limited to|subject to|not all|half of|partial)\b",
)
_DENIED_WORDS = (
    "不(?:支持|提供|具备|能|可(?!避)|开放|接受|含|包括|适用|适合|带|设|承担|对外|配|允许|予|转让|单独|再|兼容|参与|派|负责|具|考虑|外)",
    "无法|未(?:通过|取得|获|设|开放|配|提供|开发|接|续|能|列|建|参|含|纳|按)|没有|尚未开发|暂不|暂无|尚无|仅能|只能",
    "仅(?:限|以|供|在|对|提供|支持|接受|能|可|有|做|适|面向|用于|覆盖)|只(?:能|提供|支持|做|有|在|接受|出|面向|适|可|用)|从未|并未|难以",
    "不(?:做|办|签|出|售|租|授|派|给|保证|负责|作|涉及|属于|符合|满足|通过|达标|用于|是|在|设|接|受理|参加|对)|未(?:列|进入|达|投|办|签|完成|纳入)",
    "拆除|到期|停产|停止|推迟|撤销|注销|过期|失效|否决|未达",
    "(?:须|必须|需)(?=人工|在|由|更换|返厂|停|建|定期|加|换|外)|分包|固定(?=安装|厂房)|一次性",
    r"\b(?:only|cannot|can not|not|no|never|unavailable|refused?|declined|expired|withdrawn|discontinued|must be)\b",
    r"\b(?:lacks?|without|exclusively|unable)\b",
)
_ABSENT, _UNDER_WAY, _DENIED = (
    re.compile("|".join(words), re.I) for words in (_ABSENT_WORDS, _UNDER_WAY_WORDS, _DENIED_WORDS)
)
_NEEDED = re.compile(
    "必须|(?<![无])须(?!知)|(?<![只仅无不])需(?!求)|仍有|依赖|离不开|必需|含有|添加|使用(?!寿命|温|年|范|压)|"
    r"\b(?:must|needs?|requires?|contains?|uses|relies)\b",
    re.I,
)
_UNTESTED = re.compile(
    "(?:尚未|未|暂未|尚待|有待|没有|还没)(?:安排|进行|开展|做|测|考核|验证|评估|统计|试验|检测|给出|报道|公布|测试)|待测|待定|不作要求"
    r"|not (?:yet )?(?:been )?(?:tested|measured|determined)|untested|yet to be",
    re.I,
)


_NEGATION = re.compile(r"不(?:得|应|能|可|要|会)?|无(?=[需须])|没有|未|\b(?:no|not|without|free of)\b", re.I)
_WORD = 2


@lru_cache(maxsize=KEPT_TEXTS)
def asks_for_absence(text: str, kind: RequirementKind) -> bool:
    """Whether `text` wants something not to be there: an exclusion, or 无氰, 不停机, "without solvents"."""
    return kind is RequirementKind.EXCLUDE or bool(_ABSENCE_ASKED.search(text))


@lru_cache(maxsize=KEPT_TEXTS)
def says_absent(text: str) -> bool:
    """Whether `text` denies, replaces or removes something."""
    return bool(_ABSENT.search(text))


@lru_cache(maxsize=KEPT_TEXTS)
def under_way(text: str) -> bool:
    """Whether `text` tells of something in part or not finished."""
    return bool(_UNDER_WAY.search(text))


@lru_cache(maxsize=KEPT_TEXTS)
def denied(text: str) -> bool:
    """Whether `text` says that something is not so, is not offered or is offered in another way only."""
    return bool(_DENIED.search(text))


@lru_cache(maxsize=KEPT_TEXTS)
def untested(text: str) -> bool:
    """Whether `text` says that something was not tested or measured yet: neither good nor bad."""
    return bool(_UNTESTED.search(text))


@lru_cache(maxsize=KEPT_TEXTS)
def needed(text: str) -> bool:
    """Whether `text` says that something is needed, held or used."""
    return bool(_NEEDED.search(text))


def turned_round(asked: str, told: str) -> bool:
    """Whether `told` says word for word, but for its negation, what `asked` wants not to be: 不含铬, 镀层含铬."""
    wanted, whole = _unwanted(asked)
    if len(wanted) < _WORD or says_absent(told) or denied(told):
        return False
    told = told.rstrip("。.；; ").lower()
    return told.endswith(wanted) and not told.endswith(whole)


@lru_cache(maxsize=KEPT_TEXTS)
def _unwanted(asked: str) -> tuple[str, str]:
    """What stands behind the last negation of `asked`, without it and with it; nothing where there is none."""
    negations = list(_NEGATION.finditer(asked))
    if not negations:
        return "", ""
    return asked[negations[-1].end() :].strip().lower(), asked[negations[-1].start() :].strip().lower()


def polar_verdict(asked: str, kind: RequirementKind, told: str, *, shared: float) -> tuple[Verdict, str]:
    """The verdict on `told` that lists of words give for a requirement without a figure, with the reason's code.

    `shared` is how much of the asked words the piece has, in [0, 1]: where absence is asked for, a piece that names the
    thing without denying it contradicts, and one that names something else instead meets it.
    """
    if asks_for_absence(asked, kind):
        if says_absent(told):
            return Verdict.met, "absent"
        if _NEEDED.search(told):
            return Verdict.contradicted, "present"
        return (Verdict.contradicted, "present") if shared >= NAMED_SHARE else (Verdict.met, "otherwise")
    if under_way(told):
        return Verdict.partly, "under_way"
    if denied(told):
        return Verdict.contradicted, "denied"
    return Verdict.met, "stated"


NAMED_SHARE = 0.12
"""From this share of the asked words on a piece is taken to name the thing that was not wanted."""
