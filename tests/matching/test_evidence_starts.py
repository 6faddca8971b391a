import re

from hypothesis import given
from hypothesis import strategies as st

from matching.evidence.starts import WordStarts

WORDS = [("抗拉强度", 0), ("强度", 1), ("抗", 2), (r"\byield(?! strength)", 3), ("度高", 1), (r"\bAC\b", 4)]
STARTS = WordStarts((word.removeprefix(r"\b")[0], word, number) for word, number in WORDS)


def test_words_are_found_one_behind_the_other() -> None:
    assert list(STARTS.in_a_row("抗拉强度高，抗压")) == [0, 2]
    assert list(STARTS.in_a_row("Yield of ac; yield strength")) == [3, 4]
    assert list(STARTS.in_a_row("")) == []


def test_words_inside_others_are_found_everywhere() -> None:
    assert set(STARTS.everywhere("抗拉强度高")) == {0, 1, 2}


@given(st.text(alphabet="抗拉强度高yield strength,AC", max_size=30))
def test_it_finds_what_one_pattern_after_the_other_finds(text: str) -> None:
    assert set(STARTS.everywhere(text)) == {number for word, number in WORDS if re.search(word, text, re.I)}
    whole = re.compile("|".join(f"(?P<w{i}>{word})" for i, (word, _) in enumerate(WORDS)), re.I)
    assert list(STARTS.in_a_row(text)) == [WORDS[int(str(f.lastgroup)[1:])][1] for f in whole.finditer(text)]
