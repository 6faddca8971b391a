"""What a need asks for: its clauses without those that only tell.

Under indicators everything is asked for. In the problem it is what does not tell of who asks, of the present or of the
past; and where indicators stand beside it, the figures in it are mostly those of today, so a sentence counts only if a
word in it wants something, and a bare figure in it binds nobody.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from core.language.clause_states import wants
from core.language.clauses import Clause, RequirementKind, split_clauses
from core.language.normalise import same_width

_MARKED = re.compile(r"(?:^|\n)\s*$|[0-9A-Za-z]\s?[.)、]\s*$|[①-⑳•●■◆▪►*·–—-]\s*$")
_ENDS_A_LIST = re.compile(r"\s*(?:\n|$)")
_BINDS = re.compile(
    "必须|务必|须|要求|应[当该能满达具]|需(?!求)|不[低高大小少多]于|不(?:能|应|可)?超过|不得|至少|[≥≤<>]|以内|保证|确保"
    r"|\b(?:must|shall|required?|requires|needs? to|at least|at most|no (?:more|less) than)\b",
    re.I,
)


def demanded_clauses(problem: str, indicators: str) -> tuple[list[Clause], list[Clause]]:
    """The clauses of `problem` and of `indicators` that ask for something; offsets are into each. Never raises."""
    has_indicators = bool(indicators.strip())
    asked = [clause for clause in split_clauses(problem) if not clause.is_state]
    if has_indicators:
        asked = [*_beside_indicators(problem, asked)]
    return asked, [_weakened(clause) if clause.is_state else clause for clause in split_clauses(indicators)]


def _beside_indicators(problem: str, clauses: Sequence[Clause]) -> Iterator[Clause]:
    plain = same_width(problem)
    for clause in clauses:
        content = plain[clause.start : clause.end]
        if clause.kind is RequirementKind.EXCLUDE or _is_item(plain, clause) or wants(content):
            binds = clause.kind is not RequirementKind.MUST or _BINDS.search(content)
            yield clause if binds else _weakened(clause)


def _is_item(plain: str, clause: Clause) -> bool:
    """Whether a clause is an item of a list or a line of its own and not a sentence."""
    is_line = _ENDS_A_LIST.match(plain, clause.end) and "," not in clause.text and "，" not in clause.text
    return bool(is_line or (clause.start and _MARKED.search(plain, max(0, clause.start - 4), clause.start)))


def _weakened(clause: Clause) -> Clause:
    return replace(clause, kind=RequirementKind.SHOULD) if clause.kind is RequirementKind.MUST else clause
