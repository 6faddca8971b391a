"""Capabilities from a file; a supplier that nobody knows is created as a team of the name the row gives."""

from typing import Any

from catalog.supply.capabilities import current_capability_revisions
from core.errors import Unavailable
from models.capability import Capability, CapabilityCreate, CapabilityRevision, CapabilityText
from models.enums import SubjectKind, SupplierKind
from models.supplier import Supplier
from workflow.branches import home_branch
from workflow.capabilities import first_revision, next_revision, says_the_same
from workflow.days import day_of
from workflow.importing.context import Counts, Importing, Plan, given_values, language_of
from workflow.importing.identities import (
    Ambiguous,
    Identity,
    Reference,
    identify,
    known_rows,
    reference_problem,
    resolve,
)
from workflow.importing.parsing import ParsedRow
from workflow.importing.suppliers import new_supplier, write_suppliers
from workflow.indexing import write_vectors

_TEXT = tuple(CapabilityText.model_fields)
_SUPPLIER_NAME_MAX = 120
CapabilityPlan = Plan[Capability, CapabilityCreate]
Suppliers = dict[Reference, Supplier]


def import_capabilities(work: Importing, rows: list[ParsedRow]) -> Counts:
    """The rows are capabilities, with their vectors. A row without an id is the one of its title and supplier."""
    suppliers = _suppliers(work, rows)

    def natural(row: ParsedRow) -> tuple[str, ...]:
        supplier = suppliers.get(_reference(work, row))
        return row.given.get("title") or "", supplier.public_id if supplier else ""

    identities = identify(rows, work.faults, source=work.source, natural=natural)
    known = known_rows(work.session, Capability, identities)
    current = current_capability_revisions(work.session, [capability.key for capability in known.values()])
    plans = _plan(work, rows, identities, known, current, suppliers)
    work.faults.refuse_if_any()
    counts = Counts(suppliers_created=_create_suppliers(work, suppliers, plans))
    revisions = _create(work, [plan for plan in plans if plan.existing is None], suppliers, counts)
    revisions += _update(work, [plan for plan in plans if plan.existing is not None], current, counts)
    if revisions:
        if work.embedder is None:
            raise Unavailable("import.no_embedder")
        write_vectors(work.session, revisions, embedder=work.embedder, now=work.now)
    return counts


def _reference(work: Importing, row: ParsedRow) -> Reference:
    return work.reference(row, "supplier")


def _suppliers(work: Importing, rows: list[ParsedRow]) -> Suppliers:
    """The suppliers that are known, and teams, not yet written, for those that are not.

    What is wrong with a reference is a fault.
    """
    named = {_reference(work, row): row for row in rows}
    found = resolve(work.session, Supplier, named)
    suppliers: Suppliers = {}
    for reference, row in named.items():
        supplier = found.get(reference)
        if isinstance(supplier, Ambiguous):
            problem = reference_problem(row, "supplier", reference.written, supplier)
        elif not reference.written:
            problem = row.problem("field.required", "supplier")
        elif len(reference.written) > _SUPPLIER_NAME_MAX and supplier is None:
            problem = row.problem("field.too_long", "supplier", max=_SUPPLIER_NAME_MAX)
        elif supplier is None:
            suppliers[reference], problem = _team(work, reference), None
        else:
            suppliers[reference] = supplier
            problem = row.problem("supplier.archived", "supplier") if supplier.archived_at else None
            work.may_change(row, supplier)
        if problem:
            work.faults.add(problem)
    return suppliers


