"""Needs from a file; a need that names no organisation is one of the organisation the import is for."""

from typing import Any

from catalog.demand.needs import current_need_revisions
from core.errors import Invalid, NotFound
from models.enums import NeedStatus, SubjectKind
from models.need import Need, NeedCreate, NeedRevision, NeedText
from models.organisation import Organisation
from workflow.branches import home_branch
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
from workflow.importing.report import STATUSES_OF_NEW
from workflow.installation import installation
from workflow.needs import first_revision, next_revision, says_the_same
from workflow.requirements import draft_requirements

_TEXT = tuple(NeedText.model_fields)
NeedPlan = Plan[Need, NeedCreate]
Askers = dict[int, Organisation]
"""Row number → whose need it is."""


def import_needs(work: Importing, rows: list[ParsedRow]) -> Counts:
    """The rows are needs. A row without an id is the need of its title and organisation."""
    askers = _askers(work, rows)

    def natural(row: ParsedRow) -> tuple[str, ...]:
        asking = askers.get(row.number)
        return row.given.get("title") or "", asking.public_id if asking else ""

    identities = identify(rows, work.faults, source=work.source, natural=natural)
    known = known_rows(work.session, Need, identities)
    current = current_need_revisions(work.session, [need.key for need in known.values()])
    plans = _plan(work, rows, identities, known, current, askers)
    work.faults.refuse_if_any()
    counts = Counts()
    _create(work, [plan for plan in plans if plan.existing is None], askers, counts)
    _update(work, [plan for plan in plans if plan.existing is not None], current, counts)
    return counts


def _askers(work: Importing, rows: list[ParsedRow]) -> Askers:
    """Whose the rows are; a reference that names nobody or several is a fault, told once."""
    named = [row for row in rows if row.given.get("organisation")]
    found = resolve(work.session, Organisation, [work.reference(row, "organisation") for row in named])
    default = default_organisation(work) if len(named) < len(rows) else None
    askers = {} if default is None else {row.number: default for row in rows}
    told: set[Reference] = set()
    for row in named:
        reference = work.reference(row, "organisation")
        organisation = found.get(reference)
        problem = reference_problem(row, "organisation", reference.written, organisation)
        if problem and reference not in told:
            work.faults.add(problem)
            told.add(reference)
        if isinstance(organisation, Organisation):
            askers[row.number] = organisation
    return askers


def _plan(
    work: Importing,
    rows: list[ParsedRow],
    identities: list[Identity],
    known: dict[Identity, Need],
    current: dict[int, NeedRevision],
    askers: Askers,
) -> list[NeedPlan]:
    plans: list[NeedPlan] = []
    for row, identity in zip(rows, identities, strict=True):
        existing = known.get(identity)
        values = given_values(row, current[existing.key] if existing else None, _TEXT)
        if existing is None and "language" not in values:
            values["language"] = language_of(f"{values.get('title')} {values.get('problem', '')}")
        disclosure = row.given.get("disclosure", existing.disclosure if existing else None)
        form = work.form(row, NeedCreate, values | ({} if disclosure is None else {"disclosure": disclosure}))
        allowed = _may_be_new(work, row) if existing is None else _may_change(work, row, existing, askers)
        if form is not None and allowed:
            plans.append(Plan(row, identity, form, existing))
    return plans


def _may_be_new(work: Importing, row: ParsedRow) -> bool:
    """Whether the row may be a new need; a fault if it tells of matches or deals that are not here."""
    if (row.given.get("status") or work.status) in STATUSES_OF_NEW:
        return True
    work.faults.add(row.problem("import.status", "status"))
    return False


def _may_change(work: Importing, row: ParsedRow, need: Need, askers: Askers) -> bool:
    """Whether the viewer curates the need and it is whose the row, or the import, says it is; a fault if not."""
    if not work.may_change(row, need):
        return False
    asking = askers.get(row.number) if row.given.get("organisation") or work.organisation else None
    if asking is None or asking.key == need.organisation_id:
        return True
    work.faults.add(row.problem("import.another_organisation", "id"))
    return False


def _create(work: Importing, plans: list[NeedPlan], askers: Askers, counts: Counts) -> None:
    if any(plan.row.number not in askers for plan in plans):
        raise Invalid("import.no_organisation")
    unnamed = next((plan.row for plan in plans if not plan.row.given.get("organisation")), None)
    if unnamed is not None:
        counts.organisation = askers[unnamed.number].name
    needs = [_new(work, plan, askers[plan.row.number]) for plan in plans]
    work.session.add_all(needs)
    work.session.flush()
    revisions = [first_revision(n, plan.form, work.viewer, work.now) for n, plan in zip(needs, plans, strict=True)]
    work.session.add_all(revisions)
    work.session.flush()
    for done, (plan, need, revision) in enumerate(zip(plans, needs, revisions, strict=True)):
        if need.status is not NeedStatus.SUBMITTED:
            draft_requirements(work.session, need, revision, now=work.now)
        work.record(SubjectKind.NEED, need.key, "need.imported", plan.identity)
        work.progress(done + 1, len(plans))
    counts.created = len(plans)
    if any(not plan.row.given.get("status") for plan in plans):
        counts.status = work.status.value


def default_organisation(work: Importing) -> Organisation | None:
    """The organisation the import is for: the one named, by id or name, or the society itself if there is one.

    Raises NotFound, and Invalid when the name is that of several.
    """
    if work.organisation:
        reference = Reference(work.source, work.organisation)
        found = resolve(work.session, Organisation, [reference]).get(reference)
        if isinstance(found, Ambiguous):
            raise Invalid("import.ambiguous_reference", value=work.organisation, n=found.objects)
        if found is None:
            raise NotFound("organisation.not_found", id=work.organisation)
        return found
    here = installation(work.session)
    if here is None or here.society is None:
        return None
    return work.session.get_one(Organisation, here.society)


def _new(work: Importing, plan: NeedPlan, organisation: Organisation) -> Need:
    facts: dict[str, Any] = {
        "organisation_id": organisation.key,
        "status": plan.row.given.get("status") or work.status,
        "disclosure": plan.form.disclosure,
        "source": plan.identity.source,
        "external_id": plan.identity.external_id,
        "branch_id": home_branch(work.viewer),
        "submitted_at": work.now,
    }
    return Need.model_validate(facts)


def _update(work: Importing, plans: list[NeedPlan], current: dict[int, NeedRevision], counts: Counts) -> None:
    for plan in plans:
        need = plan.existing
        if need is None or need.archived_at is not None:
            counts.archived += need is not None
            continue
        changed = need.disclosure != plan.form.disclosure
        need.disclosure = plan.form.disclosure
        if not says_the_same(current[need.key], plan.form):
            before = current[need.key]
            revision = next_revision(need, before, plan.form, work.viewer, work.now)
            work.session.flush()
            work.session.add(revision)
            work.session.flush()
            if need.clarity is not None:
                draft_requirements(work.session, need, revision, now=work.now, before=before)
            changed = True
        if changed:
            work.record(SubjectKind.NEED, need.key, "need.revised", plan.identity)
        counts.updated += changed
        counts.unchanged += not changed
