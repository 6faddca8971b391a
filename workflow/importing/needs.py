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
from workflow.installation import installation
from workflow.needs import first_revision, next_revision, says_the_same
from workflow.requirements import draft_requirements

_TEXT = tuple(NeedText.model_fields)
NeedPlan = Plan[Need, NeedCreate]
Organisations = dict[Reference, Any]


def import_needs(work: Importing, rows: list[ParsedRow]) -> Counts:
    """The rows are needs. A row without an id is the need of its title and organisation."""
    identities = identify(rows, work.faults, source=work.source, natural=_natural)
    known = known_rows(work.session, Need, identities)
    current = current_need_revisions(work.session, [need.key for need in known.values()])
    organisations = _organisations(work, rows, identities)
    plans = _plan(work, rows, identities, known, current)
    work.faults.refuse_if_any()
    counts = Counts()
    _create(work, [plan for plan in plans if plan.existing is None], organisations, counts)
    _update(work, [plan for plan in plans if plan.existing is not None], current, organisations, counts)
    return counts


def _natural(row: ParsedRow) -> tuple[str, ...]:
    return row.given.get("title") or "", row.given.get("organisation") or ""


def _reference(row: ParsedRow, identity: Identity) -> Reference:
    return Reference(identity.source, row.given.get("organisation") or "")


def _organisations(work: Importing, rows: list[ParsedRow], identities: list[Identity]) -> Organisations:
    named = {_reference(row, identity): row for row, identity in zip(rows, identities, strict=True)}
    named = {reference: row for reference, row in named.items() if reference.written}
    found = resolve(work.session, Organisation, named)
    for reference, row in named.items():
        problem = reference_problem(row, "organisation", reference.written, found.get(reference))
        if problem:
            work.faults.add(problem)
    return dict(found)


def _plan(
    work: Importing,
    rows: list[ParsedRow],
    identities: list[Identity],
    known: dict[Identity, Need],
    current: dict[int, NeedRevision],
) -> list[NeedPlan]:
    plans: list[NeedPlan] = []
    for row, identity in zip(rows, identities, strict=True):
        existing = known.get(identity)
        values = given_values(row, current[existing.key] if existing else None, _TEXT)
        if existing is None and "language" not in values:
            values["language"] = language_of(f"{values.get('title')} {values.get('problem', '')}")
        disclosure = row.given.get("disclosure", existing.disclosure if existing else None)
        form = work.form(row, NeedCreate, values | ({} if disclosure is None else {"disclosure": disclosure}))
        if form is not None and (existing is None or work.may_change(row, existing)):
            plans.append(Plan(row, identity, form, existing))
    return plans


def _create(work: Importing, plans: list[NeedPlan], organisations: Organisations, counts: Counts) -> None:
    default: Any = None
    if any(not plan.row.given.get("organisation") for plan in plans):
        default = default_organisation(work)
        counts.organisation = default.name
    needs = [_new(work, plan, organisations.get(_reference(plan.row, plan.identity), default)) for plan in plans]
    work.session.add_all(needs)
    work.session.flush()
    revisions = [first_revision(n, plan.form, work.viewer, work.now) for n, plan in zip(needs, plans, strict=True)]
    work.session.add_all(revisions)
    work.session.flush()
    for done, (plan, need, revision) in enumerate(zip(plans, needs, revisions, strict=True)):
        if need.status is not NeedStatus.SUBMITTED:
            draft_requirements(work.session, need, revision)
        work.record(SubjectKind.NEED, need.key, "need.imported", plan.identity)
        work.progress(done + 1, len(plans))
    counts.created = len(plans)
    if any(not plan.row.given.get("status") for plan in plans):
        counts.status = work.status.value


def default_organisation(work: Importing) -> Organisation:
    """The organisation the import is for: the one named, by id or name, or the society itself.

    Raises NotFound, and Invalid when the name is that of several or nothing was set up.
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
        raise Invalid("import.no_organisation")
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


def _update(
    work: Importing,
    plans: list[NeedPlan],
    current: dict[int, NeedRevision],
    organisations: Organisations,
    counts: Counts,
) -> None:
    for plan in plans:
        need = plan.existing
        if need is None or need.archived_at is not None:
            counts.archived += need is not None
            continue
        changed = _change_facts(plan, need, organisations)
        if not says_the_same(current[need.key], plan.form):
            revision = next_revision(need, current[need.key], plan.form, work.viewer, work.now)
            work.session.flush()
            work.session.add(revision)
            work.session.flush()
            if need.clarity is not None:
                draft_requirements(work.session, need, revision)
            changed = True
        if changed:
            work.record(SubjectKind.NEED, need.key, "need.revised", plan.identity)
        counts.updated += changed
        counts.unchanged += not changed


def _change_facts(plan: NeedPlan, need: Need, organisations: Organisations) -> bool:
    organisation = organisations.get(_reference(plan.row, plan.identity))
    asking = organisation.key if organisation else need.organisation_id
    if (need.disclosure, need.organisation_id) == (plan.form.disclosure, asking):
        return False
    need.disclosure, need.organisation_id = plan.form.disclosure, asking
    return True
