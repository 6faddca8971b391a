"""What a clause without a deciding figure says to a requirement: it holds, in part, or it does not.

Named numbers, most of them about which words stand under a negation on either side and how near in meaning they are;
weights turn them into the likeliest verdict (multinomial logit), apart for requirements that want something to be there
and for those that want it absent.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.language.clauses import RequirementKind
from core.language.script import has_han
from matching.evidence.negation import polar_words
from matching.evidence.polarity import (
    asks_for_absence,
    denied,
    needed,
    polar_verdict,
    says_absent,
    under_way,
    untested,
)
from matching.evidence.related import alternatives_in, contrasted, members_in
from matching.evidence.segments import Numbers, WordTable
from matching.evidence.types import KEPT_TEXTS, Requirement, Verdict

NAMES: Final = (
    "both_said", "said_denied", "denied_said", "both_denied", "named", "denies", "asks_denied", "opposed", "agreed",
    "turned", "more_denied", "more_said", "named_closely", "under_way", "denied", "says_absent", "needed", "only",
    "planned", "now", "done", "unfinished", "contrasted", "untested", "shared", "excluding", "alternative",
    "same_alternative", "by_words_met", "by_words_partly", "by_words_contradicted", "other_language", "length",
    "only_other",
)  # fmt: skip
"""The numbers by name, in their order."""
VERDICTS: Final = (Verdict.met, Verdict.partly, Verdict.contradicted)
"""The verdicts in the order of a stance's weights."""
_CLOSE = 0.35
"""From this cosine on two words may mean the same."""
_LONG = 30
_ONLY = re.compile(r"仅|只(?!要)|唯|\b(?:only|exclusively|solely|limited to)\b", re.I)
_INTENDED = "(?<![模虚])拟(?!合|南芥|态|除虫)"
_WAITING = "(?<![等期招接对看])待(?![机遇])"
_PLANNED = re.compile(
    rf"计划|{_INTENDED}|将(?!其|原|多)|预计|下一步|规划|准备|明年|今后|有望|{_WAITING}"
    r"|\b(?:plan(?:s|ned|ning)?|will|scheduled|expected|next (?:year|step)|future|to be|intend\w*)\b",
    re.I,
)
_NOW = re.compile(r"目前|现阶段|迄今|至今|当前|尚|还|\b(?:so far|currently|at present|yet|still|to date)\b", re.I)
_DONE = re.compile(
    r"已|获|通过|取得|完成|\b(?:has been|have been|already|since|obtained|certified|was|were|passed)\b", re.I
)
_UNFINISHED = re.compile(
    f"部分|其余|其中|一半|首批|大部|个别|试点|试运行|在研|开发中|申请|递交|提交|受理|送检|{_WAITING}|初步|正在|进行中|办理"
    r"|\b(?:partly|partial\w*|some|except|pending|submitted|application|applied|in progress|under way|trial|half|one of"
    r"|begun|started|draft|beta)\b",
    re.I,
)


@dataclass(frozen=True, slots=True, eq=False)
class Stance:
    """score(verdict) = bias + Σ weight · number; weights (3, numbers) and biases (3,) in the order of `VERDICTS`."""

    weights: Numbers
    biases: Numbers

    def verdict(self, numbers: Numbers) -> Verdict:
        """The verdict of the greatest score."""
        return VERDICTS[int(np.argmax(np.round(self.weights @ numbers + self.biases, 9)))]

    def content(self) -> dict[str, dict[str, float]]:
        """Every weight by verdict and name."""
        rows = zip(VERDICTS, self.biases.tolist(), self.weights.tolist(), strict=True)
        return {v.value: {"bias": bias, **dict(zip(NAMES, row, strict=True))} for v, bias, row in rows}


def stance_of(content: Mapping[str, Mapping[str, float]] | None, *, source: str) -> Stance:
    """A stance from its weights by verdict and name, as `Stance.content` gives them; what is not named weighs 0.

    Raises:
        ValueError: a verdict or its bias is missing, or a number does not exist; the message begins with `source`.

    """
    if not content or any("bias" not in content.get(verdict.value, {}) for verdict in VERDICTS):
        raise ValueError(f"{source} has no weights")
    if unknown := {name for weights in content.values() for name in weights} - {"bias", *NAMES}:
        raise ValueError(f"{source}: unknown numbers {', '.join(sorted(unknown))}")
    weights = [[content[verdict.value].get(name, 0.0) for name in NAMES] for verdict in VERDICTS]
    return Stance(np.array(weights), np.array([content[verdict.value]["bias"] for verdict in VERDICTS]))


