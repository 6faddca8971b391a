"""The stages of a deal, as data.

A deal follows one template up to signing; from signing on each of its contracts follows one of its own. A stored
stage names its template and version, so a published version is never changed: a new one is added beside it. People
read `stage.<code>` from the message catalogue.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from models.enums import ContractKind

SIGNED: Final = "signed"
"""Where the common stages lead: no stage itself, the point at which a contract's own stages begin."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One step: how long it usually takes, in days from–to, and whether a deal can be won while in it."""

    code: str
    usual_days: tuple[int, int]
    may_win: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """Stages in their usual order; `leads_to` is what follows the last one ("" when nothing does)."""

    name: str
    version: int
    stages: tuple[Stage, ...]
    leads_to: str = ""

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes a track can stand at, in order, with what follows the last stage."""
        return (*(stage.code for stage in self.stages), *([self.leads_to] if self.leads_to else []))

    def stage(self, code: str) -> Stage | None:
        """The stage with this code; None for what follows the last one."""
        return next((stage for stage in self.stages if stage.code == code), None)


COMMON: Final = Template(
    "common",
    1,
    (
        Stage("contact", (60, 90)),
        Stage("exchange", (30, 90)),
        Stage("feasibility", (30, 60)),
        Stage("negotiation", (90, 180)),
    ),
    leads_to=SIGNED,
)
"""Up to signing. Two thirds of the negotiations are through within 180 days."""

CONTRACT: Final = Template(
    "contract",
    1,
    (
        Stage("registration", (0, 30), may_win=True),
        Stage("carrying_out", (365, 1095), may_win=True),
        Stage("acceptance", (180, 730), may_win=True),
        Stage("return_visit", (1095, 1095), may_win=True),
    ),
)
"""From signing on, for each contract. Return visits are yearly for three years."""

CONTRACT_TEMPLATES: Final[Mapping[ContractKind, Template]] = dict.fromkeys(ContractKind, CONTRACT)
"""The stages that a new contract of each kind follows."""

_TEMPLATES: Final[Mapping[tuple[str, int], Template]] = {
    (template.name, template.version): template for template in (COMMON, CONTRACT)
}


def template_of(name: str, version: int) -> Template:
    """The template a stored stage names; it always exists, because versions are never taken away."""
    return _TEMPLATES[name, version]


def all_templates() -> tuple[Template, ...]:
    """Every template in every version."""
    return tuple(_TEMPLATES.values())
