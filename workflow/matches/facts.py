"""What the rules need to know of a need and of suppliers, read in a handful of queries however many there are.

Rules a maintainer must keep:
- Empty strings and lists of forms become what the rules mean by them: a demand that is empty demands nothing, a
  supplier that names no way of working, no stance and no budget has not said (None), one without regions and fields
  works in any.
- Nobody is left unknown for want of a row: a need without a contact has no people, and a supplier behind which neither
  a person nor an organisation stands is known by its name, which is compared with those of people and organisations.
- Excluded names are turned into the suppliers they mean, so that no record of a match holds a name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func
from sqlmodel import col, select

from core.database import ReadSession
from matching.rules import (
    CapabilityFacts,
    Exclusions,
    IprStance,
    NeedFacts,
    Party,
    Person,
    SupplierFacts,
    Verdict,
)
from matching.rules.exclusion import Exclusion
from matching.rules.findings import Case
from models.capability import Capability, CapabilityRevision
from models.deal import Deal, DealParty
from models.deal_enums import DealStatus
from models.enums import CooperationMode, SolutionMode
from models.need import Need, NeedRevision
from models.organisation import Organisation
from models.person import Person as PersonRow
from models.supplier import Supplier
from workflow.matches.people import People, read_people

MODES: Mapping[SolutionMode, frozenset[CooperationMode]] = {
    SolutionMode.INDEPENDENT: frozenset(
        {CooperationMode.TRANSFER, CooperationMode.LICENCE, CooperationMode.CONSULTING, CooperationMode.SERVICE}
    ),
    SolutionMode.COMMISSIONED: frozenset(
        {CooperationMode.COMMISSIONED, CooperationMode.CONSULTING, CooperationMode.SERVICE}
    ),
    SolutionMode.COOPERATIVE: frozenset({CooperationMode.COOPERATIVE}),
    SolutionMode.OTHER: frozenset(),
}
"""The ways of working together that a way of solving admits, where a need names none itself."""


@dataclass(frozen=True, slots=True)
class Sides:
    """The facts of a need and, by id, of suppliers."""

    need: NeedFacts
    suppliers: Mapping[int, SupplierFacts]


def read_sides(
    session: ReadSession, need: Need, revision: NeedRevision, suppliers: Sequence[Supplier], today: date
) -> Sides:
    """What is known of the two sides now; affiliations are kept with their dates, `today` decides what holds."""
    people = _people(session, need, suppliers)
    places = _organisations(session, need, suppliers, people)
    open_deals = _open_deals(session, suppliers)
    person_names = _person_names(session, suppliers)
    facts = {
        supplier.key: _supplier_facts(supplier, people, places, open_deals.get(supplier.key, 0), today)
        for supplier in suppliers
    }
    known = {
        supplier.key: _names(supplier, facts[supplier.key].party, places, today)
        | person_names.get(supplier.key, frozenset())
        for supplier in suppliers
    }
    return Sides(_need_facts(need, revision, people, places, _excluded(revision, known, today), today), facts)


def capability_facts(capability: Capability, revision: CapabilityRevision, supplier: Supplier) -> CapabilityFacts:
    """What is known of one offer. `text` is the revision's own, and what a record leaves out."""
    return CapabilityFacts(
        text=text_of(revision),
        confirmed_on=capability.confirmed_on or supplier.confirmed_on,
        trl=revision.trl,
        maturity=revision.maturity,
        ipr_state=revision.ipr.value if revision.ipr else None,
        modes=_codes(revision.cooperation_modes),
        field=revision.technical_field or None,
        industries=frozenset(revision.industries) or None,
    )


def text_of(revision: CapabilityRevision) -> str:
    """What is searched for excluded terms."""
    return "\n".join((revision.title, revision.full_text, " ".join(revision.keywords)))


@dataclass(frozen=True, slots=True)
class _Places:
    """Organisations by id, and those that carry the name of a supplier which names none."""

    by_id: Mapping[int, Organisation]
    by_name: Mapping[str, frozenset[int]]

    def of(self, supplier: Supplier) -> frozenset[int]:
        """The organisations a supplier acts as."""
        if supplier.organisation_id is not None:
            return frozenset({supplier.organisation_id})
        return self.by_name.get(supplier.name, frozenset()) if supplier.person_id is None else frozenset()

    def region(self, organisations: frozenset[int]) -> str | None:
        """Where they are, if they are in one place that is known."""
        regions = {self.by_id[key].region for key in organisations if key in self.by_id} - {""}
        return regions.pop() if len(regions) == 1 else None


def _people(session: ReadSession, need: Need, suppliers: Sequence[Supplier]) -> People:
    ids = {supplier.person_id for supplier in suppliers if supplier.person_id is not None}
    named = {supplier.name for supplier in suppliers if supplier.person_id is None}
    return read_people(session, ids | ({need.contact_id} if need.contact_id is not None else set()), named)