def stance_numbers(requirement: Requirement, told: str, shared: float, words: WordTable) -> Numbers:
    """The numbers of `NAMES`; `shared` is how much of the asked words the piece has, in [0, 1]."""
    asked = requirement.text
    loosely, closely = _overlaps(asked, requirement.kind is RequirementKind.EXCLUDE, told, words)
    agreed, opposed = closely[0] + closely[3], closely[1] + closely[2]
    wanted, given = alternatives_in(asked), alternatives_in(told)
    by_words = polar_verdict(asked, requirement.kind, told, shared=shared)[0]
    told_words = _polar(told, excluding=False)
    only, planned, now, done, unfinished = _times_told(told)
    return np.array([
        *loosely,
        sum(loosely),
        any(negated for _, negated in told_words),
        any(negated for _, negated in _polar(asked, excluding=requirement.kind is RequirementKind.EXCLUDE)),
        opposed,
        agreed,
        opposed > agreed,
        max(0.0, loosely[1] - loosely[0]),
        max(0.0, loosely[2] - loosely[3]),
        agreed + opposed,
        under_way(told),
        denied(told),
        says_absent(told),
        needed(told),
        only,
        planned,
        now,
        done,
        unfinished,
        contrasted(members_in(asked), members_in(told)),
        untested(told),
        shared,
        requirement.kind is RequirementKind.EXCLUDE,
        contrasted(wanted, given),
        any(number in given and members & given[number] for number, members in wanted.items()),
        *(by_words is verdict for verdict in VERDICTS),
        has_han(asked) != has_han(told),
        min(len(told_words), _LONG) / _LONG,
        only * (1.0 - min(1.0, agreed)),
    ], dtype=np.float64)  # fmt: skip


@lru_cache(maxsize=KEPT_TEXTS)
def _times_told(told: str) -> tuple[bool, ...]:
    """Whether a clause says only, planned, now, done and unfinished."""
    return tuple(bool(said.search(told)) for said in (_ONLY, _PLANNED, _NOW, _DONE, _UNFINISHED))


def wants_absence(requirement: Requirement) -> bool:
    """Whether the requirement is judged as one that something be absent."""
    return asks_for_absence(requirement.text, requirement.kind)


@lru_cache(maxsize=KEPT_TEXTS)
def _polar(text: str, *, excluding: bool) -> tuple[tuple[str, bool], ...]:
    return tuple(polar_words(text, excluding=excluding))


def _overlaps(asked: str, excluding: bool, told: str, words: WordTable) -> tuple[list[float], list[float]]:
    """How much of the asked words' weight the told words match, loosely and closely.

    Each in four parts: said by both, said and denied, denied and said, denied by both. Loosely counts the cosine of the
    nearest word, closely only what of it is above `_CLOSE`.
    """
    wanted, given = _polar(asked, excluding=excluding), _polar(told, excluding=False)
    if not wanted or not given:
        return [0.0] * 4, [0.0] * 4
    rows, weights = words.look_up([word for word, _ in wanted])
    columns, _ = words.look_up([word for word, _ in given])
    near = np.round((rows @ columns.T).astype(np.float64), 6)
    nearest = np.stack([near[:, own].max(axis=1, initial=0.0) for own in _said_and_denied(given)])
    share = weights / max(float(weights.sum()), 1e-9)
    shares = np.where(_said_and_denied(wanted), share, 0.0)
    loosely = (shares[:, None] * nearest).sum(axis=2)
    closely = (shares[:, None] * np.maximum(0.0, nearest - _CLOSE)).sum(axis=2) / (1.0 - _CLOSE)
    return loosely.ravel().tolist(), closely.ravel().tolist()


def _said_and_denied(words: Sequence[tuple[str, bool]]) -> NDArray[np.bool_]:
    """Which words are said, and which are denied, as (2, words)."""
    denied = np.array([negated for _, negated in words])
    return np.stack([~denied, denied])
