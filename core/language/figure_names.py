"""The noun phrase a figure is about: 抗拉强度 in 抗拉强度≥500 MPa, "weight" in "a weight of 5 kg"."""

import re

_BREAKS = (
    r"[,，。;；：!?！？\n\r\t、(（)）\[\]【】“”\"'《》|_]",
    r"(?<![A-Za-z]):(?=.)",
    r"\. ",
    r"\b(?:and|with)\b",
    r"(?<=[\u4e00-\u9fff])(?:且|并且|同时)",
)
_BREAK = re.compile("|".join(_BREAKS))
_HAN = re.compile(r"[\u3400-\u9fff]")
_UNIT_IN_BRACKETS = re.compile(r"\s*[(（\[][^()（）\[\]]{1,12}[)）\]]\s*$")
# Words between a name and its figure, which belong to neither; 产能, 性能 and 对比, 应力 are names themselves.
_LINKS = (
    r"\s|[:=]|应当?|必?须|需要?|要求?|将|达到?|为|是|在|于|到|至|控制|保持|维持|稳定|约为?|不得|不能|不|均|都|只有|仅|仅有|由|从|期望|希望|了",
    r"能够|(?<![产功性智节储动热电])能|可以?",
)
_LEADS = (
    r"[\s.·*①-⑳-]|[0-9]{1,2}[.)、]|要求|需要|需求|希望|需|保证|确保|满足|实现|做到|使得|使(?!用)|令|将|把|并使|并|且|其中|其",
    r"以及|和|及|与|该|本(?=[项产装设系])|最终|预期|主要|目标|指标|对(?!比|中|称)|应(?!力|变|用|急|答)",
)
_LINKING = re.compile(f"(?:{'|'.join(_LINKS)})+$")
_LEADING = re.compile(f"^(?:{'|'.join(_LEADS)})+")
_LONGEST_CHINESE = 16
_AFTER = re.compile(r"\s?的\s?([\u3400-\u9fff]{2,8})(?=[，。；、,;)）\s]|$)")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9/-]*")
_ENGLISH_TAIL = re.compile(
    r"(?:of|is|are|be|must|shall|should|will|to|at|an?|the|has|have|having|with|was|reach|reaches|reaching|achieve|in|from|by"
    r"|can|may|equal|stay|remain|keep|kept|between|about|its?|being|than|required|not|do|does|only)",
    re.I,
)
_ENGLISH_STOP = re.compile(
    r"(?:must|shall|should|will|the|an?|and|or|with|has|have|that|which|for|requires?|required|needs?|is|are|be|we|our|its"
    r"|their|this|than|at|to|by|from|as|on|withstand|deliver|provide)",
    re.I,
)
_LONGEST_ENGLISH = 4


def name_around(text: str, begin: int, start: int, end: int) -> str:
    """The name of the figure at start:end, looked for from `begin` on and then behind it; "" if there is none."""
    before = _UNIT_IN_BRACKETS.sub("", text[max(begin, start - 60) : start].rstrip(" :："))
    phrase = _last_phrase(before)
    name = _chinese(phrase) if _HAN.search(phrase) else _english(phrase)
    if not name and (behind := _AFTER.match(text, end)):
        name = behind[1]
    return name


def _last_phrase(before: str) -> str:
    breaks = [found.end() for found in _BREAK.finditer(before)]
    return before[breaks[-1] if breaks else 0 :]


def _chinese(phrase: str) -> str:
    phrase = _LEADING.sub("", _LINKING.sub("", phrase))
    _owner, _, owned = phrase.rpartition("的")
    name = owned if len(owned) >= 2 else phrase.replace("的", "")
    name = name.strip()
    if name.startswith("每") and len(name) < 4:
        return ""
    return name if 2 <= len(name) <= _LONGEST_CHINESE and _HAN.search(name) else ""


def _english(phrase: str) -> str:
    words = _WORD.findall(phrase)
    while words and _ENGLISH_TAIL.fullmatch(words[-1]):
        words.pop()
    name: list[str] = []
    while words and len(name) < _LONGEST_ENGLISH and not _ENGLISH_STOP.fullmatch(words[-1]):
        name.insert(0, words.pop())
    while name and name[0].lower() in ("of", "in"):
        name.pop(0)
    return " ".join(name)
