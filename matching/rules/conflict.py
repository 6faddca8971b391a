"""Conflict of interest: nobody may act on both sides of a match."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, ClassVar, Final

from matching.rules.facts import NOBODY, Party, Person
from matching.rules.findings import AskOf, Case, Finding, Range, Verdict, failed, passed, unknown

_CODES: Final = {
    "clear": Verdict.PASS,
    "same_organisation": Verdict.FAIL,
    "same_person": Verdict.FAIL,
    "supplier_belongs_to_asker": Verdict.FAIL,
    "asker_belongs_to_supplier": Verdict.FAIL,
    "maybe_same_person": Verdict.UNKNOWN,
    "asker_unknown": Verdict.UNKNOWN,
    "supplier_unknown": Verdict.UNKNOWN,
    "asker_affiliations_unknown": Verdict.UNKNOWN,
    "supplier_affiliations_unknown": Verdict.UNKNOWN,
}
_CLEAR: Final = passed("clear")


@dataclass(frozen=True, slots=True)
class ConflictOfInterest:
    """Fails when both sides share an organisation or a person, or a person of one belongs to the other.

    Belonging ends to matter `cooling_days` after its last day; one that begins in the future matters already. The
    shipped three years are those of article 9 of the Implementing Regulations of the Government Procurement Law.
    Unknown when a side names nobody or not everybody, when the affiliations that would tell are not known, or when an
    unsettled double may make one person of two; a conflict that is certain comes before anything unknown.
    """

    codes: ClassVar[Mapping[str, Verdict]] = _CODES
    cooling_days: Annotated[int, Range(0, 36_600)]

    def find(self, case: Case) -> Finding:
        """See the class."""
        asker, supplier = case.need.asker, case.supplier.party
        certain = _shared(asker, supplier)
        if certain is None and (asker.people or supplier.people):
            certain = _belonging(asker, supplier, case.today - timedelta(days=self.cooling_days))
        return certain or _not_known(asker, supplier) or _CLEAR


def _shared(asker: Party, supplier: Party) -> Finding | None:
    both = (asker.organisations or NOBODY) & (supplier.organisations or NOBODY)
    if both:
        return failed("same_organisation", organisation=min(both))
    people = _ids(asker) & _ids(supplier) if asker.people and supplier.people else NOBODY
    return failed("same_person", person=min(people)) if people else None


def _belonging(asker: Party, supplier: Party, last_day: date) -> Finding | None:
    for code, side, other in (
        ("supplier_belongs_to_asker", supplier, asker),
        ("asker_belongs_to_supplier", asker, supplier),
    ):
        for person, organisation in _affiliations(side, last_day):
            if organisation in (other.organisations or NOBODY):
                return failed(code, person=min(person.ids, default=0), organisation=organisation)
    return None


def _affiliations(side: Party, last_day: date) -> Iterator[tuple[Person, int]]:
    for person in side.people or ():
        for affiliation in person.affiliations or ():
            if affiliation.until is None or affiliation.until >= last_day:
                yield person, affiliation.organisation


def _not_known(asker: Party, supplier: Party) -> Finding | None:
    doubles = _doubles(asker, supplier) if asker.people and supplier.people else NOBODY
    if doubles:
        return unknown("maybe_same_person", AskOf.STAFF, person=min(doubles))
    if not asker.is_known:
        return unknown("asker_unknown", AskOf.ASKER)
    if not supplier.is_known:
        return unknown("supplier_unknown", AskOf.SUPPLIER)
    if _unclear(supplier) and asker.organisations:
        return unknown("supplier_affiliations_unknown", AskOf.SUPPLIER)
    if _unclear(asker) and supplier.organisations:
        return unknown("asker_affiliations_unknown", AskOf.ASKER)
    return None


def _doubles(asker: Party, supplier: Party) -> frozenset[int]:
    """Who may be a person of the other side."""
    return (_maybe(asker) & (_ids(supplier) | _maybe(supplier))) | (_maybe(supplier) & _ids(asker))


def _unclear(side: Party) -> bool:
    return any(person.affiliations is None for person in side.people or ())


def _ids(side: Party) -> frozenset[int]:
    return NOBODY.union(*(person.ids for person in side.people or ()))


def _maybe(side: Party) -> frozenset[int]:
    return NOBODY.union(*(person.maybe for person in side.people or ()))
