"""A text split into clauses, each something asked for."""

from enum import StrEnum


class RequirementKind(StrEnum):
    """How a requirement binds: must 硬性, should 期望, exclude 排除."""

    MUST = "must"
    SHOULD = "should"
    EXCLUDE = "exclude"
