"""The demo's content as the matcher wants it: the same texts and facts as `make run` enters, without a database."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import cache
from itertools import chain

from core.language.clauses import RequirementKind
from core.language.demands import demanded_clauses
from jobs.demo.content import CapabilityEntry, FieldContent, NeedEntry, SupplierEntry, fen, read_fields
from jobs.notebooks.catalogue import NOW, Catalogue
from matching.evidence.types import Requirement
from matching.proposals.types import Refused, Wanted
from matching.rules import (
    Affiliation,
    CapabilityFacts,
    Exclusions,
    IprStance,
    NeedFacts,
    Party,
    Person,
    SupplierFacts,
)
from matching.types import Document, Query
from models.enums import CooperationMode, SupplierKind
from workflow.matches.facts import MODES

EXAMPLE = "manufacturing-n01"
DAYS_A_MONTH = 30.4
RENEWED_EVERY, RENEWED_UNTIL = 330, 730
"""Days: what was told less than two years ago is confirmed anew within every year, as the demo is loaded."""


@cache
def demo_catalogue() -> Catalogue:
    """The whole demo catalogue, as of the notebooks' day."""
    reader = _Reader(read_fields())
    return Catalogue(
        origin="demo",
        needs=reader.needs(),
        documents=reader.documents(),
        dates={number: facts.confirmed_on or NOW.date() for number, facts in reader.capabilities().items()},
        capabilities=reader.capabilities(),
        suppliers={number: reader.supplier(number, entry) for number, entry in reader.numbered_suppliers()},
        names={number: reader.name_of(entry) for number, entry in reader.numbered_suppliers()},
        example=EXAMPLE,
        organisations={n: reader.organisations_of(entry) for n, entry in reader.numbered_suppliers()},
        refused=reader.refused(),
    )


