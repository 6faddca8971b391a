"""The application on a database of the test's own, with one user for each role."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from api.app import create_app
from core import clock
from core.database import Database, WriteSession
from core.demo_users import DEMO_USERS, PASSWORD
from core.i18n import Language
from core.settings import Settings
from models.enums import OrganisationKind, Role
from models.organisation import Organisation
from models.person import Person
from models.user import Membership, User
from tests.api.page_reader import Browser
from workflow.users import HASHER, IN_ORGANISATION


@pytest.fixture(scope="session")
def password_hash() -> str:
    """The hash of the demo password; made once, because making it is slow on purpose."""
    return HASHER.hash(PASSWORD)


@pytest.fixture
def app(database: Database, database_url: str, tmp_path: Path, password_hash: str) -> Iterator[FastAPI]:
    """The application; everybody of `core.demo_users` can sign in, those of an enterprise for 示例企业甲."""
    with database.writing() as session:
        _add_users(session, password_hash)
    app = create_app(Settings(data_dir=tmp_path, database_url=database_url, demo=True, language=Language.ZH))
    yield app
    app.state.database.dispose()


def _add_users(session: WriteSession, password_hash: str) -> None:
    now = clock.now()
    firm = Organisation(name="示例企业甲", kind=OrganisationKind.ENTERPRISE, created_at=now)
    session.add(firm)
    for demo in DEMO_USERS:
        person = Person(name=demo.login, created_at=now)
        session.add(person)
        session.flush()
        place = firm.key if Role(demo.role) in IN_ORGANISATION else None
        session.add(Membership(person_id=person.key, role=Role(demo.role), organisation_id=place, valid_from=now))
        session.add(User(person_id=person.key, login=demo.login, password_hash=password_hash, created_at=now))


@pytest.fixture
def browser(app: FastAPI) -> Browser:
    """A browser in which nobody is signed in."""
    return Browser(app)


@pytest.fixture
def as_user(app: FastAPI) -> Callable[[str], Browser]:
    """A browser in which a demo user is signed in."""

    def sign_in(login: str) -> Browser:
        browser = Browser(app)
        assert browser.sign_in(login).status_code == 200
        return browser

    return sign_in
