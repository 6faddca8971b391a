"""The demo's content as it stands in `content/*.yaml`: one file per technical field, and the histories of the deals.

Keys are local to the demo and become external ids; dates are relative to the day on which it is loaded.
"""

from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict

from core.i18n import Language
from core.taxonomy import technical_fields
from models.deal_enums import ContractKind, DealStatus, PartyRole, Visibility
from models.enums import (
    AskerKind,
    CapabilityKind,
    CooperationMode,
    IprStance,
    IprState,
    Maturity,
    OrganisationKind,
    PersonTitle,
    ReasonCode,
    SolutionMode,
    SupplierKind,
)
from models.match_enums import Verdict

FOLDER = Path(__file__).parent / "content"
FEN_PER_WAN = 1_000_000
LANGUAGES = {"zh": Language.ZH, "en": Language.EN}


def _province(code: str) -> str:
    """The first two digits of a province's code, made whole: 33 is 330000."""
    return code.ljust(6, "0") if code.isdigit() else code


Province = Annotated[str, AfterValidator(_province)]


class Entry(BaseModel):
    """One entry of a content file; an unknown key is an author's slip and is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str


class OrganisationEntry(Entry):
    """An invented organisation."""

    name: str
    name_en: str = ""
    kind: OrganisationKind
    region: Province
    city: str
    industry: str = ""
    intro: str = ""


class PersonEntry(Entry):
    """An invented person."""

    name: str
    name_en: str = ""
    title: PersonTitle
    organisation: str
    role: str = ""
    expertise: str = ""
    email: str = ""


class SupplierEntry(Entry):
    """An invented supplier."""

    kind: SupplierKind
    name: str = ""
    person: str = ""
    organisation: str = ""
    lead: str = ""
    intro: str = ""
    cooperation_modes: list[CooperationMode] = []
    min_budget_wan: float | None = None
    regions: list[Province] = []
    load_limit: int | None = None
    ipr_stances: list[IprStance] = []
    technical_fields: list[str] = []


class CapabilityEntry(Entry):
    """An invented capability."""

    supplier: str
    language: Literal["zh", "en"]
    kind: CapabilityKind
    title: str
    summary: str
    advantage: str = ""
    maturity: Maturity
    trl: int
    ipr: IprState
    keywords: list[str]
    industries: list[str]
    disciplines: list[str]
    cooperation_modes: list[CooperationMode]
    months_ago: float


class NeverEntry(BaseModel):
    """A supplier that is never proposed for an invented need again."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    supplier: str
    reason: ReasonCode
    comment: str = ""


class NeedEntry(Entry):
    """An invented need; `expected_fits` and `clarity` are what its author had in mind, for tests and benchmarks."""

    organisation: str
    contact: str = ""
    language: Literal["zh", "en"]
    title: str
    problem: str
    indicators: str = ""
    goal: str = ""
    keywords: list[str]
    budget_wan_from: float | None = None
    budget_wan_to: float | None = None
    period_months: int | None = None
    solution_mode: SolutionMode
    preferred_partner: str = ""
    asker: AskerKind
    industry: str
    days_ago: int
    regions: list[Province] = []
    least_trl: int | None = None
    wanted_trl: int | None = None
    modes: list[CooperationMode] = []
    ipr_stances: list[IprStance] = []
    excluded_terms: list[str] = []
    excluded_names: list[str] = []
    confirmed: Literal["", "musts", "all"] = ""
    never: list[NeverEntry] = []
    expected_fits: list[str] = []
    clarity: Literal["clear", "vague", "concept", "directionless"]


class HistoryEntry(BaseModel):
    """One line of a deal's invented history."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    days_after_start: int
    kind: Literal[
        "stage",
        "own_stage",
        "call",
        "meeting",
        "visit",
        "mail",
        "note",
        "paused",
        "revived",
        "lost",
        "won",
        "milestone",
        "evidence",
    ]
    stage: str = ""
    text: str = ""
    reason: ReasonCode | None = None
    visibility: Visibility = Visibility.STAFF
    """Who reads it, where it is no move between stages."""


class OutcomeEntry(BaseModel):
    """What came of an invented deal."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str
    revenue_wan: float | None = None
    jobs: int | None = None
    satisfaction_demand: int | None = None
    satisfaction_supply: int | None = None


class VisitEntry(BaseModel):
    """What was found at an invented return visit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    days_after_start: int
    text: str
    revenue_wan: float | None = None
    jobs: int | None = None
    satisfaction_demand: int | None = None
    satisfaction_supply: int | None = None


class DealEntry(Entry):
    """An invented deal."""

    title: str
    need: str | None = None
    capability: str | None = None
    supplier: str | None = None
    started_months_ago: float
    status: DealStatus
    stage: str
    owner: Literal["staff1", "staff2", "lead"]
    next_step: str = ""
    next_step_in_days: int | None = None
    waits_for: PartyRole | None = None
    """Whose turn the next step is, where it is not the society's."""
    contract_kind: ContractKind | None = None
    contract_wan: float | None = None
    history: list[HistoryEntry]
    outcome: OutcomeEntry | None = None
    registration: str = ""
    """What follows the year in the contract's invented registration number: city and office do not exist."""
    technical_wan: float | None = None
    visits: list[VisitEntry] = []


class PaperEntry(BaseModel):
    """A file of a deal, with the text of each of its versions."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    visibility: Visibility
    days_after_start: int
    versions: list[str]


class PastedEntry(BaseModel):
    """A mail of a deal, as somebody pasted it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    visibility: Visibility
    days_after_start: int
    text: str


class PapersEntry(BaseModel):
    """What came in on paper of a deal."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    deal: str
    files: list[PaperEntry] = []
    mails: list[PastedEntry] = []


class VerdictEntry(BaseModel):
    """What was decided of a capability for a need, of which no deal came."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    need: str
    capability: str
    verdict: Verdict
    reason: ReasonCode
    comment: str = ""
    days_ago: int


class FieldContent(BaseModel):
    """What one technical field brings."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    organisations: list[OrganisationEntry]
    people: list[PersonEntry]
    suppliers: list[SupplierEntry]
    capabilities: list[CapabilityEntry]
    needs: list[NeedEntry]


def read_field(code: str) -> FieldContent:
    """The content of one technical field."""
    return FieldContent.model_validate(_read(f"{code}.yaml"))


def read_fields() -> dict[str, FieldContent]:
    """The content of all technical fields, by code, in the taxonomy's order."""
    return {field.code: read_field(field.code) for field in technical_fields()}


def read_deals() -> list[DealEntry]:
    """The invented deals, the oldest first."""
    deals = [DealEntry.model_validate(entry) for entry in _read("deals.yaml")]
    return sorted(deals, key=lambda deal: -deal.started_months_ago)


def read_papers() -> list[PapersEntry]:
    """The invented files and mails of some deals."""
    return [PapersEntry.model_validate(entry) for entry in _read("papers.yaml")]


def read_verdicts() -> list[VerdictEntry]:
    """What was decided beside what became deals, the oldest first."""
    verdicts = [VerdictEntry.model_validate(entry) for entry in _read("verdicts.yaml")]
    return sorted(verdicts, key=lambda verdict: -verdict.days_ago)


def _read(name: str) -> Any:
    # libyaml's loader is ten times as fast; it builds the same plain values as the safe loader.
    return yaml.load((FOLDER / name).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def fen(wan: float | None) -> int | None:
    """万元 in 分; None stays None (面议)."""
    return None if wan is None else round(wan * FEN_PER_WAN)
