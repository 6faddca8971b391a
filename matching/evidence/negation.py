"""Which words of a clause stand under a negation: 不含铬, 四川话未覆盖, "without clogging", "chlorine-free".

The negating words of both languages are few and closed; where they are part of another word (不锈钢, 无人机, 不低于,
未来) nothing is negated. A Chinese negation and an English "without" or "no" govern what follows in their clause; one
that is followed by little more than its verb (四川话未覆盖), and an English "not", govern what stands before too.
"""

import re
from collections.abc import Iterator
from typing import Final

import rjieba

from core.language.normalise import clean

_PAUSE: Final = re.compile(
    r"[,，。;；:：、()（）!！?？]|但|即可|[就便也仍]能|而(?=[\u4e00-\u9fff])|\b(?:but|and|while|whereas)\b"
)
_BOUND: Final = "[低高小大少多超短长晚迟早弱]"
_VERBAL: Final = (
    rf"不(?!{_BOUND}[于过出]?|[粗细厚薄宽窄重轻快慢深浅强差劣]于|锈|仅|但|断|同|良|均|限|变|得不|等|可避|规则|粘|饱和|足|到)"
    "|未(?!来)|没有?|尚无|暂无|无法|难以"
)
_CHINESE: Final = (
    "无(?!人机|人驾|线|机(?!油|械|床|组)|论|损(?=检|探)|纺|菌|刷|缝|水氨|铆|级|极|取向|源)|勿|免(?!费|疫|税|漆)"
    "|非(?!常|金属|晶|线性|均|织|标|洲|遗|接触|球面|对称|破坏)|零(?=排放|泄漏|事故|缺陷|添加|污染)"
    "|禁止|严禁|谢绝|拒绝|杜绝|摒弃|弃用?|取消|省去|省掉|避免|排除(?!故障)|除去|去掉|代替|替代|取代|毋需"
)
_OUTSIDE: Final = "以外|之外"
_ENGLISH_BEHIND: Final = (
    r"\b(?:without|no|none|never|neither|nor|instead of|rather than|avoid\w*|replac\w+|free (?:of|from)|exclud\w+)\b"
)
_ENGLISH_AROUND: Final = r"\b(?:not|cannot|can't|doesn't|isn't|don't|lacks?|unable|unavailable|refused?|declined?)\b"
_SUFFIX: Final = re.compile(r"([a-z0-9]+)-free\b|\bnon-?([a-z]+)")
_NEGATION: Final = re.compile(
    f"(?P<outside>{_OUTSIDE})|(?P<verbal>{_VERBAL})|(?P<behind>{_CHINESE}|{_ENGLISH_BEHIND})|(?P<around>{_ENGLISH_AROUND})"
)
_VERB_ONLY: Final = 4
_TAKES: Final = re.compile("(?:再|得|能|可|要|应)?(?:含|[使采]?用|添?加|产生?|需要?|掺|带|引入)(?=.)")
_WORD: Final = re.compile(r"[^\W\d_]")


def polar_words(text: str, *, excluding: bool = False) -> list[tuple[str, bool]]:
    """The words of `text` that are no mere numbers, cleaned, each with whether it is negated.

    What stands under two negations is not negated. With `excluding` the text as a whole rules something out, in words
    that may be no negation (…一律除外, "is ruled out"): then only what stands under two is not negated.
    """
    plain = clean(text)
    scopes = list(_scopes(plain))
    found, position = [], 0
    for word in rjieba.cut(plain):
        start, position = position, position + len(word)
        if _WORD.search(word) and not _NEGATION.fullmatch(word):
            over = sum(first <= start < last for first, last in scopes)
            found.append((word, over % 2 == 1 or (excluding and over == 0)))
    return found


def _scopes(plain: str) -> Iterator[tuple[int, int]]:
    for found in _NEGATION.finditer(plain):
        first, last = _clause(plain, found.start(), found.end())
        behind = plain[found.end() : last].strip()
        alone = len(behind) <= _VERB_ONLY and not _TAKES.match(behind)
        if found["outside"]:
            yield first, found.start()
        elif found["around"] or (found["verbal"] and alone):
            yield first, last
        else:
            yield found.end(), last
    for found in _SUFFIX.finditer(plain):
        yield found.span()


def _clause(plain: str, start: int, end: int) -> tuple[int, int]:
    """The stretch between the punctuation marks around start:end."""
    before = [pause.end() for pause in _PAUSE.finditer(plain, 0, start)]
    behind = _PAUSE.search(plain, end)
    return before[-1] if before else 0, behind.start() if behind else len(plain)
