from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from core.database import WriteSession
from core.errors import Conflict, Invalid, NotFound, Refused, SignInNeeded
from models import Event, Membership, Organisation, Person, User, UserCreate, UserSession
from models.access import ANONYMOUS, Viewer
from models.enums import OrganisationKind, Role
from workflow.sign_in import (
    ATTEMPTS_MAX,
    LOCK,
    change_password,
    check_password,
    extend_session,
    is_due_for_extension,
    purge_sessions,
    sign_in,
    sign_out,
    viewer_for_token,
)
from workflow.users import OPERATOR, add_user, disable_user, end_role, grant_role, list_users, reset_password

PASSWORD = "a long pass 密码"
LIFETIME = timedelta(hours=12)


def form(login: str = "li.ming", role: Role = Role.STAFF) -> UserCreate:
    return UserCreate(login=login, name="演示人员", password=PASSWORD, role=role)


@pytest.fixture
def user(session: WriteSession, now: datetime) -> User:
    return add_user(session, OPERATOR, form(), now=now)


def signed_in_token(session: WriteSession, now: datetime, password: str = PASSWORD) -> str:
    outcome = sign_in(session, check_password(session, "li.ming", password), now=now, lifetime=LIFETIME)
    assert isinstance(outcome, tuple)
    return outcome[1]


def test_a_new_user_signs_in_with_any_case_of_the_login(session: WriteSession, user: User, now: datetime) -> None:
    outcome = sign_in(session, check_password(session, " LI.Ming ", PASSWORD), now=now, lifetime=LIFETIME)

    assert isinstance(outcome, tuple)
    assert outcome[0].user_id == user.id


def test_no_password_and_no_token_is_stored_readably(session: WriteSession, user: User, now: datetime) -> None:
    token = signed_in_token(session, now)

    stored = session.exec(select(UserSession)).one()
    assert PASSWORD not in user.password_hash
    assert token not in (stored.token_digest, stored.csrf_token)


def test_a_token_gives_the_viewer_with_the_roles_that_hold_now(
    session: WriteSession, user: User, now: datetime
) -> None:
    token = signed_in_token(session, now)

    signed_in = viewer_for_token(session, token, now)

    assert signed_in is not None
    assert signed_in.name == "演示人员"
    assert signed_in.viewer.roles == {Role.STAFF}
    assert signed_in.viewer.central == {Role.STAFF}
    assert viewer_for_token(session, token + "x", now) is None


def test_wrong_passwords_lock_the_user_and_the_right_one_is_then_refused_too(
    session: WriteSession, user: User, now: datetime
) -> None:
    failures = [
        sign_in(session, check_password(session, "li.ming", "wrong password"), now=now, lifetime=LIFETIME)
        for _ in range(ATTEMPTS_MAX)
    ]
    locked = sign_in(
        session, check_password(session, "li.ming", PASSWORD), now=now + LOCK - timedelta(seconds=1), lifetime=LIFETIME
    )
    unknown = sign_in(session, check_password(session, "nobody", PASSWORD), now=now, lifetime=LIFETIME)

    assert all(isinstance(failure, SignInNeeded) for failure in (*failures, locked, unknown))
    assert len({str(failure) for failure in (*failures, locked, unknown)}) == 1
    assert isinstance(
        sign_in(session, check_password(session, "li.ming", PASSWORD), now=now + LOCK, lifetime=LIFETIME), tuple
    )


def test_a_right_password_starts_the_count_of_failures_again(session: WriteSession, user: User, now: datetime) -> None:
    for password in ["wrong password"] * (ATTEMPTS_MAX - 1) + [PASSWORD] + ["wrong password"] * (ATTEMPTS_MAX - 1):
        sign_in(session, check_password(session, "li.ming", password), now=now, lifetime=LIFETIME)

    assert isinstance(sign_in(session, check_password(session, "li.ming", PASSWORD), now=now, lifetime=LIFETIME), tuple)


