"""The stages of a deal, as data.

A deal follows one template up to signing; from signing on each of its contracts follows one of its own. A stored
stage names its template and version, so a published version is never changed: a new one is added beside it. People
read `stage.<code>` from the message catalogue.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Final

from models.deal_enums import ContractKind
from models.deal_enums import EvidenceKind as Shows

SIGNED: Final = "signed"
"""Where the common stages lead: no stage itself, the point at which a contract's own stages begin."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One step: how long it usually takes, in days from–to, and whether a deal can be won while in it.

    `opens_next` is the evidence of which one piece opens the next stage; with none, nothing has to be shown.
    """

    code: str
    usual_days: tuple[int, int]
    may_win: bool = False
    opens_next: tuple[Shows, ...] = ()


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


def _stage(code: str, low: int, high: int, *opens_next: Shows) -> Stage:
    """A stage of a contract, in which a deal may be won."""
    return Stage(code, (low, high), may_win=True, opens_next=opens_next)


_COMMON_1: Final = Template(
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
COMMON: Final = Template(
    "common",
    2,
    (
        Stage("contact", (60, 90)),
        Stage("exchange", (30, 90), opens_next=(Shows.NDA, Shows.VISIT_NOTE)),
        Stage("feasibility", (30, 60), opens_next=(Shows.LETTER_OF_INTENT,)),
        Stage("negotiation", (90, 180), opens_next=(Shows.SIGNED_CONTRACT,)),
    ),
    leads_to=SIGNED,
)
"""Up to signing. Two thirds of the negotiations are through within 180 days."""

BEFORE_KINDS: Final = "contract"
"""The stages of contracts that were signed before each kind had its own."""
_CONTRACT_1: Final = Template(
    BEFORE_KINDS,
    1,
    (
        _stage("registration", 0, 30),
        _stage("carrying_out", 365, 1095),
        _stage("acceptance", 180, 730),
        _stage("return_visit", 1095, 1095),
    ),
)
_REGISTRATION: Final = _stage("registration", 0, 30, Shows.REGISTRATION_CERTIFICATE)
_ACCEPTANCE: Final = _stage("acceptance", 180, 730, Shows.ACCEPTANCE_REPORT)
"""With production taken up."""
_VISITS: Final = _stage("return_visit", 1095, 1095)
"""Yearly for three years."""

COMMISSIONED: Final = Template(
    "development_commissioned",
    1,
    (_REGISTRATION, _stage("carrying_out", 365, 1095, Shows.DELIVERABLES), _ACCEPTANCE, _VISITS),
)
COOPERATIVE: Final = Template(
    "development_cooperative",
    1,
    (
        _REGISTRATION,
        _stage("carrying_out", 365, 1095, Shows.DELIVERABLES),
        _stage("pilot", 180, 365, Shows.PILOT_REPORT),
        _ACCEPTANCE,
        _VISITS,
    ),
)
TRANSFER: Final = Template(
    "transfer",
    1,
    (
        _REGISTRATION,
        _stage("rights_transfer", 30, 120, Shows.TRANSFER_CERTIFICATE),
        _stage("handover", 30, 180, Shows.HANDOVER_RECORD),
        _ACCEPTANCE,
        _VISITS,
    ),
)
LICENCE: Final = Template(
    "licence",
    1,
    (
        _REGISTRATION,
        _stage("licence_filing", 15, 60, Shows.LICENCE_FILING),
        _stage("handover", 30, 180, Shows.HANDOVER_RECORD),
        _ACCEPTANCE,
        _VISITS,
    ),
)
CONSULTING: Final = Template(
    "consulting",
    1,
    (
        _REGISTRATION,
        _stage("carrying_out", 30, 180, Shows.DELIVERABLES),
        _stage("acceptance", 14, 60, Shows.ACCEPTANCE_REPORT),
        _stage("return_visit", 365, 365),
    ),
)
SERVICE: Final = Template(
    "service",
    1,
    (
        _REGISTRATION,
        _stage("carrying_out", 30, 365, Shows.DELIVERABLES),
        _stage("acceptance", 14, 90, Shows.ACCEPTANCE_REPORT),
        _VISITS,
    ),
)

_BY_KIND: Final[Mapping[ContractKind, Template]] = {
    ContractKind.DEVELOPMENT: COMMISSIONED,
    ContractKind.TRANSFER: TRANSFER,
    ContractKind.LICENCE: LICENCE,
    ContractKind.CONSULTING: CONSULTING,
    ContractKind.SERVICE: SERVICE,
}
_TEMPLATES: Final[Mapping[tuple[str, int], Template]] = {
    (template.name, template.version): template
    for template in (_COMMON_1, COMMON, _CONTRACT_1, COOPERATIVE, *_BY_KIND.values())
}


def template_for(kind: ContractKind, *, cooperative: bool = False) -> Template:
    """The stages that a new contract follows; `cooperative` says how a development is done."""
    return COOPERATIVE if cooperative and kind is ContractKind.DEVELOPMENT else _BY_KIND[kind]


def template_of(name: str, version: int) -> Template:
    """The template a stored stage names; it always exists, because versions are never taken away."""
    return _TEMPLATES[name, version]


def all_templates() -> tuple[Template, ...]:
    """Every template in every version."""
    return tuple(_TEMPLATES.values())


def all_stages() -> tuple[str, ...]:
    """The code of every stage of every template, once, in the order in which a deal meets them."""
    order: TopologicalSorter[str] = TopologicalSorter()
    for template in all_templates():
        codes = list(dict.fromkeys(stage.code for stage in (*COMMON.stages, *template.stages)))
        for place, code in enumerate(codes):
            order.add(code, *codes[:place])
    return tuple(order.static_order())
