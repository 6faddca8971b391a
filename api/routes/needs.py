"""Technical needs as JSON."""

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel

from api.audiences import ASKERS, SOCIETY
from api.dependencies import AuditDep, NowDep, ReadSessionDep, RowNumber, ViewerDep, WriteSessionDep
from api.json_lists import PageDep
from api.page_public import PagePublic
from api.policy import ANYONE, PolicyRouter, RateClass
from catalog.demand.clarity import Question
from catalog.demand.needs import NeedFilter, NeedOrder
from models.enums import AskerKind, DisclosureLevel, NeedStatus
from models.need import NeedCreate, NeedPublic, NeedSummary
from models.refusal import RefusalCreate, RefusalPublic
from models.requirement import RequirementsUpdate
from workflow.contacts import name_contact
from workflow.erasing import erase_need_revision
from workflow.needs import archive_need, list_needs, restore_need, revise_need, show_need, submit_need
from workflow.refusals import lift_refusal, list_refusals, refuse_supplier
from workflow.requirements.editing import confirm_requirements, edit_requirements
from workflow.triage import open_questions, similar_needs, triage_need

router = PolicyRouter(prefix="/api/v1/needs", tags=["needs"])


class NeedSubmission(NeedCreate):
    """A new need, and who asks; `contact` is a person's id, for staff to give."""

    organisation: str
    contact: str | None = None


class NeedRevised(NeedCreate):
    """The whole new text, and the version that was looked at."""

    version: int


class Confirmation(BaseModel):
    """Which requirements are confirmed as they stand, by number; null means all of them."""

    numbers: list[int] | None = None
    version: int


class Contact(BaseModel):
    """Whom to call: the id of a person of the organisation that asks; null for nobody."""

    person: str | None = None
    version: int


class SimilarNeedFound(BaseModel):
    """A need like another one; `similarity` from 0 to 1."""

    need: NeedSummary
    similarity: float


class OpenQuestion(BaseModel):
    """What to ask the enterprise next; the text is under `clarity.<question>`."""

    question: Question
    params: dict[str, str | int]


@router.get("", roles=ANYONE, rate=RateClass.READ)
def list_all(
    session: ReadSessionDep,
    viewer: ViewerDep,
    page: PageDep,
    q: str = "",
    status: NeedStatus | None = None,
    technical_field: str = "",
    industry: str = "",
    region: str = "",
    asker: AskerKind | None = None,
    clarity_kind: str = "",
    organisation: str = "",
    mine: bool = False,
    archived: bool = False,
    order: NeedOrder = NeedOrder.NEWEST,
) -> PagePublic[NeedSummary]:
    """The needs the caller may see, each in short and cut to the level at which it is seen."""
    wanted = NeedFilter(
        query=q,
        status=status,
        technical_field=technical_field,
        industry=industry,
        region=region,
        asker=asker,
        clarity_kind=clarity_kind,
        organisation=organisation,
        mine=mine,
        archived=archived,
        order=order,
    )
    return PagePublic.of(list_needs(session, viewer, wanted, page=page.page, size=page.size))


@router.post("", roles=ASKERS, rate=RateClass.WRITE, audit="need.submit", status_code=201)
def submit(session: WriteSessionDep, viewer: ViewerDep, form: NeedSubmission, now: NowDep) -> NeedPublic:
    """The organisation asks for it."""
    new = NeedCreate.model_validate(form.model_dump(exclude={"organisation", "contact"}))
    need = submit_need(session, viewer, new, organisation=form.organisation, contact=form.contact, now=now)
    return show_need(session, viewer, need.public_id)


@router.get("/{public_id}", roles=ANYONE, rate=RateClass.READ, audit="need.read")
def show(session: ReadSessionDep, viewer: ViewerDep, audit: AuditDep, public_id: str) -> NeedPublic:
    """One need, cut to the level at which the caller sees it; that everything was read is logged."""
    shown = show_need(session, viewer, public_id)
    if shown.level is DisclosureLevel.FULL:
        audit.full_read()
    return shown


@router.put("/{public_id}", roles=ASKERS, rate=RateClass.WRITE, audit="need.revise")
def revise(session: WriteSessionDep, viewer: ViewerDep, public_id: str, form: NeedRevised, now: NowDep) -> NeedPublic:
    """What the body says holds from now on; what held before stays readable."""
    new = NeedCreate.model_validate(form.model_dump(exclude={"version"}))
    revise_need(session, viewer, public_id, new, now=now, version=form.version)
    return show_need(session, viewer, public_id)


@router.post("/{public_id}/triage", roles=SOCIETY, rate=RateClass.WRITE, audit="need.triage")
def triage(
    session: WriteSessionDep, viewer: ViewerDep, public_id: str, now: NowDep, version: int | None = None
) -> NeedPublic:
    """The need is focused: it has requirements, indicators and a clarity."""
    triage_need(session, viewer, public_id, now=now, version=version)
    return show_need(session, viewer, public_id)


