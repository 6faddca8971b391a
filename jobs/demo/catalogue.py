"""The demo's catalogue: organisations, people, suppliers, capabilities and needs, entered through the use cases."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from sqlmodel import select

from catalog.demand.needs import current_need_revision, requirements_of
from core.database import WriteSession
from core.language.clauses import RequirementKind
from jobs.demo.content import LANGUAGES, CapabilityEntry, FieldContent, NeedEntry, PersonEntry, SupplierEntry, fen
from jobs.demo.people import HISTORY, Cast, affiliate
from matching.embedding.protocol import Embedder
from models.access import Viewer
from models.capability import Capability, CapabilityCreate
from models.enums import AskerKind, DisclosureLevel, SupplierKind
from models.need import Need, NeedCreate
from models.organisation import Organisation, OrganisationCreate
from models.person import Affiliation, Person
from models.refusal import RefusalCreate
from models.supplier import Supplier, SupplierCreate
from workflow.capabilities import add_capability
from workflow.days import day_of
from workflow.needs import submit_need
from workflow.organisations import add_organisation
from workflow.refusals import refuse_supplier
from workflow.requirements.editing import confirm_requirements
from workflow.suppliers import add_supplier
from workflow.triage import triage_need

SOURCE = "demo"
DAYS_A_MONTH = 30.4
TRIAGE_AFTER = timedelta(days=12)
"""A need is checked within one to two weeks; what is newer waits in the queue."""
CONFIRMED_AFTER = timedelta(days=13)
"""The day after, the enterprise has looked at the requirements of some needs."""
RENEWED_EVERY, RENEWED_UNTIL = timedelta(days=330), timedelta(days=730)
"""A capability is confirmed anew before its year is over; what nobody touched for two years has lapsed."""


@dataclass
class Loaded:
    """What is in the database by now, by the content's keys."""

    organisations: dict[str, Organisation] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    suppliers: dict[str, Supplier] = field(default_factory=dict)
    capabilities: dict[str, Capability] = field(default_factory=dict)
    needs: dict[str, Need] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """How many of each."""
        kinds = ("organisations", "people", "suppliers", "capabilities", "needs")
        return {kind: len(getattr(self, kind)) for kind in kinds}


