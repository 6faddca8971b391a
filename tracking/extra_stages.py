"""Stages that one deal has beside those of its template, as pure rules.

The code of such a stage is `<the standard stage it follows>+<number>`, so that whoever knows nothing of it still knows
where it stands: `base_of` gives the standard stage, and with it the phase. The evidence that opened what follows is now
asked for where the extra stage ends, so nothing is let through that was not before.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from models.deal_enums import EvidenceKind
from tracking.templates import Stage, Template

_MARK: Final = "+"


@dataclass(frozen=True, slots=True)
class Extra:
    """A stage right after the stage `after`; `opened_by` is the evidence that lets a deal into it without a reason."""

    code: str
    after: str
    usual_days: tuple[int, int]
    opened_by: EvidenceKind | None = None


def code_of_extra(after: str, number: int) -> str:
    """The code of the extra stage with this number after a stage, which may be an extra one itself."""
    return f"{base_of(after)}{_MARK}{number}"


def base_of(code: str) -> str:
    """The standard stage that a stage is or follows."""
    return code.partition(_MARK)[0]


def is_extra(code: str) -> bool:
    """Whether the stage is one of a single deal."""
    return _MARK in code


def extended(template: Template, extras: Iterable[Extra]) -> Template:
    """The template with the extra stages in their places, in the order given; one whose place is gone is left out."""
    stages: Sequence[Stage] = template.stages
    for extra in extras:
        stages = [stage for known in stages for stage in _with(known, extra)]
    return replace(template, stages=tuple(stages))


def _with(stage: Stage, extra: Extra) -> tuple[Stage, ...]:
    """The stage, and the extra one if that comes right after it."""
    if stage.code != extra.after:
        return (stage,)
    opens = (extra.opened_by,) if extra.opened_by else ()
    following = Stage(extra.code, extra.usual_days, may_win=stage.may_win, opens_next=stage.opens_next)
    return replace(stage, opens_next=opens), following
