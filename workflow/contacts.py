"""Whom to call about a need: somebody of the organisation that asks."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_
from sqlmodel import col, select

from core.database import ReadSession, WriteSession
from core.errors import Conflict, NotFound
from models.access import Viewer
from models.deal_enums import Visibility
from models.enums import Role, SubjectKind
from models.need import Need
from models.person import Affiliation, Person
from models.user import Membership
from workflow.history import record_event
from workflow.needs import get_need_to_edit
from workflow.requirements import clarity_of


def possible_contacts(session: ReadSession, need: Need) -> Sequence[Person]:
    """The people of the organisation that asks, by name: who belongs there, and who acts for it here."""
    belongs = select(Affiliation.person_id).where(
        Affiliation.organisation_id == need.organisation_id, col(Affiliation.valid_to).is_(None)
    )
    acts = select(Membership.person_id).where(
        Membership.organisation_id == need.organisation_id,
        col(Membership.role).in_([Role.ENTERPRISE_MEMBER, Role.ENTERPRISE_ADMIN]),
        col(Membership.valid_to).is_(None),
    )
    return session.exec(
        select(Person)
        .where(or_(col(Person.id).in_(belongs), col(Person.id).in_(acts)), col(Person.erased_at).is_(None))
        .order_by(col(Person.name), col(Person.id))
    ).all()


def name_contact(
    session: WriteSession, viewer: Viewer, need_id: str, person: str, *, now: datetime, version: int | None = None
) -> Need:
    """The person of this id is whom to call; "" names nobody. That somebody decides counts for the need's clarity.

    Raises NotFound, also for a person of another organisation, Refused and Conflict.
    """
    need, revision, _, _ = get_need_to_edit(session, viewer, need_id, version=version)
    if need.archived_at is not None:
        raise Conflict("need.archived")
    found = next((one for one in possible_contacts(session, need) if one.public_id == person), None)
    if person and found is None:
        raise NotFound("person.not_found", id=person)
    contact_id = found.key if found else None
    if need.contact_id == contact_id:
        return need
    need.contact_id = contact_id
    if need.clarity is not None:
        clarity = clarity_of(need, revision)
        need.clarity, need.clarity_kind = clarity.score, clarity.type.value
    record_event(
        session,
        SubjectKind.NEED,
        need.key,
        "need.contact_named",
        actor_id=viewer.person_id,
        now=now,
        visibility=Visibility.PARTIES,
    )
    session.flush()
    return need