@dataclass(frozen=True, slots=True)
class Loader:
    """Enters the content of technical fields; `now` is the day on which the demo is loaded."""

    session: WriteSession
    cast: Cast
    embedder: Embedder
    now: datetime
    loaded: Loaded

    @property
    def start(self) -> datetime:
        """When the demo begins."""
        return self.now - HISTORY

    def load_offers(self, code: str, content: FieldContent) -> None:
        """The field's organisations, people, suppliers and capabilities are there."""
        curator = self.cast.curator(code)
        for organisation in content.organisations:
            form = OrganisationCreate.model_validate(organisation.model_dump(exclude={"key"}))
            row = add_organisation(self.session, curator, form, now=self.start)
            self.loaded.organisations[organisation.key] = _from_demo(row, organisation.key)
        for person in content.people:
            self._person(person)
        for supplier in content.suppliers:
            self._supplier(curator, supplier)
        for capability in content.capabilities:
            self._capability(curator, code, capability)

    def load_needs(self, code: str, content: FieldContent) -> None:
        """The field's needs are there, focused unless they have just come in."""
        curator = self.cast.curator(code)
        for entry in content.needs:
            at = self.now - timedelta(days=entry.days_ago, hours=1)
            need = submit_need(
                self.session,
                curator,
                _need_form(code, entry),
                organisation=self.loaded.organisations[entry.organisation].public_id,
                contact=self.loaded.people[entry.contact].public_id if entry.contact else None,
                now=at,
            )
            self.loaded.needs[entry.key] = _from_demo(need, entry.key)
            if at + TRIAGE_AFTER < self.now:
                triage_need(self.session, curator, need.public_id, now=at + TRIAGE_AFTER)
                self._decide(curator, entry, need, min(at + CONFIRMED_AFTER, self.now))

    def _decide(self, curator: Viewer, entry: NeedEntry, need: Need, at: datetime) -> None:
        """What people decided about the need: requirements they confirmed, suppliers they will not have."""
        if entry.confirmed:
            drafted = requirements_of(self.session, current_need_revision(self.session, need.key).key)
            chosen = [
                number
                for number, row in enumerate(drafted, start=1)
                if entry.confirmed == "all" or row.kind is RequirementKind.MUST
            ]
            confirm_requirements(self.session, curator, need.public_id, numbers=chosen, now=at)
        for never in entry.never:
            form = RefusalCreate(
                supplier=self.loaded.suppliers[never.supplier].public_id, reason=never.reason, comment=never.comment
            )
            refuse_supplier(self.session, curator, need.public_id, form, now=at)

    def confirm_offers(self, at: datetime) -> None:
        """Every capability has the day of its last confirmation before `at`, a year or less ago unless it has lapsed.

        Deals of the past are played over the catalogue of today: what was told later counts as known before.
        """
        for capability in self.loaded.capabilities.values():
            age = at - capability.created_at
            if self.now - capability.created_at < RENEWED_UNTIL:
                capability.confirmed_on = day_of(capability.created_at + age // RENEWED_EVERY * RENEWED_EVERY)

    def _person(self, entry: PersonEntry) -> None:
        facts = entry.model_dump(include={"name", "name_en", "title", "expertise"})
        person = Person(**facts, email=f"{entry.key}@example.org", created_at=self.start)
        self.session.add(person)
        self.session.flush()
        self.loaded.people[entry.key] = _from_demo(person, entry.key)
        affiliate(
            self.session,
            person,
            self.loaded.organisations[entry.organisation].key,
            entry.role,
            day_of(self.start),
        )

    def _supplier(self, curator: Viewer, entry: SupplierEntry) -> None:
        row = add_supplier(self.session, curator, self._supplier_form(entry), now=self.start)
        self.loaded.suppliers[entry.key] = _from_demo(row, entry.key)

    def _supplier_form(self, entry: SupplierEntry) -> SupplierCreate:
        people, organisations = self.loaded.people, self.loaded.organisations
        human = people.get(entry.person or entry.lead)
        place = organisations.get(entry.organisation) or self._organisation_of(human)
        name = {
            SupplierKind.PERSON: human.name if human else "",
            SupplierKind.TEAM: entry.name,
            SupplierKind.ORGANISATION: place.name if place else "",
        }
        return SupplierCreate(
            name=name[entry.kind],
            kind=entry.kind,
            intro=entry.intro,
            cooperation_modes=entry.cooperation_modes,
            min_budget=fen(entry.min_budget_wan),
            regions=entry.regions,
            load_limit=entry.load_limit,
            ipr_stances=entry.ipr_stances,
            technical_fields=entry.technical_fields,
            person=human.public_id if human else None,
            organisation=place.public_id if place else None,
        )

    def _organisation_of(self, person: Person | None) -> Organisation | None:
        if person is None:
            return None
        found = self.session.exec(select(Affiliation).where(Affiliation.person_id == person.key)).first()
        return self.session.get(Organisation, found.organisation_id) if found else None

    def _capability(self, curator: Viewer, code: str, entry: CapabilityEntry) -> None:
        form = CapabilityCreate(
            technical_field=code,
            language=LANGUAGES[entry.language],
            disclosure=DisclosureLevel.SUMMARY,
            **entry.model_dump(exclude={"key", "supplier", "language", "months_ago"}),
        )
        supplier = self.loaded.suppliers[entry.supplier]
        born = self.now - timedelta(days=round(entry.months_ago * DAYS_A_MONTH))
        capability = add_capability(
            self.session,
            curator,
            supplier.public_id,
            form,
            now=born,
            embedder=self.embedder,
        )
        self.loaded.capabilities[entry.key] = _from_demo(capability, entry.key)
        dates = (supplier.confirmed_on, capability.confirmed_on)
        supplier.confirmed_on = max(day for day in dates if day is not None)


PUBLIC_ASKERS = frozenset({AskerKind.GOVERNMENT_UPGRADE, AskerKind.PROJECT_ADVICE, AskerKind.LARGE_FARMING})
"""Who asks in public; what enterprises ask is a secret of theirs until they say otherwise."""


def _need_form(code: str, entry: NeedEntry) -> NeedCreate:
    told = {"key", "organisation", "contact", "language", "days_ago", "expected_fits", "clarity", "confirmed", "never"}
    money = {"budget_wan_from", "budget_wan_to"}
    return NeedCreate(
        technical_field=code,
        language=LANGUAGES[entry.language],
        budget_from=fen(entry.budget_wan_from),
        budget_to=fen(entry.budget_wan_to),
        disclosure=DisclosureLevel.SUMMARY if entry.asker in PUBLIC_ASKERS else DisclosureLevel.CARD,
        **entry.model_dump(exclude=told | money),
    )


T = TypeVar("T", Organisation, Person, Supplier, Capability, Need)


def _from_demo(row: T, key: str) -> T:
    row.source, row.external_id = SOURCE, key
    return row
