"""Technical needs: submitted by enterprises or by staff for them, revised, archived; shown to each at its level."""

from datetime import date, datetime

from sqlalchemy import and_
from sqlalchemy.orm.attributes import flag_modified
from sqlmodel import col

from catalog.demand.disclosure import cut_need
from catalog.demand.needs import NeedFilter, NeedRow, find_need, select_needs
from catalog.search import search_words
from catalog.supply.suppliers import find_person
from core.database import ReadSession, WriteSession
from core.errors import Conflict, Invalid, NotFound, Problem, Refused
from core.language.contacts import may_be_contact
from models.access import CARD, FULL, SUMMARY, Viewer, curates, need_level
from models.deal_enums import Visibility
from models.enums import DisclosureLevel, ReasonCode, SubjectKind
from models.history import Event
from models.match import Match
from models.need import Need, NeedCreate, NeedPublic, NeedRevision, NeedSummary, NeedText
from models.person import Person
from workflow.branches import home_branch
from workflow.codes import check_codes
from workflow.days import day_of
from workflow.endings import end_for_need, reopen
from workflow.history import record_event
from workflow.need_progress import tell_askers, tell_curators
from workflow.organisations import get_organisation
from workflow.paging import PAGE_SIZE, Page, read_page
from workflow.requirements import draft_requirements, show_requirements
from workflow.versions import expect_version


def submit_need(
    session: WriteSession,
    viewer: Viewer,
    form: NeedCreate,
    *,
    organisation: str,
    now: datetime,
    contact: str | None = None,
) -> Need:
    """The organisation asks for it; the society will focus it. `contact` is a person's id, for staff to give.

    People of an enterprise ask for their own and are the contact. Raises Refused, NotFound and Invalid.
    """
    asking = get_organisation(session, viewer, organisation)
    own = asking.key in viewer.organisations
    if not own and not viewer.is_society:
        raise Refused("need.refused")
    check_need(form)
    _require_to_come(form.deadline, now)
    need = Need(
        organisation_id=asking.key,
        contact_id=viewer.person_id if own else _contact(session, contact),
        disclosure=form.disclosure,
        branch_id=home_branch(viewer) if viewer.is_society else asking.branch_id,
        submitted_at=now,
    )
    session.add(need)
    session.flush()
    session.add(first_revision(need, form, viewer, now))
    _record(session, viewer, need, "need.submitted", now)
    session.flush()
    return need


def revise_need(
    session: WriteSession,
    viewer: Viewer,
    public_id: str,
    form: NeedCreate,
    *,
    now: datetime,
    version: int | None = None,
) -> Need:
    """What the form says holds from now on, and what held before stays readable; no change, no revision.

    A need that was focused is drafted anew in the same step, so that requirements never belong to another text; what
    people decided about them stays as far as the words stand. Raises NotFound, Refused, Invalid, and Conflict for what
    is archived or was changed meanwhile.
    """
    need, current, _, _ = get_need_to_edit(session, viewer, public_id, version=version)
    if need.archived_at is not None:
        raise Conflict("need.archived")
    check_need(form)
    if form.deadline != current.deadline:
        _require_to_come(form.deadline, now)
    need.disclosure = form.disclosure
    if not says_the_same(current, form):
        revision = next_revision(need, current, form, viewer, now)
        session.flush()
        session.add(revision)
        session.flush()
        if need.clarity is not None:
            draft_requirements(session, need, revision, now=now, before=current)
        event = _record(session, viewer, need, "need.revised", now)
        tell_curators(session, viewer, need, event, "revised")
        if need.organisation_id not in viewer.organisations:
            tell_askers(session, need, event, "edited")
    session.flush()
    return need


def archive_need(
    session: WriteSession, viewer: Viewer, public_id: str, *, now: datetime, version: int | None = None
) -> Need:
    """It is shown to nobody outside any more, and what was suggested for it has ended; twice changes nothing."""
    need = get_need_to_edit(session, viewer, public_id, version=version).need
    if need.archived_at is None:
        need.archived_at = now
        event = _record(session, viewer, need, "need.archived", now)
        tell_askers(session, need, event, "archived")
        tell_curators(session, viewer, need, event, "withdrawn")
        end_for_need(session, need, ReasonCode.NEED_WITHDRAWN, actor_id=viewer.person_id, now=now)
    session.flush()
    return need


def restore_need(
    session: WriteSession, viewer: Viewer, public_id: str, *, now: datetime, version: int | None = None
) -> Need:
    """It is current again, with the status it had."""
    need = get_need_to_edit(session, viewer, public_id, version=version).need
    if need.archived_at is not None:
        by_it = and_(col(Match.need_id) == need.key, col(Match.ended_at) == need.archived_at)
        need.archived_at = None
        event = _record(session, viewer, need, "need.restored", now)
        tell_askers(session, need, event, "restored")
        tell_curators(session, viewer, need, event, "taken_up")
        reopen(session, by_it, ReasonCode.NEED_WITHDRAWN)
    session.flush()
    return need


def get_need(session: ReadSession, viewer: Viewer, public_id: str, at_least: int = SUMMARY) -> NeedRow:
    """The need with its current revision, organisation and the viewer's level.

    Raises NotFound, also for one that the viewer does not see at this level.
    """
    row = find_need(session, viewer, public_id, at_least)
    if row is None:
        raise NotFound("need.not_found", id=public_id)
    return row


