"""What a case holds: a need, one supplier's documents, and for each requirement the verdict that is true.

Offsets count characters of the text as it is written: `case.need[start:end]` is the requirement, and
`document.text[evidence_start:evidence_end]` is what proves the verdict.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class CaseError(ValueError):
    """A case breaks a promise of the format; the message names the case and the piece."""


class CaseSet(StrEnum):
    """Which hand wrote a case, and for what."""

    first = "first"
    """A third of it is reserved, two thirds are there to learn from."""
    second = "second"
    """By another hand than the first; all of it is there to learn from."""
    third = "third"
    """By further hands that were asked for what is hardest: other words, tempting silence; there to learn from."""
    final = "final"
    """By the hand of the second; all of it is reserved."""


class Language(StrEnum):
    """The language in which the need is written; documents may mix in the other one."""

    zh = "zh"
    en = "en"


class Kind(StrEnum):
    """How a requirement binds."""

    must = "must"
    should = "should"
    exclude = "exclude"


class Verdict(StrEnum):
    """What the supplier's documents say of a requirement."""

    met = "met"
    partly = "partly"
    no_evidence = "no_evidence"
    contradicted = "contradicted"


@dataclass(frozen=True, slots=True)
class Document:
    """One dated text of the supplier; ids are unique within a case."""

    id: str
    date: date
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Requirement:
    """One clause of the need. `document` and the evidence are None exactly when there is no evidence."""

    text: str
    start: int
    end: int
    kind: Kind
    verdict: Verdict
    document: str | None = None
    evidence: str | None = None
    evidence_start: int | None = None
    evidence_end: int | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One need against one supplier. `tags` name what makes it hard, `note` says it in words where that helps."""

    id: str
    set: CaseSet
    field: str
    language: Language
    tags: tuple[str, ...]
    note: str | None
    need: str
    documents: tuple[Document, ...]
    requirements: tuple[Requirement, ...]

    @property
    def reserved(self) -> bool:
        """Whether the case is for judging only: nobody looks at it while changing the rules."""
        if self.set is CaseSet.first:
            return int(self.id.rsplit("-", 1)[1]) % 3 == 0
        return self.set is CaseSet.final
