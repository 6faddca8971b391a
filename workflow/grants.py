"""Grants: who may see more of one need or capability than the rules give, until when; given by those who curate it.

Rule a maintainer must keep: a grant that is changed or taken back ends, it is never rewritten, so that who could see
what when stays readable.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from core.database import ReadSession, WriteSession
from core.errors import Invalid, NotFound, Problem, Refused
from models.access import CARD, Viewer, curates
from models.enums import SubjectKind
from models.grant import Grant, GrantCreate, GrantPublic
from models.person import Person
from workflow.capabilities import get_capability
from workflow.history import record_event
from workflow.needs import get_need
from workflow.people import person_named


def grant_access(
    session: WriteSession, viewer: Viewer, kind: SubjectKind, public_id: str, form: GrantCreate, *, now: datetime
) -> Grant:
    """The person sees the need or capability at the form's level; what was granted before has ended.

    Raises NotFound for the object and the person, Refused for who does not curate it, Invalid for an end in the past.
    """
    key = _curated(session, viewer, kind, public_id)
    if viewer.person_id is None:
        raise Refused("grant.refused")
    if form.valid_to is not None and form.valid_to <= now:
        raise Invalid("invalid", (Problem("field.in_past", field="valid_to"),))
    person = person_named(session, form.person)
    _end(session, kind, key, person, now)
    grant = Grant(
        object_kind=kind,
        object_id=key,
        level=form.level,
        person_id=person.key,
        granted_by_id=viewer.person_id,
        granted_at=now,
        valid_to=form.valid_to,
    )
    session.add(grant)
    params = {"person": person.public_id, "level": int(form.level)}
    record_event(session, kind, key, f"{kind}.access_granted", actor_id=viewer.person_id, now=now, params=params)
    session.flush()
    return grant


def revoke_access(
    session: WriteSession, viewer: Viewer, kind: SubjectKind, public_id: str, person: str, *, now: datetime
) -> None:
    """The person (a login or an id) sees what the rules give, and no more.

    Raises NotFound for the object, the person, and one to whom nothing is granted, and Refused for who does not curate
    the object.
    """
    key = _curated(session, viewer, kind, public_id)
    found = person_named(session, person)
    if not _end(session, kind, key, found, now):
        raise NotFound("grant.not_found", id=person)
    params = {"person": found.public_id}
    record_event(session, kind, key, f"{kind}.access_revoked", actor_id=viewer.person_id, now=now, params=params)
    session.flush()


def list_grants(
    session: ReadSession, viewer: Viewer, kind: SubjectKind, public_id: str, *, now: datetime
) -> list[GrantPublic]:
    """Who sees the object by a grant that holds now, oldest first. Raises NotFound and Refused."""
    key = _curated(session, viewer, kind, public_id)
    giver = aliased(Person)
    rows = session.exec(
        select(Grant, Person, giver.name)
        .join(Person, col(Person.id) == col(Grant.person_id))
        .join(giver, col(giver.id) == col(Grant.granted_by_id))
        .where(*_holding(kind, key, now))
        .order_by(col(Grant.id))
    )
    return [
        GrantPublic.model_validate(
            grant.model_dump() | {"person": person.public_id, "name": person.name, "granted_by": granted_by}
        )
        for grant, person, granted_by in rows
    ]


def _curated(session: ReadSession, viewer: Viewer, kind: SubjectKind, public_id: str) -> int:
    """The key of an object whose curator the viewer is."""
    if kind is SubjectKind.NEED:
        need = get_need(session, viewer, public_id, CARD).need
        key, branch = need.key, need.branch_id
    elif kind is SubjectKind.CAPABILITY:
        capability = get_capability(session, viewer, public_id).capability
        key, branch = capability.key, capability.branch_id
    else:
        raise ValueError(f"access is granted to needs and capabilities, not to a {kind}")
    if not curates(viewer, branch):
        raise Refused("grant.refused")
    return key


def _end(session: WriteSession, kind: SubjectKind, key: int, person: Person, now: datetime) -> Sequence[Grant]:
    """What has been granted to the person ends; what that was."""
    held = session.exec(select(Grant).where(Grant.person_id == person.key, *_holding(kind, key, now))).all()
    for grant in held:
        grant.valid_to = now
    session.flush()
    return held


def _holding(kind: SubjectKind, key: int, now: datetime) -> tuple[ColumnElement[bool] | bool, ...]:
    return (
        Grant.object_kind == kind,
        Grant.object_id == key,
        Grant.field == "",
        col(Grant.valid_to).is_(None) | (col(Grant.valid_to) > now),
    )