def _organisations(session: ReadSession, need: Need, suppliers: Sequence[Supplier], people: People) -> _Places:
    ids = {supplier.organisation_id for supplier in suppliers if supplier.organisation_id is not None}
    belong = {place.organisation for person in people.by_id.values() for place in person.affiliations or ()}
    names = {s.name for s in suppliers if s.organisation_id is None and s.person_id is None}
    found = session.exec(
        select(Organisation).where(
            col(Organisation.id).in_(ids | belong | {need.organisation_id}) | col(Organisation.name).in_(names)
        )
    ).all()
    by_name: dict[str, frozenset[int]] = {}
    for row in found:
        by_name[row.name] = by_name.get(row.name, frozenset()) | {row.key}
    return _Places({row.key: row for row in found}, by_name)


def _open_deals(session: ReadSession, suppliers: Sequence[Supplier]) -> dict[int, int]:
    counted = session.execute(
        select(DealParty.supplier_id, func.count(func.distinct(DealParty.deal_id)))
        .join(Deal, col(Deal.id) == col(DealParty.deal_id))
        .where(
            col(DealParty.supplier_id).in_([supplier.key for supplier in suppliers]),
            Deal.status == DealStatus.OPEN,
            col(Deal.archived_at).is_(None),
        )
        .group_by(col(DealParty.supplier_id))
    )
    return {key: count for key, count in counted if key is not None}


def _supplier_facts(supplier: Supplier, people: People, places: _Places, open_deals: int, today: date) -> SupplierFacts:
    organisations = places.of(supplier)
    person = people.by_id.get(supplier.person_id) if supplier.person_id is not None else None
    if person is None and not organisations:
        person = people.named(supplier.name)
    party = Party(organisations, (person,) if person else ())
    return SupplierFacts(
        id=supplier.key,
        kind=supplier.kind.value,
        party=party,
        open_deals=open_deals,
        load_limit=supplier.load_limit,
        regions=frozenset(supplier.regions),
        region=places.region(organisations or stays(party, today)),
        ipr_stances=frozenset(IprStance(stance.value) for stance in supplier.ipr_stances) or None,
        min_budget=supplier.min_budget,
        modes=_codes(supplier.cooperation_modes),
        fields=frozenset(supplier.technical_fields),
    )


def _need_facts(
    need: Need, revision: NeedRevision, people: People, places: _Places, excluded: frozenset[int], today: date
) -> NeedFacts:
    contact = people.by_id.get(need.contact_id) if need.contact_id is not None else None
    return NeedFacts(
        asker=_asker(need, contact, today),
        excluded=Exclusions(suppliers=excluded, terms=tuple(revision.excluded_terms)),
        regions=frozenset(revision.regions),
        region=places.region(frozenset({need.organisation_id})),
        ipr_stances=frozenset(IprStance(stance.value) for stance in revision.ipr_stances),
        least_trl=revision.least_trl,
        wanted_trl=revision.wanted_trl,
        budget_from=revision.budget_from,
        budget_to=revision.budget_to,
        currency=revision.currency.value,
        modes=_demanded_modes(revision),
        field=revision.technical_field or None,
        industry=revision.industry or None,
    )


def _asker(need: Need, contact: Person | None, today: date) -> Party:
    """The organisation that asks, and those its contact belongs to today: for these the contact acts as well."""
    people = (contact,) if contact else ()
    return Party(stays(Party(None, people), today) | {need.organisation_id}, people)


def stays(party: Party, today: date) -> frozenset[int]:
    """Where the people of a side belong on this day."""
    return frozenset(
        place.organisation
        for person in party.people or ()
        for place in person.affiliations or ()
        if place.holds_on(today)
    )


def _demanded_modes(revision: NeedRevision) -> frozenset[str]:
    modes = frozenset(revision.modes) or MODES.get(revision.solution_mode or SolutionMode.OTHER, frozenset())
    return frozenset(mode.value for mode in modes)


def _codes(modes: Sequence[CooperationMode]) -> frozenset[str] | None:
    return frozenset(mode.value for mode in modes) or None


def _names(supplier: Supplier, party: Party, places: _Places, today: date) -> frozenset[str]:
    """Its own name, and those of the organisations it acts as or whose people it consists of today."""
    keys = (party.organisations or frozenset()) | stays(party, today)
    rows = [places.by_id[key] for key in keys if key in places.by_id]
    return frozenset(filter(None, (supplier.name, *(name for row in rows for name in (row.name, row.name_en)))))


def _person_names(session: ReadSession, suppliers: Sequence[Supplier]) -> dict[int, frozenset[str]]:
    rows = session.exec(
        select(Supplier.id, PersonRow.name, PersonRow.name_en)
        .join(PersonRow, col(PersonRow.id) == col(Supplier.person_id))
        .where(col(Supplier.id).in_([supplier.key for supplier in suppliers]))
    )
    return {key: frozenset(filter(None, (name, name_en))) for key, name, name_en in rows if key is not None}


def _excluded(revision: NeedRevision, names: Mapping[int, frozenset[str]], today: date) -> frozenset[int]:
    """The suppliers that the excluded names mean, as the rule of exclusions reads names."""
    if not revision.excluded_names:
        return frozenset()
    written = NeedFacts(excluded=Exclusions(names=tuple(revision.excluded_names)))
    cases = {key: Case(written, SupplierFacts(names=known), CapabilityFacts(), today) for key, known in names.items()}
    return frozenset(key for key, case in cases.items() if Exclusion().find(case).verdict is Verdict.FAIL)
