"""The demo's society, its branch, and a user for each role."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.database import WriteSession
from core.demo_users import DEMO_USERS, PASSWORD
from models.access import Viewer, viewer_of
from models.enums import OrganisationKind, PersonTitle, Role
from models.organisation import OrganisationCreate
from models.person import Affiliation, Person
from models.user import UserCreate
from workflow.installation import found_society
from workflow.organisations import add_organisation
from workflow.users import OPERATOR, add_user, grant_role

SOCIETY = "科桥演示科技社团（虚构）"
BRANCH = "科桥演示社团核能与城市建设专业委员会（虚构）"
BRANCH_FIELDS = frozenset({"nuclear", "urban"})
"""The technical fields whose needs and suppliers the branch looks after; the rest belongs to the society's centre."""
HISTORY = timedelta(days=1080)
"""How far back the demo reaches: a little over 24 months."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Who acts in the demo; each acts with the rights that its memberships give."""

    centre: Viewer
    colleague: Viewer
    branch: Viewer
    lead: Viewer

    def curator(self, technical_field: str) -> Viewer:
        """Who looks after a technical field."""
        return self.branch if technical_field in BRANCH_FIELDS else self.centre

    def owner(self, name: str, technical_field: str) -> Viewer:
        """Who owns a deal; in a field of the branch only the branch and the lead may."""
        viewers = {"staff1": self.centre, "staff2": self.colleague, "lead": self.lead}
        return self.branch if technical_field in BRANCH_FIELDS and name != "lead" else viewers[name]


def found_demo_society(session: WriteSession, now: datetime) -> Cast:
    """The society, its branch and the people who work for it."""
    start = now - HISTORY
    found_society(session, SOCIETY, now=start)
    branch = OrganisationCreate(name=BRANCH, kind=OrganisationKind.SOCIETY_BRANCH)
    branch_id = add_organisation(session, OPERATOR, branch, now=start).public_id
    staff = _person(session, "沈知秋", start)
    lead = _person(session, "顾启明", start)
    colleague = _person(session, "林若川", start)
    secretary = _person(session, "白鹤年", start)
    _user(session, "staff", staff, Role.STAFF, start)
    _user(session, "lead", lead, Role.LEAD, start)
    grant_role(session, OPERATOR, colleague, Role.STAFF, now=start)
    grant_role(session, OPERATOR, secretary, Role.STAFF, now=start, organisation=branch_id)
    for login, name in (("visitor", "访客（演示）"), ("auditor", "审计员（演示）"), ("admin", "系统管理员（演示）")):
        _user(session, login, _person(session, name, start), _role(login), start)
    return Cast(*(viewer_of(session, person.key, now) for person in (staff, colleague, secretary, lead)))


def add_outside_users(
    session: WriteSession, *, enterprise: str, contact: Person, expert: Person, start: datetime
) -> None:
    """The users who are not the society's: two of an enterprise (by public id), and an expert."""
    _user(session, "enterprise", contact, Role.ENTERPRISE_ADMIN, start, enterprise)
    _user(session, "member", _person(session, "江小满", start), Role.ENTERPRISE_MEMBER, start, enterprise)
    _user(session, "supplier", expert, Role.SUPPLIER, start)


def affiliate(session: WriteSession, person: Person, organisation_id: int, role: str, since: date) -> None:
    """The person belongs to the organisation."""
    session.add(Affiliation(person_id=person.key, organisation_id=organisation_id, role=role, valid_from=since))


def _person(session: WriteSession, name: str, now: datetime) -> Person:
    person = Person(name=name, title=PersonTitle.MANAGER, created_at=now)
    session.add(person)
    session.flush()
    return person


def _user(
    session: WriteSession, login: str, person: Person, role: Role, now: datetime, organisation: str | None = None
) -> None:
    form = UserCreate(login=login, name=person.name, password=PASSWORD, role=role)
    add_user(session, OPERATOR, form, now=now, organisation=organisation, person=person)


def _role(login: str) -> Role:
    return Role(next(user.role for user in DEMO_USERS if user.login == login))