def get_need_to_edit(session: WriteSession, viewer: Viewer, public_id: str, *, version: int | None = None) -> NeedRow:
    """The same, if the viewer may change it and it has the version looked at. Raises Refused and Conflict as well."""
    row = get_need(session, viewer, public_id, CARD)
    if not may_edit_need(viewer, row.need):
        raise Refused("need.refused")
    expect_version(row.need, version)
    return row


def may_edit_need(viewer: Viewer, need: Need) -> bool:
    """Whether the viewer curates it or asks it: seeing it, even in full, is not enough."""
    return need.organisation_id in viewer.organisations or curates(viewer, need.branch_id)


def show_need(session: ReadSession, viewer: Viewer, public_id: str) -> NeedPublic:
    """The need as pages and the API show it to this viewer, with its requirements. Raises NotFound."""
    row = get_need(session, viewer, public_id, CARD)
    shown = public_need(row, _contact_name(session, row))
    if row.level >= DisclosureLevel.SUMMARY:
        shown.requirements = show_requirements(session, row.revision, row.level)
    return shown


def list_needs(
    session: ReadSession, viewer: Viewer, wanted: NeedFilter | None = None, *, page: int = 1, size: int = PAGE_SIZE
) -> Page[NeedSummary]:
    """The needs the viewer may see, each in short and cut to the level at which it is seen."""
    wanted = wanted or NeedFilter()
    statement = select_needs(viewer, wanted)
    if wanted.query:
        statement = statement.where(col(Need.id).not_in(_found_by_contacts(session, viewer, wanted)))
    rows = read_page(session, statement, number=page, size=size)
    return rows.map(lambda row: summarise_need(NeedRow.of(row)))


def _found_by_contacts(session: ReadSession, viewer: Viewer, wanted: NeedFilter) -> list[int]:
    """Needs that have a word searched for only in contact data which the viewer may not read there.

    The database searches whole texts, and a hit would tell a telephone number digit by digit.
    """
    words = search_words(wanted.query)
    if not any(may_be_contact(word) for word in words):
        return []
    statement = select_needs(viewer, wanted).where(need_level(viewer) < FULL)
    rows = [NeedRow.of(row) for row in session.execute(statement)]
    return [row.need.key for row in rows if not _says(public_need(row), words)]


def _says(shown: NeedPublic, words: list[str]) -> bool:
    texts = (shown.public_title, shown.title, shown.problem, shown.indicators, shown.goal)
    return all(any(word.lower() in text.lower() for text in texts) for word in words)


def public_need(row: NeedRow, contact_name: str | None = None) -> NeedPublic:
    """The row cut to its level."""
    need, revision, organisation, level = row
    facts: dict[str, object] = {
        "public_id": need.public_id,
        "version": need.version,
        "revision": revision.number,
        "status": need.status,
        "disclosure": need.disclosure,
        "region": organisation.region,
        "organisation": organisation.public_id,
        "organisation_name": organisation.name,
        "contact_name": contact_name,
        "clarity": need.clarity,
        "clarity_kind": need.clarity_kind,
        "submitted_at": need.submitted_at,
        "archived": need.archived_at is not None,
    }
    return cut_need(revision, level, facts)


def summarise_need(row: NeedRow) -> NeedSummary:
    """The row in short, cut to its level."""
    return NeedSummary.model_validate(public_need(row).model_dump(include=set(NeedSummary.model_fields)))


def first_revision(need: Need, form: NeedCreate, viewer: Viewer, now: datetime) -> NeedRevision:
    """What a new need says; not yet added to the session."""
    return _revision(need, form, 1, viewer, now)


def next_revision(need: Need, current: NeedRevision, form: NeedCreate, viewer: Viewer, now: datetime) -> NeedRevision:
    """What a need says from now on; `current` ends. To be added after a flush: only one may be current."""
    current.valid_to = now
    flag_modified(need, "disclosure")  # the row's version counts revisions too
    return _revision(need, form, current.number + 1, viewer, now)


def says_the_same(revision: NeedRevision, form: NeedCreate) -> bool:
    """Whether a new revision would differ in nothing."""
    return all(getattr(revision, name) == getattr(form, name) for name in NeedText.model_fields)


def check_need(form: NeedCreate) -> None:
    """Every code of the form is known. Raises Invalid."""
    check_codes(technical_field=form.technical_field, industry=form.industry, regions=form.regions)


def _require_to_come(deadline: date | None, now: datetime) -> None:
    """A deadline is today or later; one that came with an import or has passed since stays. Raises Invalid."""
    if deadline is not None and deadline < day_of(now):
        raise Invalid("invalid", (Problem("field.before_today", field="deadline"),))


def _revision(need: Need, form: NeedCreate, number: int, viewer: Viewer, now: datetime) -> NeedRevision:
    return NeedRevision.model_validate(
        form.model_dump(exclude={"disclosure"})
        | {"need_id": need.key, "number": number, "valid_from": now, "author_id": viewer.person_id}
    )


def _contact(session: ReadSession, public_id: str | None) -> int | None:
    if not public_id:
        return None
    person = find_person(session, public_id)
    if person is None:
        raise NotFound("person.not_found", id=public_id)
    return person.key


def _contact_name(session: ReadSession, row: NeedRow) -> str | None:
    if row.level < DisclosureLevel.FULL or row.need.contact_id is None:
        return None
    person = session.get(Person, row.need.contact_id)
    return person.name if person else None


def _record(session: WriteSession, viewer: Viewer, need: Need, code: str, now: datetime) -> Event:
    return record_event(
        session,
        SubjectKind.NEED,
        need.key,
        code,
        actor_id=viewer.person_id,
        now=now,
        visibility=Visibility.PARTIES,  # whoever asks follows what becomes of it
    )
