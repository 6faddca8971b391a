"""The pages of technical needs."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Response

from api.audiences import ASKERS, SOCIETY
from api.dependencies import AuditDep, NowDep, ReadSessionDep, ViewerDep, WriteSessionDep, undo
from api.policy import ANYONE, PolicyRouter, RateClass
from api.web.forms import Attempt, FormDep, Typed, attempt_of, build, filled
from api.web.lists import Wanted, WantedDep
from api.web.need_page import need_page
from api.web.shell import ShellDep
from catalog.demand.disclosure import OPEN_TEXTS, contacts_typed
from catalog.demand.needs import NeedFilter, NeedOrder
from catalog.supply.organisations import find_organisation_by_name
from core.database import ReadSession
from core.errors import AppError, Invalid, Problem, Refused
from models.access import CARD, FULL, Viewer
from models.enums import AskerKind, CooperationMode, Currency, DisclosureLevel, IprStance, NeedStatus, SolutionMode
from models.need import NeedCreate, NeedPublic, NeedSummary
from models.organisation import Organisation
from workflow.needs import (
    archive_need,
    get_need,
    list_needs,
    may_edit_need,
    restore_need,
    revise_need,
    show_need,
    submit_need,
)
from workflow.organisations import list_organisations
from workflow.paging import PAGE_SIZE_MAX, Page
from workflow.triage import triage_need

router = PolicyRouter(prefix="/needs")
DEMANDS = ("regions", "least_trl", "wanted_trl", "ipr_stances", "modes", "excluded_names", "excluded_terms")
"""The fields of the form that say what a supplier must bring."""


@dataclass(frozen=True, slots=True)
class NeedListPage:
    """Needs, and whether the reader may submit one."""

    wanted: Wanted
    found: Page[NeedSummary]
    may_submit: bool
    may_see_archived: bool
    statuses: type[NeedStatus] = NeedStatus
    askers: type[AskerKind] = AskerKind
    orders: type[NeedOrder] = NeedOrder


@dataclass(frozen=True, slots=True)
class NeedFormPage:
    """The form of a new need, or of one that is there."""

    attempt: Attempt
    own: Sequence[Organisation]
    """The reader's own organisations; empty for staff, who type a name."""
    known: Sequence[str]
    """Names of organisations to choose from while typing."""
    need: NeedPublic | None = None
    askers: type[AskerKind] = AskerKind
    solutions: type[SolutionMode] = SolutionMode
    modes: type[CooperationMode] = CooperationMode
    stances: type[IprStance] = IprStance
    levels: type[DisclosureLevel] = DisclosureLevel
    currencies: type[Currency] = Currency

    @property
    def has_demands(self) -> bool:
        """Whether something stands, or is wrong, in what a supplier must bring."""
        return any(any(self.attempt.chosen(name)) or self.attempt.problems(name) for name in DEMANDS)

    @property
    def has_contacts(self) -> bool:
        """Whether contact data stand in what was typed and others may read."""
        return bool(contacts_typed(text for name in OPEN_TEXTS for text in self.attempt.chosen(name)))

    @property
    def own_choices(self) -> list[tuple[str, str]]:
        """The reader's own organisations to choose from."""
        return [(organisation.public_id, organisation.name) for organisation in self.own]


@router.get("", roles=ANYONE, rate=RateClass.READ)
def list_page(shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep, wanted: WantedDep) -> Response:
    """The needs the reader may see."""
    may_see_archived = bool(viewer.roles & ASKERS)
    chosen = NeedFilter(
        query=wanted.text("q"),
        status=wanted.member(NeedStatus, "status"),
        technical_field=wanted.text("field"),
        asker=wanted.member(AskerKind, "asker"),
        clarity_kind=wanted.text("clarity"),
        mine=wanted.flag("mine") and may_see_archived,
        archived=wanted.flag("archived") and may_see_archived,
        order=wanted.member(NeedOrder, "order") or NeedOrder.NEWEST,
    )
    found = list_needs(session, viewer, chosen, page=wanted.page)
    return shell.render("needs/list.html", NeedListPage(wanted, found, may_see_archived, may_see_archived))


@router.get("/new", roles=ASKERS, rate=RateClass.READ)
def new_page(shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep) -> Response:
    """The form of a new need."""
    start = Attempt("need", {"disclosure": [str(int(DisclosureLevel.CARD))], "currency": [Currency.CNY]})
    return shell.render("needs/form.html", _form_page(session, viewer, start))


