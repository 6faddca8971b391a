"""What can be learned from a full Chinese paper: passages that belong together, its abstract in both languages."""

import re

_HAN = re.compile(r"[\u4e00-\u9fff]")
_MISREAD = re.compile("[銆锛鐨閫]")  # what UTF-8 punctuation and common words look like when read as GBK
_MISREAD_SHARE = 0.02
_REFERENCES = ("参考文献", "参 考 文 献", "参考资料")
_REFERENCES_AFTER = 0.4  # of the paper: an earlier mention is not the list
_SENTENCE_END = re.compile(r"(?<=[。！？；\n])")
_PASSAGE = 70  # characters at least
_PASSAGE_MOST = 300
_ENGLISH_RUN = re.compile(r"[A-Za-z][A-Za-z0-9 ,\-'()\n;:/.%~=<>]{200,}")
_ENGLISH_WORDS = re.compile(r"\b(?:the|of|is|and)\b")
_ENGLISH_SENTENCE_END = re.compile(r"(?<=[a-z)])[.;] ?")
_ABSTRACT = re.compile(r"abstracts?\b[: ]*", re.IGNORECASE)
_KEY_WORDS = re.compile(r"key ?words?", re.IGNORECASE)
_CHINESE_ABSTRACT = re.compile(
    r"摘\s*要[】\]:：\s]*(.{80,900}?)(?:关\s*键\s*词|主\s*题\s*词|中图|\n\s*\n|Abstract|ABSTRACT)", re.DOTALL
)
_ABSTRACT_LEAST = 200


def repaired(text: str) -> str:
    """`text`, or what it was before its UTF-8 bytes were read as GBK; characters lost on the way become blanks."""
    misread, chinese = len(_MISREAD.findall(text)), len(_HAN.findall(text))
    if misread <= _MISREAD_SHARE * max(1, chinese):
        return text
    return text.encode("gb18030", "ignore").decode("utf-8", "replace").replace("\ufffd", " ")


def body(paper: str) -> str:
    """The paper without its list of references."""
    start = max(paper.rfind(heading) for heading in _REFERENCES)
    return paper[:start] if start > len(paper) * _REFERENCES_AFTER else paper


def passages(paper: str) -> list[str]:
    """Consecutive whole sentences of mostly Chinese text, 70 to 300 characters each, in order."""
    found: list[str] = []
    current = ""
    for sentence in _SENTENCE_END.split(re.sub(r"[ \u3000\t]+", " ", body(paper))):
        if len(_HAN.findall(sentence)) * 2 >= len(sentence):
            current += sentence
        if len(current) >= _PASSAGE:
            found.append(current[:_PASSAGE_MOST])
            current = ""
    return found


def english_abstract(paper: str) -> str:
    """The longest run of English prose in the paper, from the word "abstract" to its key words; "" if there is none."""
    runs = [_prose(" ".join(run.split())) for run in _ENGLISH_RUN.findall(body(paper))]
    longest = max((run for run in runs if _ENGLISH_WORDS.search(run)), key=len, default="")
    return longest if len(longest) > _ABSTRACT_LEAST else ""


def chinese_abstract(paper: str) -> str:
    """What stands between 摘要 and the key words, without blanks; "" if there is none."""
    found = _CHINESE_ABSTRACT.search(paper)
    return "".join(found[1].split()) if found else ""


def english_sentences(abstract: str) -> list[str]:
    """The sentences of an English abstract, those under 30 characters left out."""
    return [s for s in _ENGLISH_SENTENCE_END.split(abstract) if len(s) >= 30]


def _prose(run: str) -> str:
    heading = _ABSTRACT.search(run)
    return _KEY_WORDS.split(run[heading.end() :] if heading else run)[0].strip()