@router.post("/{public_id}/archive", roles=ASKERS, rate=RateClass.WRITE, audit="need.archive")
def archive(
    session: WriteSessionDep, viewer: ViewerDep, public_id: str, now: NowDep, version: int | None = None
) -> NeedPublic:
    """It is shown to nobody outside any more."""
    archive_need(session, viewer, public_id, now=now, version=version)
    return show_need(session, viewer, public_id)


@router.post("/{public_id}/restore", roles=ASKERS, rate=RateClass.WRITE, audit="need.restore")
def restore(
    session: WriteSessionDep, viewer: ViewerDep, public_id: str, now: NowDep, version: int | None = None
) -> NeedPublic:
    """It is current again."""
    restore_need(session, viewer, public_id, now=now, version=version)
    return show_need(session, viewer, public_id)


@router.put("/{public_id}/contact", roles=ASKERS, rate=RateClass.WRITE, audit="need.name_contact")
def contact(session: WriteSessionDep, viewer: ViewerDep, public_id: str, form: Contact, now: NowDep) -> NeedPublic:
    """It is known whom to call about the need."""
    name_contact(session, viewer, public_id, form.person or "", now=now, version=form.version)
    return show_need(session, viewer, public_id)


@router.put("/{public_id}/requirements", roles=ASKERS, rate=RateClass.WRITE, audit="need.edit_requirements")
def edit_list(
    session: WriteSessionDep, viewer: ViewerDep, public_id: str, form: RequirementsUpdate, now: NowDep
) -> NeedPublic:
    """The need demands what the list says, in its order; what is not in it is taken out and not drafted again."""
    edit_requirements(session, viewer, public_id, form.requirements, now=now, version=form.version)
    return show_need(session, viewer, public_id)


@router.post("/{public_id}/requirements/confirm", roles=ASKERS, rate=RateClass.WRITE, audit="need.edit_requirements")
def confirm(session: WriteSessionDep, viewer: ViewerDep, public_id: str, form: Confirmation, now: NowDep) -> NeedPublic:
    """These requirements bind: a supplier whose documents contradict one that must be met is ranked lowest."""
    confirm_requirements(session, viewer, public_id, numbers=form.numbers, now=now, version=form.version)
    return show_need(session, viewer, public_id)


@router.post("/{public_id}/revisions/{number}/erase", roles=SOCIETY, rate=RateClass.WRITE, audit="need.erase_revision")
def erase(session: WriteSessionDep, viewer: ViewerDep, public_id: str, number: RowNumber, now: NowDep) -> NeedPublic:
    """What the need said in an earlier revision is gone for good; answers with what it says now."""
    erase_need_revision(session, viewer, public_id, number, now=now)
    return show_need(session, viewer, public_id)


@router.get("/{public_id}/refusals", roles=ASKERS, rate=RateClass.READ)
def refusals(session: ReadSessionDep, viewer: ViewerDep, public_id: str) -> list[RefusalPublic]:
    """Who is never proposed for the need: all for staff, for the enterprise what its own people decided."""
    return list_refusals(session, viewer, public_id)


@router.post("/{public_id}/refusals", roles=ASKERS, rate=RateClass.WRITE, audit="need.refuse", status_code=201)
def refuse(
    session: WriteSessionDep, viewer: ViewerDep, public_id: str, form: RefusalCreate, now: NowDep
) -> list[RefusalPublic]:
    """The supplier is never proposed again for this need or, `everywhere`, for whatever its enterprise asks."""
    refuse_supplier(session, viewer, public_id, form, now=now)
    return list_refusals(session, viewer, public_id)


@router.post("/{public_id}/refusals/{refusal_id}/lift", roles=ASKERS, rate=RateClass.WRITE, audit="need.lift_refusal")
def lift(
    session: WriteSessionDep,
    viewer: ViewerDep,
    public_id: str,
    refusal_id: str,
    now: NowDep,
    version: int | None = None,
) -> list[RefusalPublic]:
    """The supplier may be proposed again."""
    lift_refusal(session, viewer, public_id, refusal_id, now=now, version=version)
    return list_refusals(session, viewer, public_id)


@router.get("/{public_id}/similar", roles=ANYONE, rate=RateClass.SEARCH)
def similar(
    session: ReadSessionDep, viewer: ViewerDep, public_id: str, limit: Annotated[int, Query(ge=1, le=50)] = 5
) -> list[SimilarNeedFound]:
    """The needs most like this one, of those whose content the caller may read."""
    found = similar_needs(session, viewer, public_id, limit=limit)
    return [SimilarNeedFound(need=one.need, similarity=round(one.similarity, 4)) for one in found]


@router.get("/{public_id}/questions", roles=ASKERS, rate=RateClass.READ, audit="need.read")
def questions(session: ReadSessionDep, viewer: ViewerDep, audit: AuditDep, public_id: str) -> list[OpenQuestion]:
    """What to ask the enterprise next, the weightiest first: told from the whole need, so it is logged."""
    missing = open_questions(session, viewer, public_id)
    audit.full_read()
    return [OpenQuestion(question=one.question, params=dict(one.params)) for one in missing]