def _plan(
    work: Importing,
    rows: list[ParsedRow],
    identities: list[Identity],
    known: dict[Identity, Capability],
    current: dict[int, CapabilityRevision],
    suppliers: Suppliers,
) -> list[CapabilityPlan]:
    plans: list[CapabilityPlan] = []
    for row, identity in zip(rows, identities, strict=True):
        existing = known.get(identity)
        values = given_values(row, current[existing.key] if existing else None, _TEXT)
        if existing is None and "language" not in values:
            values["language"] = language_of(f"{values.get('title')} {values.get('summary', '')}")
        disclosure = row.given.get("disclosure", existing.disclosure if existing else None)
        form = work.form(row, CapabilityCreate, values | ({} if disclosure is None else {"disclosure": disclosure}))
        if form is not None and (existing is None or _may_change(work, row, existing, suppliers)):
            plans.append(Plan(row, identity, form, existing))
    return plans


def _may_change(work: Importing, row: ParsedRow, capability: Capability, suppliers: Suppliers) -> bool:
    """Whether the viewer curates the capability and it is the named supplier's; a fault if not."""
    if not work.may_change(row, capability):
        return False
    supplier = suppliers.get(_reference(work, row))
    if supplier is None or supplier.id == capability.supplier_id:
        return True
    work.faults.add(row.problem("import.another_supplier", "id"))
    return False


def _create_suppliers(work: Importing, suppliers: Suppliers, plans: list[CapabilityPlan]) -> int:
    wanted = dict.fromkeys(_reference(work, plan.row) for plan in plans if plan.existing is None)
    new = [reference for reference in wanted if suppliers[reference].id is None]
    write_suppliers(work, [(Identity(*reference), suppliers[reference]) for reference in new])
    return len(new)


def _team(work: Importing, reference: Reference) -> Supplier:
    values = {"name": reference.written, "kind": SupplierKind.TEAM}
    return new_supplier(work, Identity(reference.source, reference.written), values)


def _create(
    work: Importing, plans: list[CapabilityPlan], suppliers: Suppliers, counts: Counts
) -> list[CapabilityRevision]:
    capabilities = [_new(work, plan, suppliers[_reference(work, plan.row)]) for plan in plans]
    work.session.add_all(capabilities)
    work.session.flush()
    revisions = [
        first_revision(capability, plan.form, work.viewer, work.now)
        for plan, capability in zip(plans, capabilities, strict=True)
    ]
    work.session.add_all(revisions)
    work.session.flush()
    for plan, capability in zip(plans, capabilities, strict=True):
        work.record(SubjectKind.CAPABILITY, capability.key, "capability.imported", plan.identity)
    counts.created = len(plans)
    return revisions


def _new(work: Importing, plan: CapabilityPlan, supplier: Supplier) -> Capability:
    facts: dict[str, Any] = {
        "supplier_id": supplier.key,
        "disclosure": plan.form.disclosure,
        "source": plan.identity.source,
        "external_id": plan.identity.external_id,
        "branch_id": home_branch(work.viewer) if supplier.branch_id is None else supplier.branch_id,
        "confirmed_on": plan.row.given.get("confirmed_on") or day_of(work.now),
        "created_at": work.now,
    }
    return Capability.model_validate(facts)


def _update(
    work: Importing, plans: list[CapabilityPlan], current: dict[int, CapabilityRevision], counts: Counts
) -> list[CapabilityRevision]:
    revisions = []
    for plan in plans:
        capability = plan.existing
        if capability is None or capability.archived_at is not None:
            counts.archived += capability is not None
            continue
        revision = current[capability.key]
        changed = _change_facts(plan, capability)
        if not says_the_same(revision, plan.form):
            revisions.append(next_revision(capability, revision, plan.form, work.viewer, work.now))
            work.record(SubjectKind.CAPABILITY, capability.key, "capability.revised", plan.identity)
            changed = True
        counts.updated += changed
        counts.unchanged += not changed
    work.session.flush()
    work.session.add_all(revisions)
    work.session.flush()
    return revisions


def _change_facts(plan: CapabilityPlan, capability: Capability) -> bool:
    confirmed = plan.row.given.get("confirmed_on") or capability.confirmed_on
    if (capability.disclosure, capability.confirmed_on) == (plan.form.disclosure, confirmed):
        return False
    capability.disclosure, capability.confirmed_on = plan.form.disclosure, confirmed
    return True
