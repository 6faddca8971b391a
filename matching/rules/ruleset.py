"""The rules in force: every rule with its parameters, under a name that changes with any of them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Final

import yaml

from matching.rules.findings import Kind

FORMAT: Final = 1
"""The meaning of rule files. Raise it with every change of what a kind of rule or a parameter means, so that a match
record made under the old meaning is not taken for one of the new."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; `weight`, in units of the score, is 0 for a hard one."""

    name: str
    kind: Kind
    enabled: bool = True
    weight: float = 0.0


@dataclass(frozen=True)
class RuleSet:
    """Hard and soft rules in the order of `matching.rules.kinds`, and the most the soft ones move a score by."""

    name: str
    version: int
    bound: float
    hard: tuple[Rule, ...]
    soft: tuple[Rule, ...]

    @cached_property
    def id(self) -> str:
        """Name, version and a digest of all content, as match records keep it."""
        return f"{self.name}-{self.version}-{self.digest[:8]}"

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content, as 64 hexadecimal digits; comments and spacing of a file do not count."""
        canonical = json.dumps(self.content(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    def content(self) -> dict[str, Any]:
        """Everything the rules consist of, as a rule file says it."""
        return {
            "format": FORMAT,
            "name": self.name,
            "version": self.version,
            "bound": self.bound,
            "hard": {rule.name: _content(rule) for rule in self.hard},
            "soft": {rule.name: {"weight": rule.weight, **_content(rule)} for rule in self.soft},
        }

    def text(self) -> str:
        """A rule file from which these very rules are loaded again: what a match record's replay needs."""
        written: str = yaml.safe_dump(self.content(), sort_keys=False, allow_unicode=True)
        return written


def _content(rule: Rule) -> Mapping[str, Any]:
    return {"enabled": rule.enabled, **parameters_of(rule.kind)}


def parameters_of(kind: Kind) -> dict[str, Any]:
    """The parameters of a rule by name."""
    return asdict(kind)  # type: ignore[call-overload,no-any-return]  # every kind is a dataclass