@router.post("", roles=ASKERS, rate=RateClass.WRITE, audit="need.submit")
def submit_new(shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep) -> Response:
    """The need is submitted."""
    try:
        new = build(NeedCreate, form, language=shell.language)
        asking = _asking(session, viewer, form)
        need = submit_need(session, viewer, new, organisation=asking.public_id, now=now)
    except AppError as error:
        undo(session, error)
        return shell.refuse("needs/form.html", _form_page(session, viewer, attempt_of("need", form, error)), error)
    return shell.go(f"/needs/{need.public_id}", "need_submitted")


@router.get("/{public_id}", roles=ANYONE, rate=RateClass.READ, audit="need.read")
def detail_page(
    shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep, audit: AuditDep, public_id: str, line: int = 0
) -> Response:
    """One need, cut to the reader's level; that everything of it was read is logged. `line` has the focus."""
    if get_need(session, viewer, public_id, CARD).level == FULL:
        audit.full_read()
    return shell.render("needs/detail.html", need_page(session, viewer, public_id, focus=line))


@router.get("/{public_id}/edit", roles=ASKERS, rate=RateClass.READ, audit="need.read")
def edit_page(shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep, audit: AuditDep, public_id: str) -> Response:
    """The form of a need that is there; it shows everything, which is logged."""
    row = get_need(session, viewer, public_id, CARD)
    if not may_edit_need(viewer, row.need):
        raise Refused("need.refused")
    audit.full_read()
    attempt = filled("need", row.revision, disclosure=str(row.need.disclosure))
    shown = show_need(session, viewer, public_id)
    return shell.render("needs/form.html", _form_page(session, viewer, attempt, shown))


@router.post("/{public_id}/edit", roles=ASKERS, rate=RateClass.WRITE, audit="need.revise")
def submit_edit(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep, public_id: str
) -> Response:
    """The need has a new revision."""
    row = get_need(session, viewer, public_id, CARD)
    language, before = row.revision.language, show_need(session, viewer, public_id)
    try:
        text = build(NeedCreate, form, language=language)
        revise_need(session, viewer, public_id, text, now=now, version=form.version())
    except AppError as error:
        undo(session, error)
        page = _form_page(session, viewer, attempt_of("need", form, error), before)
        return shell.refuse("needs/form.html", page, error)
    return shell.go(f"/needs/{public_id}", "saved")


@router.post("/{public_id}/triage", roles=SOCIETY, rate=RateClass.WRITE, audit="need.triage")
def submit_triage(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep, public_id: str
) -> Response:
    """The need is focused."""
    triage_need(session, viewer, public_id, now=now, version=form.version())
    return shell.go(f"/needs/{public_id}", "need_triaged")


@router.post("/{public_id}/archive", roles=ASKERS, rate=RateClass.WRITE, audit="need.archive")
def submit_archive(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep, public_id: str
) -> Response:
    """The need is out of the lists."""
    archive_need(session, viewer, public_id, now=now, version=form.version())
    return shell.go(f"/needs/{public_id}", "archived")


@router.post("/{public_id}/restore", roles=ASKERS, rate=RateClass.WRITE, audit="need.restore")
def submit_restore(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep, public_id: str
) -> Response:
    """The need is back in the lists."""
    restore_need(session, viewer, public_id, now=now, version=form.version())
    return shell.go(f"/needs/{public_id}", "restored")


def _form_page(session: ReadSession, viewer: Viewer, attempt: Attempt, need: NeedPublic | None = None) -> NeedFormPage:
    own = [] if viewer.is_society else [session.get_one(Organisation, key) for key in sorted(viewer.organisations)]
    found = list_organisations(session, viewer, size=PAGE_SIZE_MAX).items if viewer.is_society and not need else ()
    return NeedFormPage(attempt, own, [organisation.name for organisation in found], need)


def _asking(session: ReadSession, viewer: Viewer, form: Typed) -> Organisation:
    """Who asks: one of the reader's own organisations, or for staff the one whose name was typed."""
    if not viewer.is_society:
        own = [session.get_one(Organisation, key) for key in sorted(viewer.organisations)]
        chosen = [o for o in own if len(own) == 1 or o.public_id == form.text("organisation")]
        if chosen:
            return chosen[0]
        raise Invalid("invalid", (Problem("field.required", field="organisation"),))
    name = form.text("organisation_name")
    found = find_organisation_by_name(session, viewer, name) if name else None
    if found is None:
        code = "field.no_such_organisation" if name else "field.required"
        raise Invalid("invalid", (Problem(code, field="organisation_name"),))
    return found