def test_a_session_ends_after_its_lifetime_without_activity(session: WriteSession, user: User, now: datetime) -> None:
    token = signed_in_token(session, now)
    later = now + LIFETIME - timedelta(minutes=1)
    signed_in = viewer_for_token(session, token, later)
    assert signed_in is not None
    assert is_due_for_extension(signed_in.session, later)

    extend_session(session, signed_in.session.key, now=later, lifetime=LIFETIME)

    assert viewer_for_token(session, token, now + LIFETIME) is not None
    assert viewer_for_token(session, token, later + LIFETIME) is None
    assert purge_sessions(session, now=later + LIFETIME) == 1


def test_signing_out_ends_the_session_at_once(session: WriteSession, user: User, now: datetime) -> None:
    token = signed_in_token(session, now)

    sign_out(session, token)

    assert viewer_for_token(session, token, now) is None


def test_a_changed_password_ends_every_other_session(session: WriteSession, user: User, now: datetime) -> None:
    here, elsewhere = signed_in_token(session, now), signed_in_token(session, now)
    signed_in = viewer_for_token(session, here, now)
    assert signed_in is not None

    wrong, right = (check_password(session, "li.ming", old) for old in ("not the old one", PASSWORD))
    assert isinstance(change_password(session, signed_in, wrong, "quite another one", now=now), Refused)
    with pytest.raises(Invalid):
        change_password(session, signed_in, right, "short", now=now)
    assert change_password(session, signed_in, right, "quite another one", now=now) is None

    assert viewer_for_token(session, here, now) is not None
    assert viewer_for_token(session, elsewhere, now) is None
    signed_in_token(session, now, "quite another one")


def test_a_disabled_user_is_out_at_once_and_a_reset_lets_back_in(
    session: WriteSession, user: User, now: datetime
) -> None:
    token = signed_in_token(session, now)

    disable_user(session, OPERATOR, "li.ming", now=now)
    assert viewer_for_token(session, token, now) is None
    assert isinstance(
        sign_in(session, check_password(session, "li.ming", PASSWORD), now=now, lifetime=LIFETIME), SignInNeeded
    )

    reset_password(session, OPERATOR, "li.ming", "given by the admin", now=now)
    signed_in_token(session, now, "given by the admin")
    codes = session.exec(select(Event.code).where(Event.subject_id == user.key)).all()
    assert codes == ["user.added", "user.disabled", "user.password_reset"]


def test_the_last_administrator_cannot_be_disabled(session: WriteSession, now: datetime) -> None:
    add_user(session, OPERATOR, form("root", Role.SYSTEM_ADMIN), now=now)
    with pytest.raises(Conflict, match=r"user\.last_admin"):
        disable_user(session, OPERATOR, "root", now=now)

    add_user(session, OPERATOR, form("root2", Role.SYSTEM_ADMIN), now=now)
    assert disable_user(session, OPERATOR, "root", now=now).disabled_at == now


def test_a_login_and_a_person_have_one_user(session: WriteSession, user: User, now: datetime) -> None:
    with pytest.raises(Conflict, match=r"user\.login_taken"):
        add_user(session, OPERATOR, form("LI.MING"), now=now)
    with pytest.raises(Conflict, match=r"user\.person_has_user"):
        add_user(session, OPERATOR, form("other"), now=now, person=session.get_one(Person, user.person_id))


def test_an_enterprise_role_needs_an_organisation_that_exists(session: WriteSession, now: datetime) -> None:
    company = Organisation(name="示例公司", kind=OrganisationKind.ENTERPRISE, created_at=now)
    session.add(company)
    session.flush()
    with pytest.raises(Invalid):
        add_user(session, OPERATOR, form(role=Role.ENTERPRISE_MEMBER), now=now)
    with pytest.raises(NotFound):
        add_user(session, OPERATOR, form(role=Role.ENTERPRISE_MEMBER), now=now, organisation="nowhere")

    user = add_user(session, OPERATOR, form(role=Role.ENTERPRISE_MEMBER), now=now, organisation=company.public_id)

    held = session.exec(select(Membership).where(Membership.person_id == user.person_id)).one()
    assert (held.role, held.organisation_id) == (Role.ENTERPRISE_MEMBER, company.id)


