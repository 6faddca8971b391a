"""Which script a text is written in."""

import re

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_LETTER = re.compile(r"[^\W\d_]")


def han_share(text: str) -> float:
    """The share of Chinese characters among the letters of `text`, 0 to 1; 0 for a text without letters."""
    letters = len(_LETTER.findall(text))
    return len(_HAN.findall(text)) / letters if letters else 0.0


def has_han(text: str) -> bool:
    """Whether there is a Chinese character in `text`."""
    return bool(_HAN.search(text))
