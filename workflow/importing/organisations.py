"""Organisations from a file."""

from typing import Any

from models.enums import SubjectKind
from models.organisation import Organisation, OrganisationBase, OrganisationCreate
from workflow.branches import home_branch
from workflow.importing.context import Counts, Importing, Plan, given_values
from workflow.importing.identities import identify, known_rows, rows_with
from workflow.importing.parsing import ParsedRow

_FIELDS = tuple(OrganisationBase.model_fields)
OrganisationPlan = Plan[Organisation, OrganisationCreate]


def import_organisations(work: Importing, rows: list[ParsedRow]) -> Counts:
    """The rows are organisations. A row without an id is the organisation of its name."""
    plans = _plan(work, rows)
    work.faults.refuse_if_any()
    counts = Counts()
    created = [(plan, _new(work, plan)) for plan in plans if plan.existing is None]
    work.session.add_all(organisation for _, organisation in created)
    work.session.flush()
    for plan, organisation in created:
        work.record(SubjectKind.ORGANISATION, organisation.key, "organisation.imported", plan.identity)
    counts.created = len(created)
    for plan in plans:
        if plan.existing is not None:
            _update(work, plan, plan.existing, counts)
    return counts


def _plan(work: Importing, rows: list[ParsedRow]) -> list[OrganisationPlan]:
    identities = identify(rows, work.faults, source=work.source, natural=lambda row: (row.given.get("name") or "",))
    known = known_rows(work.session, Organisation, identities)
    nameless = [row.given["name"] for row in rows if not row.given.get("id") and row.given.get("name")]
    by_name = {row.name: row for row in rows_with(work.session, Organisation, "name", nameless)}
    plans = []
    for row, identity in zip(rows, identities, strict=True):
        existing = known.get(identity)
        if existing is None and not row.given.get("id"):
            existing = by_name.get(row.given.get("name") or "")
        form = work.form(row, OrganisationCreate, given_values(row, existing, _FIELDS))
        if form is not None and (existing is None or work.may_change(row, existing)):
            plans.append(Plan(row, identity, form, existing))
    return plans


def _new(work: Importing, plan: OrganisationPlan) -> Organisation:
    facts: dict[str, Any] = {
        "source": plan.identity.source,
        "external_id": plan.identity.external_id,
        "branch_id": home_branch(work.viewer),
        "created_at": work.now,
    }
    return Organisation.model_validate(plan.form.model_dump() | facts)


def _update(work: Importing, plan: OrganisationPlan, existing: Organisation, counts: Counts) -> None:
    if existing.archived_at is not None:
        counts.archived += 1
        return
    values = plan.form.model_dump()
    if all(getattr(existing, name) == value for name, value in values.items()):
        counts.unchanged += 1
        return
    existing.sqlmodel_update(values)
    counts.updated += 1
    work.record(SubjectKind.ORGANISATION, existing.key, "organisation.edited", plan.identity)