class _Reader:
    """The content with a number for each key; a need's and a capability's field is the file's."""

    def __init__(self, fields: Mapping[str, FieldContent]) -> None:
        contents = fields.values()
        self._organisations = {one.key: one for content in contents for one in content.organisations}
        self._people = {one.key: one for content in contents for one in content.people}
        self._suppliers = {one.key: one for content in contents for one in content.suppliers}
        self._offers = {one.key: (code, one) for code, content in fields.items() for one in content.capabilities}
        self._needs = {one.key: (code, one) for code, content in fields.items() for one in content.needs}
        self._organisation_ids, self._person_ids = _numbers(self._organisations), _numbers(self._people)
        self._supplier_ids, self._offer_ids = _numbers(self._suppliers), _numbers(self._offers)

    def numbered_suppliers(self) -> list[tuple[int, SupplierEntry]]:
        return [(self._supplier_ids[key], entry) for key, entry in self._suppliers.items()]

    def documents(self) -> dict[int, Document]:
        return {
            self._offer_ids[key]: Document(
                id=self._offer_ids[key],
                supplier=self._supplier_ids[entry.supplier],
                title=entry.title,
                text=_text(entry),
                keywords=tuple(entry.keywords),
                field=code,
                industries=tuple(entry.industries),
            )
            for key, (code, entry) in self._offers.items()
        }

    def capabilities(self) -> dict[int, CapabilityFacts]:
        return {self._offer_ids[key]: _capability_facts(code, entry) for key, (code, entry) in self._offers.items()}

    def supplier(self, number: int, entry: SupplierEntry) -> SupplierFacts:
        human = self._person(entry.person or entry.lead)
        places = self.organisations_of(entry)
        acts_as = places if entry.kind is SupplierKind.ORGANISATION else frozenset[int]()
        return SupplierFacts(
            id=number,
            kind=entry.kind.value,
            party=Party(acts_as, (human,) if human else ()),
            names=frozenset({self.name_of(entry)}),
            open_deals=0,
            load_limit=entry.load_limit,
            regions=frozenset(entry.regions),
            region=self._region(entry),
            ipr_stances=frozenset(IprStance(stance.value) for stance in entry.ipr_stances) or None,
            min_budget=fen(entry.min_budget_wan),
            modes=_codes(entry.cooperation_modes) or None,
            fields=frozenset(entry.technical_fields),
        )

    def organisations_of(self, entry: SupplierEntry) -> frozenset[int]:
        return frozenset({self._organisation_ids[self._place(entry)]})

    def name_of(self, entry: SupplierEntry) -> str:
        if entry.kind is SupplierKind.PERSON:
            return self._people[entry.person].name
        return entry.name or self._organisations[entry.organisation].name

    def needs(self) -> dict[str, Wanted]:
        return {key: self._wanted(code, entry) for key, (code, entry) in self._needs.items()}

    def refused(self) -> dict[str, dict[int, Refused]]:
        return {
            key: {self._supplier_ids[never.supplier]: Refused(never.reason.value) for never in entry.never}
            for key, (_, entry) in self._needs.items()
            if entry.never
        }

    def _wanted(self, code: str, entry: NeedEntry) -> Wanted:
        text = "\n".join(
            part for part in (entry.problem, entry.indicators, entry.goal, " ".join(entry.keywords)) if part
        )
        query = Query(entry.title, text, code, (entry.industry,) if entry.industry else ())
        return Wanted(query, self._need_facts(code, entry), _requirements(entry))

    def _need_facts(self, code: str, entry: NeedEntry) -> NeedFacts:
        contact = self._person(entry.contact)
        asker = Party(frozenset({self._organisation_ids[entry.organisation]}), (contact,) if contact else ())
        modes = frozenset(entry.modes) or MODES.get(entry.solution_mode, frozenset())
        return NeedFacts(
            asker=asker,
            excluded=Exclusions(names=tuple(entry.excluded_names), terms=tuple(entry.excluded_terms)),
            regions=frozenset(entry.regions),
            region=self._organisations[entry.organisation].region,
            ipr_stances=frozenset(IprStance(stance.value) for stance in entry.ipr_stances),
            least_trl=entry.least_trl,
            wanted_trl=entry.wanted_trl,
            budget_from=fen(entry.budget_wan_from),
            budget_to=fen(entry.budget_wan_to),
            modes=_codes(modes),
            field=code,
            industry=entry.industry or None,
        )

    def _person(self, key: str) -> Person | None:
        if not key:
            return None
        place = Affiliation(self._organisation_ids[self._people[key].organisation])
        return Person(frozenset({self._person_ids[key]}), (place,))

    def _place(self, entry: SupplierEntry) -> str:
        return entry.organisation or self._people[entry.person or entry.lead].organisation

    def _region(self, entry: SupplierEntry) -> str:
        return self._organisations[self._place(entry)].region


def _requirements(entry: NeedEntry) -> tuple[Requirement, ...]:
    return tuple(
        Requirement(
            clause.text,
            clause.kind,
            entry.confirmed == "all" or (entry.confirmed == "musts" and clause.kind is RequirementKind.MUST),
        )
        for clause in chain(*demanded_clauses(entry.problem, entry.indicators))
    )


def _capability_facts(code: str, entry: CapabilityEntry) -> CapabilityFacts:
    age = round(entry.months_ago * DAYS_A_MONTH)
    since = age % RENEWED_EVERY if age < RENEWED_UNTIL else age
    return CapabilityFacts(
        text="\n".join((entry.title, _text(entry), " ".join(entry.keywords))),
        confirmed_on=NOW.date() - timedelta(days=since),
        trl=entry.trl,
        maturity=entry.maturity,
        ipr_state=entry.ipr.value,
        modes=_codes(entry.cooperation_modes) or None,
        field=code,
        industries=frozenset(entry.industries) or None,
    )


def _text(entry: CapabilityEntry) -> str:
    return "\n".join(part for part in (entry.summary, entry.advantage) if part)


def _codes(modes: Iterable[CooperationMode]) -> frozenset[str]:
    return frozenset(mode.value for mode in modes)


def _numbers(keys: Iterable[str]) -> dict[str, int]:
    return {key: number for number, key in enumerate(keys)}
