"""What is wrong with a rule file, where, and what to do: codes that people read as `error.rules.<code>`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class FaultCode(StrEnum):
    """Everything that can be wrong with a rule file."""

    UNREADABLE = "unreadable"
    NOT_UTF8 = "not_utf8"
    TOO_LONG = "too_long"
    BAD_CHARACTER = "bad_character"
    NOT_YAML = "not_yaml"
    ALIAS = "alias"
    TAG = "tag"
    LIST = "list"
    SECOND_DOCUMENT = "second_document"
    TOO_DEEP = "too_deep"
    NO_RULES = "no_rules"
    NOT_A_MAPPING = "not_a_mapping"
    MISSING_KEY = "missing_key"
    DUPLICATE_KEY = "duplicate_key"
    UNKNOWN_KEY = "unknown_key"
    MISSPELT_KEY = "misspelt_key"
    WRONG_FORMAT = "wrong_format"
    BAD_NAME = "bad_name"
    NOT_A_NUMBER = "not_a_number"
    NOT_WHOLE = "not_whole"
    NOT_WHOLE_OR_NULL = "not_whole_or_null"
    OUT_OF_RANGE = "out_of_range"
    NOT_TRUE_OR_FALSE = "not_true_or_false"
    ALWAYS_ON = "always_on"


@dataclass(frozen=True, slots=True)
class RulesFault:
    """One fault; lines and columns start at 1. The message's parameters are `params` with source, line and column."""

    code: FaultCode
    line: int
    column: int = 1
    params: Mapping[str, str | int | float] = field(default_factory=dict)

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"line {self.line}: {self.code}({details})"


class RulesError(ValueError):
    """A rule file that cannot be used. `faults` names everything found, by line."""

    def __init__(self, source: str, faults: tuple[RulesFault, ...]) -> None:
        self.source = source
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.line, fault.column, fault.code)))
        super().__init__("\n".join(f"{source}: {fault}" for fault in self.faults))
