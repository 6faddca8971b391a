"""Suppliers from a file."""

from datetime import date
from typing import Any

from models.enums import SubjectKind, SupplierKind
from models.organisation import Organisation
from models.person import PERSON_NAME_MAX, Person
from models.supplier import Supplier, SupplierBase, SupplierCreate
from workflow.branches import home_branch
from workflow.days import day_of
from workflow.importing.context import Counts, Importing, Plan, given_values
from workflow.importing.identities import Identity, Reference, identify, known_rows, reference_problem, resolve
from workflow.importing.parsing import ParsedRow

_FIELDS = tuple(SupplierBase.model_fields)
SupplierPlan = Plan[Supplier, SupplierCreate]
Organisations = dict[Reference, Organisation]


def import_suppliers(work: Importing, rows: list[ParsedRow]) -> Counts:
    """The rows are suppliers. A row without an id is the supplier of its name in its organisation."""
    organisations = _organisations(work, rows)

    def natural(row: ParsedRow) -> tuple[str, ...]:
        organisation = organisations.get(work.reference(row, "organisation"))
        return row.given.get("name") or "", organisation.public_id if organisation else ""

    identities = identify(rows, work.faults, source=work.source, natural=natural)
    plans = _plan(work, rows, identities)
    work.faults.refuse_if_any()
    counts = Counts()
    created = [(plan, _new(work, plan, organisations)) for plan in plans if plan.existing is None]
    write_suppliers(work, [(plan.identity, supplier) for plan, supplier in created])
    counts.created = len(created)
    for plan in plans:
        if plan.existing is not None:
            _update(work, plan, plan.existing, organisations, counts)
    return counts


def write_suppliers(work: Importing, suppliers: list[tuple[Identity, Supplier]]) -> None:
    """The new suppliers are in the database, each person who offers with a person behind it."""
    people = {
        identity: Person(name=supplier.name, created_at=work.now)
        for identity, supplier in suppliers
        if supplier.kind is SupplierKind.PERSON
    }
    work.session.add_all(people.values())
    work.session.flush()
    for identity, supplier in suppliers:
        if identity in people:
            supplier.person_id = people[identity].key
    work.session.add_all(supplier for _, supplier in suppliers)
    work.session.flush()
    for identity, supplier in suppliers:
        work.record(SubjectKind.SUPPLIER, supplier.key, "supplier.imported", identity)


def new_supplier(work: Importing, identity: Identity, values: dict[str, Any]) -> Supplier:
    """A supplier as it will be written, in the viewer's branch."""
    facts: dict[str, Any] = {
        "source": identity.source,
        "external_id": identity.external_id,
        "branch_id": home_branch(work.viewer),
        "confirmed_on": day_of(work.now),
        "created_at": work.now,
    }
    return Supplier.model_validate(facts | values)


def _organisations(work: Importing, rows: list[ParsedRow]) -> Organisations:
    named = [(row, work.reference(row, "organisation")) for row in rows if row.given.get("organisation")]
    found = resolve(work.session, Organisation, [reference for _, reference in named])
    organisations: Organisations = {}
    for row, reference in named:
        organisation = found.get(reference)
        problem = reference_problem(row, "organisation", reference.written, organisation)
        if problem:
            work.faults.add(problem)
        if isinstance(organisation, Organisation):
            organisations[reference] = organisation
    return organisations


def _plan(work: Importing, rows: list[ParsedRow], identities: list[Identity]) -> list[SupplierPlan]:
    known = known_rows(work.session, Supplier, identities)
    plans = []
    for row, identity in zip(rows, identities, strict=True):
        existing = known.get(identity)
        form = work.form(row, SupplierCreate, given_values(row, existing, _FIELDS))
        if form is None or (existing is not None and not work.may_change(row, existing)):
            continue
        if existing is None and form.kind is SupplierKind.PERSON and len(form.name) > PERSON_NAME_MAX:
            work.faults.add(row.problem("field.too_long", "name", max=PERSON_NAME_MAX))
            continue
        plans.append(Plan(row, identity, form, existing))
    return plans


def _new(work: Importing, plan: SupplierPlan, organisations: Organisations) -> Supplier:
    return new_supplier(work, plan.identity, _values(plan, organisations))


def _values(plan: SupplierPlan, organisations: Organisations) -> dict[str, Any]:
    """The columns of the row; of what the file has no column for, nothing."""
    values = plan.form.model_dump(exclude={"person", "organisation"})
    given = plan.row.given
    if "organisation" in given:
        reference = Reference(plan.identity.source, given["organisation"] or "")
        values["organisation_id"] = organisations[reference].key if reference.written else None
    confirmed: date | None = given.get("confirmed_on")
    return values | ({"confirmed_on": confirmed} if confirmed else {})


def _update(
    work: Importing, plan: SupplierPlan, existing: Supplier, organisations: Organisations, counts: Counts
) -> None:
    if existing.archived_at is not None:
        counts.archived += 1
        return
    values = _values(plan, organisations)
    if all(getattr(existing, name) == value for name, value in values.items()):
        counts.unchanged += 1
        return
    existing.sqlmodel_update(values)
    counts.updated += 1
    work.record(SubjectKind.SUPPLIER, existing.key, "supplier.edited", plan.identity)
