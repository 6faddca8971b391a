"""A small society with two branches, three outside organisations, and a viewer of every role."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from core.database import WriteSession
from models import Membership, Organisation, Person
from models.access import ANONYMOUS, Viewer, viewer_of
from models.enums import OrganisationKind, Role


class DigestEmbedder:
    """An embedder that needs no model: the vector of a text is drawn from its digest."""

    name = "digest-8"
    dim = 8

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.array([list(sha256(text.encode()).digest()[:8]) for text in texts], dtype=np.float32).reshape(-1, 8)
        unit: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit


@dataclass(frozen=True, slots=True)
class Society:
    """Who there is: a viewer for each role, and the organisations they belong to."""

    visitor: Viewer
    member: Viewer
    other_member: Viewer
    supplier: Viewer
    staff: Viewer
    other_staff: Viewer
    lead: Viewer
    auditor: Viewer
    admin: Viewer
    enterprise: Organisation
    other_enterprise: Organisation
    university: Organisation
    branch: Organisation
    other_branch: Organisation


def found_society(session: WriteSession, now: datetime) -> Society:
    """The society in the database."""

    def organisation(name: str, kind: OrganisationKind) -> Organisation:
        row = Organisation(name=name, kind=kind, region="330000", created_at=now)
        session.add(row)
        session.flush()
        return row

    def viewer(name: str, role: Role, place: Organisation | None = None) -> Viewer:
        person = Person(name=name, created_at=now)
        session.add(person)
        session.flush()
        place_id = place.key if place else None
        session.add(Membership(person_id=person.key, role=role, organisation_id=place_id, valid_from=now))
        session.flush()
        return viewer_of(session, person.key, now)

    enterprise = organisation("示例轴承厂", OrganisationKind.ENTERPRISE)
    other_enterprise = organisation("示例铸造厂", OrganisationKind.ENTERPRISE)
    branch = organisation("机械分会", OrganisationKind.SOCIETY_BRANCH)
    other_branch = organisation("化工分会", OrganisationKind.SOCIETY_BRANCH)
    return Society(
        visitor=ANONYMOUS,
        member=viewer("需方甲", Role.ENTERPRISE_MEMBER, enterprise),
        other_member=viewer("需方乙", Role.ENTERPRISE_MEMBER, other_enterprise),
        supplier=viewer("供方", Role.SUPPLIER),
        staff=viewer("专员甲", Role.STAFF, branch),
        other_staff=viewer("专员乙", Role.STAFF, other_branch),
        lead=viewer("负责人", Role.LEAD),
        auditor=viewer("审计", Role.AUDITOR),
        admin=viewer("管理员", Role.SYSTEM_ADMIN),
        enterprise=enterprise,
        other_enterprise=other_enterprise,
        university=organisation("示例大学", OrganisationKind.UNIVERSITY),
        branch=branch,
        other_branch=other_branch,
    )
