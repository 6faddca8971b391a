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

from core.language.clauses import RequirementKind
from core.language.script import has_han
from matching.evidence.exact import SHARE, WEIGHT, Numbers, on_grid, put_on_grid
from matching.evidence.overlaps import Polar, overlaps, polar
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
from matching.evidence.segments import WordTable
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

    def verdicts(self, numbers: Numbers) -> list[Verdict]:
        """The verdicts of the greatest scores; `numbers` are (clauses, numbers)."""
        scores = numbers @ on_grid(self.weights, WEIGHT).T + self.biases
        return [VERDICTS[best] for best in scores.argmax(axis=1).tolist()]

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


@dataclass(frozen=True, slots=True)
class Claim:
    """A clause beside a requirement; `shared` is how much of the asked words it has, in [0, 1]."""

    requirement: Requirement
    told: str
    shared: float


def stance_numbers(requirement: Requirement, told: str, shared: float, words: WordTable) -> Numbers:
    """The numbers of `NAMES`; `shared` is how much of the asked words the piece has, in [0, 1]."""
    return np.asarray(stances([Claim(requirement, told, shared)], words)[0])


def stances(claims: Sequence[Claim], words: WordTable) -> Numbers:
    """The numbers of `NAMES` of each claim, (claims, numbers); the same of a claim whatever the others are."""
    said = [(_asked(one.requirement), polar(one.told, excluding=False)) for one in claims]
    loosely, closely = overlaps(said, words)
    rows = [_numbers(*parts) for parts in zip(claims, said, loosely.tolist(), closely.tolist(), strict=True)]
    return put_on_grid(np.array(rows, dtype=np.float64), SHARE)


def _numbers(claim: Claim, said: tuple[Polar, Polar], loosely: list[float], closely: list[float]) -> list[float]:
    asked, told = claim.requirement.text, _told(claim.told)
    agreed, opposed = closely[0] + closely[3], closely[1] + closely[2]
    wanted, given = alternatives_in(asked), told.alternatives
    by_words = polar_verdict(asked, claim.requirement.kind, claim.told, shared=claim.shared)[0]
    return [
        *loosely,
        sum(loosely),
        said[1].denies,
        said[0].denies,
        opposed,
        agreed,
        opposed > agreed,
        max(0.0, loosely[1] - loosely[0]),
        max(0.0, loosely[2] - loosely[3]),
        agreed + opposed,
        *told.marks,
        contrasted(members_in(asked), told.members),
        told.untested,
        claim.shared,
        claim.requirement.kind is RequirementKind.EXCLUDE,
        contrasted(wanted, given),
        any(number in given and members & given[number] for number, members in wanted.items()),
        *(by_words is verdict for verdict in VERDICTS),
        has_han(asked) != told.chinese,
        min(said[1].number, _LONG) / _LONG,
        told.only * (1.0 - min(1.0, agreed)),
    ]


@dataclass(frozen=True, slots=True)
class _Told:
    """What a clause says by itself; `marks` are the numbers of `NAMES` from under_way to unfinished."""

    marks: tuple[bool, ...]
    only: bool
    untested: bool
    chinese: bool
    members: dict[int, frozenset[int]]
    alternatives: dict[int, frozenset[int]]


@lru_cache(maxsize=KEPT_TEXTS)
def _told(text: str) -> _Told:
    times = tuple(bool(said.search(text)) for said in (_ONLY, _PLANNED, _NOW, _DONE, _UNFINISHED))
    marks = under_way(text), denied(text), says_absent(text), needed(text), *times
    return _Told(marks, times[0], untested(text), has_han(text), members_in(text), alternatives_in(text))


def _asked(requirement: Requirement) -> Polar:
    return polar(requirement.text, excluding=requirement.kind is RequirementKind.EXCLUDE)


def wants_absence(requirement: Requirement) -> bool:
    """Whether the requirement is judged as one that something be absent."""
    return asks_for_absence(requirement.text, requirement.kind)