def test_a_role_held_already_is_not_granted_twice(session: WriteSession, user: User, now: datetime) -> None:
    person = session.get_one(Person, user.person_id)

    first = grant_role(session, OPERATOR, person, Role.LEAD, now=now)
    second = grant_role(session, OPERATOR, person, Role.LEAD, now=now)

    assert first.key == second.key


def test_a_role_taken_back_is_gone_at_once_and_stays_on_record(
    session: WriteSession, user: User, now: datetime
) -> None:
    token, later = signed_in_token(session, now), now + timedelta(hours=1)
    person = session.get_one(Person, user.person_id)

    end_role(session, OPERATOR, person, Role.STAFF, now=later)

    signed_in = viewer_for_token(session, token, later)
    assert signed_in is not None
    assert signed_in.viewer.roles == {Role.VISITOR}
    assert not signed_in.viewer.is_society
    again = grant_role(session, OPERATOR, person, Role.STAFF, now=later + timedelta(hours=1))
    rows = session.exec(select(Membership).where(Membership.person_id == person.key)).all()
    assert {(row.valid_from, row.valid_to) for row in rows} == {(now, later), (again.valid_from, None)}
    with pytest.raises(NotFound, match=r"user\.role_not_held"):
        end_role(session, OPERATOR, person, Role.LEAD, now=later)


def test_the_database_takes_one_current_row_of_a_role(session: WriteSession, user: User, now: datetime) -> None:
    def row(valid_from: datetime, valid_to: datetime | None = None) -> Membership:
        return Membership(person_id=user.person_id, role=Role.STAFF, valid_from=valid_from, valid_to=valid_to)

    with pytest.raises(IntegrityError), session.begin_nested():
        session.add(row(now))
    session.add(row(now - timedelta(days=2), now - timedelta(days=1)))
    session.flush()


def test_the_last_administrator_keeps_the_role(session: WriteSession, user: User, now: datetime) -> None:
    root = add_user(session, OPERATOR, form("root", Role.SYSTEM_ADMIN), now=now)
    with pytest.raises(Conflict, match=r"user\.last_admin_role"):
        end_role(session, OPERATOR, session.get_one(Person, root.person_id), Role.SYSTEM_ADMIN, now=now)


def test_an_administrator_of_the_system_alone_places_users_by_the_name_of_an_organisation(
    session: WriteSession, user: User, now: datetime
) -> None:
    admin = Viewer(person_id=user.person_id, roles=frozenset({Role.SYSTEM_ADMIN}), at=now)
    person = session.get_one(Person, user.person_id)
    for name in ("示例公司", "同名公司", "同名公司"):
        session.add(Organisation(name=name, kind=OrganisationKind.ENTERPRISE, created_at=now))
    session.flush()

    held = grant_role(session, admin, person, Role.ENTERPRISE_MEMBER, now=now, organisation="示例公司")

    assert session.get_one(Organisation, held.organisation_id).name == "示例公司"
    with pytest.raises(Conflict, match=r"organisation\.ambiguous_name"):
        grant_role(session, admin, person, Role.ENTERPRISE_MEMBER, now=now, organisation="同名公司")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM_ADMIN])
def test_only_system_administrators_manage_users(session: WriteSession, now: datetime, role: Role) -> None:
    viewer = Viewer(person_id=1, roles=frozenset({role}), at=now)
    with pytest.raises(Refused):
        add_user(session, viewer, form(), now=now)
    with pytest.raises(Refused):
        disable_user(session, viewer, "anybody", now=now)
    with pytest.raises(Refused):
        list_users(session, viewer)


def test_users_are_listed_by_login_and_found_by_word(session: WriteSession, user: User, now: datetime) -> None:
    add_user(session, OPERATOR, form("alice"), now=now)

    page = list_users(session, OPERATOR)

    assert [found.login for found, _ in page.items] == ["alice", "li.ming"]
    assert [found.login for found, _ in list_users(session, OPERATOR, query="LI.M").items] == ["li.ming"]
    with pytest.raises(Refused):
        list_users(session, ANONYMOUS)
