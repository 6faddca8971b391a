"""A small invented society for tests: its people, an enterprise that asks, suppliers that offer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlmodel import col, select

from catalog.demand.needs import current_need_revision
from core.database import WriteSession
from core.settings import Language
from models.access import Viewer, viewer_of
from models.capability import Capability, CapabilityRevision
from models.enums import DisclosureLevel, NeedStatus, OrganisationKind, Origin, Role, SupplierKind
from models.match import Match
from models.match_enums import MatchStatus
from models.need import Need, NeedRevision
from models.notice_enums import Channel
from models.organisation import Organisation
from models.person import Affiliation, Person
from models.supplier import Supplier
from models.user import Membership, User
from models.work import OutboxMessage

T = TypeVar("T")


@dataclass(frozen=True)
class World:
    """Builds rows; everything is flushed, nothing committed."""

    session: WriteSession
    now: datetime

    def organisation(self, name: str = "甲公司", kind: OrganisationKind = OrganisationKind.ENTERPRISE) -> Organisation:
        return self._add(Organisation(name=name, kind=kind, created_at=self.now))

    def person(self, name: str = "张三") -> Person:
        return self._add(Person(name=name, created_at=self.now))

    def viewer(self, role: Role, organisation: Organisation | None = None, name: str = "") -> Viewer:
        """A new person with this role, as the access rules see it."""
        person = self.person(name or role.value)
        place = organisation.key if organisation else None
        self._add(Membership(person_id=person.key, role=role, organisation_id=place, valid_from=self.now))
        return viewer_of(self.session, person.key, self.now)

    def staff(self, name: str = "staff") -> Viewer:
        """Staff of the society's centre."""
        return self.viewer(Role.STAFF, name=name)

    def memberships(self, person_id: int) -> Sequence[Membership]:
        return self.session.exec(select(Membership).where(Membership.person_id == person_id)).all()

    def sign_in_of(self, viewer: Viewer, *, time_zone: str = "", language: Language | None = None) -> User:
        assert viewer.person_id is not None
        return self._add(
            User(
                person_id=viewer.person_id,
                login=f"user{viewer.person_id}",
                password_hash="x",
                time_zone=time_zone,
                language=language,
                created_at=self.now,
            )
        )

    def need(
        self,
        organisation: Organisation | None = None,
        title: str = "高强度铝合金焊接工艺",
        *,
        problem: str = "需要解决薄板焊接变形的问题，抗拉强度≥300MPa。",
        public_title: str = "",
        disclosure: DisclosureLevel = DisclosureLevel.CARD,
        status: NeedStatus = NeedStatus.FOCUSED,
        contact: Person | None = None,
        branch: Organisation | None = None,
    ) -> Need:
        need = self._add(
            Need(
                organisation_id=(organisation or self.organisation()).key,
                contact_id=contact.key if contact else None,
                status=status,
                disclosure=disclosure,
                branch_id=branch.key if branch else None,
                submitted_at=self.now,
            )
        )
        self._add(
            NeedRevision(
                need_id=need.key,
                number=1,
                valid_from=self.now,
                title=title,
                public_title=public_title,
                problem=problem,
                technical_field="manufacturing",
            )
        )
        return need

    def supplier(
        self,
        name: str = "李教授",
        *,
        person: Person | None = None,
        organisation: Organisation | None = None,
        kind: SupplierKind = SupplierKind.PERSON,
    ) -> Supplier:
        return self._add(
            Supplier(
                name=name,
                kind=kind,
                person_id=person.key if person else None,
                organisation_id=organisation.key if organisation else None,
                created_at=self.now,
            )
        )

    def capability(
        self,
        supplier: Supplier,
        title: str = "铝合金薄板低变形激光焊接技术",
        summary: str = "用于薄板焊接，变形小，强度高。",
        *,
        disclosure: DisclosureLevel = DisclosureLevel.SUMMARY,
        branch: Organisation | None = None,
        keywords: Sequence[str] = (),
    ) -> CapabilityRevision:
        capability = self._add(
            Capability(
                supplier_id=supplier.key,
                disclosure=disclosure,
                branch_id=branch.key if branch else None,
                created_at=self.now,
            )
        )
        return self._add(
            CapabilityRevision(
                capability_id=capability.key,
                number=1,
                valid_from=self.now,
                title=title,
                summary=summary,
                keywords=list(keywords),
            )
        )

    def affiliation(self, person: Person, organisation: Organisation) -> Affiliation:
        return self._add(Affiliation(person_id=person.key, organisation_id=organisation.key))

    def match(
        self, need: Need, supplier: Supplier, status: MatchStatus = MatchStatus.ACCEPTED, score: float | None = None
    ) -> Match:
        """A match by hand."""
        revision = current_need_revision(self.session, need.key)
        return self._add(
            Match(
                need_id=need.key,
                need_revision_id=revision.key,
                supplier_id=supplier.key,
                origin=Origin.STAFF,
                proposed_at=self.now,
                status=status,
                score=score,
            )
        )

    def told(self) -> dict[str, list[str]]:
        """The codes of what was written for each person in the system itself, by the person's name."""
        rows = self.session.execute(
            select(Person.name, OutboxMessage.code)
            .join(OutboxMessage, col(OutboxMessage.person_id) == col(Person.id))
            .where(OutboxMessage.channel == Channel.IN_APP)
            .order_by(col(OutboxMessage.id))
        )
        found: dict[str, list[str]] = {}
        for name, code in rows:
            found.setdefault(name, []).append(code)
        return found

    def _add(self, row: T) -> T:
        self.session.add(row)
        self.session.flush()
        return row
