"""Which tokens the model knows, and the tokenizer that cuts a text into them.

The tokenizer is a unigram model: of all ways to cut a text it takes the most probable one, in time linear in the text,
so long words win over their parts and nothing in a text can make it slow. Chinese tokens are words and single
characters. A Latin word stands between markers: `▁welding` starts a word, and a word of up to three letters must also
end there (`▁ag▁`), or every unknown acronym would begin with a chemical element. Numbers are dropped: quantities are
compared elsewhere, by value.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import log

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

from core.language.segment import words
from matching.embedding.training.sources import Corpus

MARK = "▁"
UNKNOWN = "<unk>"
_HAN = re.compile(r"[\u3400-\u9fff]+")
_LATIN = re.compile(r"[a-z]+[0-9]{0,2}|[2-9][dg]")
_PIECE = re.compile(r"##([a-z]{3,})")
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
_SHORT = 3  # letters: a Latin word up to this length is a token only as a whole word
_LONGEST_CHINESE = 8
_LONGEST_LATIN = 25
_NAME_WEIGHT = 20  # a word in a field's name or a keyword counts as so many in running text
_FIRST_RANKED = 1996  # the teacher lists its words by frequency from here on; before come marks and characters
_TEACHER_MASS = 2e6  # occurrences that the teacher's most frequent word stands for
_PIECE_SCORE = -17.0  # below every whole word, so that pieces serve unknown words only
_LETTER_SCORE = -22.0


@dataclass(frozen=True)
class VocabularySize:
    """The most tokens of each kind, and how often a Chinese word must occur to be one."""

    chinese_words: int = 24_000
    latin_words: int = 13_000
    least_count: int = 3


@dataclass(frozen=True)
class Vocabulary:
    """Tokens in the order of their ids, each with its log probability among the tokens of its language."""

    tokens: list[str]
    log_probability: list[float]

    def kind(self, token: str) -> str:
        """'chinese', 'latin', 'piece' (part of a Latin word) or 'silent' (no meaning, its row stays zero)."""
        if _HAN.fullmatch(token):
            return "chinese"
        if token.startswith(MARK) and len(token) > 1:
            return "latin"
        return "piece" if len(token) >= _SHORT and token != UNKNOWN else "silent"

    def tokenizer(self) -> Tokenizer:
        """The tokenizer over these tokens; ids are positions."""
        pairs = list(zip(self.tokens, self.log_probability, strict=True))
        tokenizer = Tokenizer(models.Unigram(pairs, unk_id=0, byte_fallback=False))
        tokenizer.normalizer = normalizers.Sequence(
            [
                normalizers.NFKD(),
                normalizers.StripAccents(),
                normalizers.Lowercase(),
                normalizers.Replace(Regex("(?<![a-z0-9])(?=[a-z0-9]*[a-z])"), MARK),
                normalizers.Replace(Regex("(?<=[a-z0-9])(?![a-z0-9])"), MARK),
            ]
        )
        kept = Regex(rf"[\u3400-\u9fff]+|{MARK}[a-z0-9]+{MARK}")
        tokenizer.pre_tokenizer = pre_tokenizers.Split(kept, behavior="removed", invert=True)
        return tokenizer


def build_vocabulary(corpus: Corpus, teacher_words: list[str], size: VocabularySize) -> Vocabulary:
    """The most frequent words of the corpus and of the teacher, every Chinese character seen, and word pieces.

    `teacher_words` is the teacher's own vocabulary, by falling frequency.
    """
    counts = count_words(corpus.chinese())
    names = count_words(chinese for chinese, _ in corpus.names())
    scores = _chinese(counts, names, size) | _latin(counts, corpus, teacher_words, size)
    for piece in filter(None, map(_PIECE.fullmatch, teacher_words)):
        scores.setdefault(piece[1], _PIECE_SCORE)
    for letter in [*_LETTERS, MARK]:
        scores.setdefault(letter, _LETTER_SCORE)
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    return Vocabulary([UNKNOWN, *(t for t, _ in ranked)], [0.0, *(s for _, s in ranked)])


def count_words(texts: Iterable[str]) -> Counter[str]:
    """How often each word occurs in `texts`."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(words(text))
    return counts


def _chinese(counts: Counter[str], names: Counter[str], size: VocabularySize) -> dict[str, float]:
    chinese = {w: n for w, n in counts.items() if _HAN.fullmatch(w)}
    total = sum(chinese.values()) or 1
    weighted = {
        w: chinese.get(w, 0) + _NAME_WEIGHT * names[w]
        for w in chinese.keys() | names.keys()
        if 1 < len(w) <= _LONGEST_CHINESE and _HAN.fullmatch(w)
    }
    frequent = [w for w in _by_count(weighted) if weighted[w] >= size.least_count][: size.chinese_words]
    characters: Counter[str] = Counter()
    for word, n in [*chinese.items(), *names.items()]:
        characters.update(dict.fromkeys(_HAN.findall(word) and word, n))
    known = [c for c, n in characters.items() if n >= size.least_count and _HAN.fullmatch(c)]
    return {w: log(max(chinese.get(w, 0), 0.5) / total) for w in [*frequent, *known]}


def _latin(counts: Counter[str], corpus: Corpus, teacher_words: list[str], size: VocabularySize) -> dict[str, float]:
    mass: Counter[str] = Counter()
    for rank, word in enumerate(teacher_words[_FIRST_RANKED:], start=6):
        mass[word] += int(_TEACHER_MASS / rank)
    mass.update({w: 5 * n for w, n in counts.items() if n > size.least_count})
    mass.update({w: 10 * _NAME_WEIGHT * n for w, n in count_words(e for _, e in corpus.names()).items()})
    latin = {w: n for w, n in mass.items() if _LATIN.fullmatch(w) and 1 < len(w) <= _LONGEST_LATIN}
    total = sum(latin.values()) or 1
    return {_marked(w): log(latin[w] / total) for w in _by_count(latin)[: size.latin_words]}


def _marked(word: str) -> str:
    return MARK + word + (MARK if len(word) <= _SHORT else "")


def _by_count(counts: dict[str, int]) -> list[str]:
    return sorted(counts, key=lambda word: (-counts[word], word))
