"""A generated catalogue of any size, with texts of real length; the same for the same size and seed.

Capabilities: a short title and 50 to 300 characters; needs: 80 to 700 characters; a tenth in English. The words are
those of the fields of research and of the industries. A need shares about eight weighty pairs of characters with the
average capability; real needs share 1 to 2.4 with real abstracts, so the lexical part is made to work harder than it
will. Each has a technical field and a division of industry. Nothing in it is a real offer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.language.segment import words
from core.taxonomy import Code, disciplines, industries, technical_fields
from matching.types import Document, Query

ENGLISH_SHARE: Final = 0.1
CAPABILITIES_A_SUPPLIER: Final = 3
_FIELDS: Final = [code.code for code in technical_fields().roots()]
_DIVISIONS: Final = [code.code for code in industries() if len(code.code) == len("C26")]


def _listed(text: str) -> list[str]:
    return text.split()


_ACTS: Final = _listed("研究 开发 优化 检测 制备 改造 设计 评价 控制 回收 监测 集成 应用 验证 仿真 加工 诊断 修复")
_LINKS: Final = _listed("，面向 ，用于 ，结合 ，解决 ，掌握 ，需要 。针对 。围绕 。拟 。现有 。计划 的 与 及 、 ； 和")
_UNITS: Final = _listed("% mm MPa ℃ kW h μm g/L 次 倍 万元 t/d dB V A Hz kg m³/h 年 ppm")
_ACTS_EN: Final = _listed("develop improve test produce model control recycle monitor design measure repair")
_LINKS_EN: Final = _listed("for with of and in under , . based on by")


@dataclass(frozen=True, slots=True)
class Generator:
    """Draws texts from `chinese` and `english` words, each in falling frequency."""

    rng: np.random.Generator
    chinese: Sequence[str]
    english: Sequence[str]

    def capability(self, number: int) -> Document:
        """The capability with this id; suppliers have three each."""
        title, text = self._titled(int(self.rng.integers(50, 300)))
        supplier, field, division = number // CAPABILITIES_A_SUPPLIER, self._pick(_FIELDS), self._pick(_DIVISIONS)
        return Document(number, supplier, title, text, field=field, industries=(division,))

    def need(self) -> Query:
        """A need of 80 to 700 characters."""
        title, text = self._titled(int(self.rng.integers(80, 700)))
        return Query(title, text, field=self._pick(_FIELDS), industries=(self._pick(_DIVISIONS),))

    def _titled(self, length: int) -> tuple[str, str]:
        if self.rng.random() < ENGLISH_SHARE:
            subject = [self._word(self.english) for _ in range(3)]
            title = f"{self._pick(_ACTS_EN)} {' '.join(subject)}"
            return title, self._text(subject, self.english, _LINKS_EN, " ", length)
        subject = [self._word(self.chinese) for _ in range(3)]
        title = f"{''.join(subject)}{self._pick(_ACTS)}"
        return title, self._text(subject, self.chinese, _LINKS, "", length)

    def _text(self, subject: list[str], vocabulary: Sequence[str], links: list[str], space: str, length: int) -> str:
        """Words in a row, a few of them the title's, some links and figures between them."""
        parts: list[str] = []
        written = 0
        while written < length:
            dice = self.rng.random()
            if dice < 0.15:
                parts.append(self._pick(subject))
            elif dice < 0.35:
                parts.append(self._pick(links))
            elif dice < 0.4:
                parts.append(f"{float(self.rng.lognormal(3, 2)):.3g}{self._pick(_UNITS)}")
            else:
                parts.append(self._word(vocabulary))
            written += len(parts[-1]) + len(space)
        return space.join(parts)[:length]

    def _word(self, vocabulary: Sequence[str]) -> str:
        """The frequency falls with the third root of the rank."""
        return vocabulary[int(len(vocabulary) * self.rng.random() ** 1.5)]

    def _pick(self, among: Sequence[str]) -> str:
        return among[int(self.rng.integers(len(among)))]


def generator(seed: int) -> Generator:
    """A generator of texts; the same seed draws the same."""
    codes = [code for taxonomy in (disciplines(), industries()) for code in taxonomy]
    return Generator(np.random.default_rng(seed), _vocabulary(codes, "zh"), _vocabulary(codes, "en"))


def capabilities(size: int, *, seed: int = 1) -> Iterator[Document]:
    """`size` capabilities with ids from 0."""
    draw = generator(seed)
    return (draw.capability(number) for number in range(size))


def needs(count: int, *, seed: int = 2) -> list[Query]:
    """`count` needs."""
    draw = generator(seed)
    return [draw.need() for _ in range(count)]


def _vocabulary(codes: Sequence[Code], language: str) -> list[str]:
    names = (code.zh if language == "zh" else code.en for code in codes)
    every = {word for name in names for word in words(name)}
    found = {word for word in every if len(word) > 1 and word.isalpha() and word.isascii() == (language == "en")}
    ordered = sorted(found)
    np.random.default_rng(0).shuffle(ordered)
    return ordered
