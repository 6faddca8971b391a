"""What the rules need to know of a need, a supplier and a capability. Frozen values, filled in by the caller.

Rules a maintainer must keep:
- None means "not known" and an empty collection "known to be none". Exceptions, both as people fill in forms: an
  empty demand (regions, modes, IPR, exclusions) demands nothing, and a supplier without regions works anywhere, one
  without fields in any.
- Ids are those of the database's rows; codes of closed sets that only the data model knows (supplier kind, IPR state,
  cooperation mode) travel as their stored strings and are only ever compared with each other.
- Money is in 分 (hundredths of the currency), dates are dates.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from core.taxonomy import Maturity

NOBODY: frozenset[int] = frozenset()
NO_CODES: frozenset[str] = frozenset()


class Grade(StrEnum):
    """等级 of a capability, best first."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class IprStance(StrEnum):
    """Who holds the rights in what comes of the work. Labels are the catalogue's `rule.stance.<value>`."""

    ASKER_OWNS = "asker_owns"
    JOINT = "joint"
    EXCLUSIVE_LICENCE = "exclusive_licence"
    LICENCE = "licence"
    SUPPLIER_OWNS = "supplier_owns"


@dataclass(frozen=True, slots=True)
class Affiliation:
    """That a person belongs to an organisation; `since` None means from an unknown day on, `until` None until now."""

    organisation: int
    since: date | None = None
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the person belongs there on `day`; the first and last days count."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Person:
    """A human being: `ids` are all rows known to be this person, `maybe` those that may be and are not yet settled."""

    ids: frozenset[int]
    affiliations: tuple[Affiliation, ...] | None = None
    maybe: frozenset[int] = NOBODY


@dataclass(frozen=True, slots=True)
class Party:
    """Who stands on one side: the organisations it acts as, and the people who act for it."""

    organisations: frozenset[int] | None = None
    people: tuple[Person, ...] | None = None

    @property
    def is_known(self) -> bool:
        """Whether both lists are known and name somebody."""
        return self.organisations is not None and self.people is not None and bool(self.organisations or self.people)


@dataclass(frozen=True, slots=True)
class Exclusions:
    """Whom and what the asker will not have, by id, by name as written, and by terms (processes, materials…)."""

    suppliers: frozenset[int] = NOBODY
    organisations: frozenset[int] = NOBODY
    people: frozenset[int] = NOBODY
    names: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NeedFacts:
    """What a need demands and who asks.

    Raises ValueError for a TRL outside 1–9 or a budget whose ends are negative or in the wrong order.
    """

    asker: Party = field(default_factory=Party)
    excluded: Exclusions = field(default_factory=Exclusions)
    regions: frozenset[str] = NO_CODES
    """Where the supplier must work: any of these."""
    region: str | None = None
    """Where the asker is."""
    ipr_stances: frozenset[IprStance] = frozenset()
    """The arrangements the asker accepts; empty demands none."""
    ipr_states: frozenset[str] = NO_CODES
    """The states of the rights the asker accepts; empty demands none."""
    least_trl: int | None = None
    least_maturity: Maturity | None = None
    wanted_trl: int | None = None
    """What would be best; None: what is the least."""
    budget_from: int | None = None
    budget_to: int | None = None
    currency: str = "CNY"
    modes: frozenset[str] = NO_CODES
    """The ways of working together the asker accepts; empty demands none."""
    field: str | None = None
    industry: str | None = None

    def __post_init__(self) -> None:
        for name in ("least_trl", "wanted_trl"):
            _check_trl(name, getattr(self, name))
        for name in ("budget_from", "budget_to"):
            _check_not_negative(name, getattr(self, name))
        if self.budget_from is not None and self.budget_to is not None and self.budget_from > self.budget_to:
            raise ValueError(f"budget_from {self.budget_from} is above budget_to {self.budget_to}")


@dataclass(frozen=True, slots=True)
class SupplierFacts:
    """Who offers. Raises ValueError for negative counts and sums."""

    id: int | None = None
    kind: str | None = None
    """person, team or organisation."""
    party: Party = field(default_factory=Party)
    names: frozenset[str] | None = None
    """Every name it is known by, in both languages, with those of its organisations."""
    open_deals: int | None = None
    load_limit: int | None = None
    """How many open deals it takes on, as it says itself; None: the limit in the rules."""
    regions: frozenset[str] | None = None
    """Where it works; empty means anywhere."""
    region: str | None = None
    """Where it is."""
    ipr_stances: frozenset[IprStance] | None = None
    min_budget: int | None = None
    currency: str = "CNY"
    modes: frozenset[str] | None = None
    fields: frozenset[str] | None = None
    """The technical fields it wants needs from; empty means any."""

    def __post_init__(self) -> None:
        for name in ("open_deals", "load_limit", "min_budget"):
            _check_not_negative(name, getattr(self, name))


@dataclass(frozen=True, slots=True)
class CapabilityFacts:
    """What is offered. Raises ValueError for a TRL outside 1–9 and for negative valid days."""

    text: str | None = None
    """Title and text as written; only searched for excluded terms."""
    confirmed_on: date | None = None
    valid_days: int | None = None
    """How long a confirmation holds; None: as long as the rules say."""
    evidence_on: date | None = None
    """The day of the latest evidence."""
    trl: int | None = None
    maturity: Maturity | None = None
    ipr_state: str | None = None
    ipr_stances: frozenset[IprStance] | None = None
    """None: the supplier's."""
    modes: frozenset[str] | None = None
    """None: the supplier's."""
    grade: Grade | None = None
    field: str | None = None
    industries: frozenset[str] | None = None

    def __post_init__(self) -> None:
        _check_trl("trl", self.trl)
        _check_not_negative("valid_days", self.valid_days)


def _check_trl(name: str, level: int | None) -> None:
    if level is not None and not 1 <= level <= 9:
        raise ValueError(f"{name} {level} is not between 1 and 9")


def _check_not_negative(name: str, value: int | None) -> None:
    if value is not None and value < 0:
        raise ValueError(f"{name} {value} is negative")
