"""A generated catalogue of any size, with texts of real length; the same for the same size and seed.

Capabilities: a short title and 50 to 300 characters; needs: 80 to 700 characters; a tenth in English. Subjects come
from the fields of research and industries, drawn as words are: a few often, most rarely. Nothing in it is a real offer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.taxonomy import disciplines, industries, technical_fields
from matching.types import Document, Query

ENGLISH_SHARE: Final = 0.1
CAPABILITIES_A_SUPPLIER: Final = 3
_DO: Final = ("研究", "开发", "优化", "检测", "制备", "改造", "设计", "评价", "控制", "回收", "监测", "集成")
_THING: Final = ("工艺", "装备", "材料", "系统", "方法", "平台", "模型", "部件", "标准", "软件", "传感器", "生产线")
_QUALITY: Final = ("效率", "精度", "寿命", "强度", "能耗", "成本", "合格率", "稳定性", "回收率", "响应时间")
_DO_EN: Final = ("develop", "improve", "test", "produce", "model", "control", "recycle", "monitor", "design")
_THING_EN: Final = ("process", "equipment", "material", "system", "method", "platform", "component", "sensor")
_QUALITY_EN: Final = ("efficiency", "accuracy", "service life", "strength", "energy use", "cost", "yield")


@dataclass(frozen=True, slots=True)
class Generator:
    """Draws texts about subjects; `subjects` in falling frequency."""

    rng: np.random.Generator
    subjects: tuple[tuple[str, str], ...]

    def capability(self, number: int) -> Document:
        """The capability with this id; suppliers have three each."""
        english, (least, most) = self._english(), (50, 300)
        subject = self._subject(english)
        title = (
            f"{self._pick(_THING_EN)} for {subject}" if english else f"{subject}{self._pick(_THING)}{self._pick(_DO)}"
        )
        field = self._pick(tuple(code.code for code in technical_fields().roots()))
        text = self._text(subject, english, int(self.rng.integers(least, most)))
        return Document(number, number // CAPABILITIES_A_SUPPLIER, title, text, field=field)

    def need(self) -> Query:
        """A need of 80 to 700 characters."""
        english = self._english()
        subject = self._subject(english)
        title = (
            f"How to {self._pick(_DO_EN)} {subject}" if english else f"{subject}{self._pick(_THING)}的{self._pick(_DO)}"
        )
        return Query(title, self._text(subject, english, int(self.rng.integers(80, 700))))

    def _text(self, subject: str, english: bool, length: int) -> str:
        sentence = self._sentence_en if english else self._sentence
        text = sentence(subject)
        while len(text) < length:
            text += (" " if english else "") + sentence(self._subject(english) if self.rng.random() < 0.5 else subject)
        return text[:length]

    def _sentence(self, subject: str) -> str:
        figure, low = int(self.rng.integers(2, 99)), int(self.rng.integers(1, 60))
        return (
            f"面向{self._subject(False)}，{self._pick(_DO)}{subject}{self._pick(_THING)}，"
            f"{self._pick(_QUALITY)}提高{figure}%以上，{self._pick(_QUALITY)}不低于{low}。"
        )

    def _sentence_en(self, subject: str) -> str:
        figure = int(self.rng.integers(2, 99))
        return (
            f"We {self._pick(_DO_EN)} the {self._pick(_THING_EN)} of {subject} for {self._subject(True)}; "
            f"{self._pick(_QUALITY_EN)} rises by {figure} %."
        )

    def _english(self) -> bool:
        return bool(self.rng.random() < ENGLISH_SHARE)

    def _subject(self, english: bool) -> str:
        """Log-uniform in rank, so frequencies fall about as 1 / rank (Zipf)."""
        rank = int(np.exp(self.rng.random() * np.log(len(self.subjects)))) - 1
        return self.subjects[rank][english]

    def _pick(self, words: tuple[str, ...]) -> str:
        return words[int(self.rng.integers(len(words)))]


def generator(seed: int) -> Generator:
    """A generator of texts; the same seed draws the same."""
    rng = np.random.default_rng(seed)
    names = {(code.zh, (code.en or code.zh).lower()) for taxonomy in (disciplines(), industries()) for code in taxonomy}
    ordered = sorted(names)
    np.random.default_rng(0).shuffle(ordered)
    return Generator(rng, tuple(ordered))


def capabilities(size: int, *, seed: int = 1) -> Iterator[Document]:
    """`size` capabilities with ids from 0."""
    draw = generator(seed)
    return (draw.capability(number) for number in range(size))


def needs(count: int, *, seed: int = 2) -> list[Query]:
    """`count` needs."""
    draw = generator(seed)
    return [draw.need() for _ in range(count)]
