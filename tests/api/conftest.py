"""The application on a database of the test's own, with one user for each role."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import install, routed_app
from core import clock
from core.database import Database
from core.demo_users import PASSWORD
from core.i18n import Language
from core.settings import Settings
from tests.api.entering import program_of
from tests.api.page_reader import Browser
from tests.api.page_world import add_users
from workflow.users import HASHER


@pytest.fixture(scope="session")
def password_hash() -> str:
    """The hash of the demo password; made once, because making it is slow on purpose."""
    return HASHER.hash(PASSWORD)


@pytest.fixture(scope="session")
def routes() -> FastAPI:
    """The application without an installation: its routes are analysed once, by the first request."""
    return routed_app()


@pytest.fixture
def app(
    routes: FastAPI, database: Database, database_url: str, tmp_path: Path, password_hash: str
) -> Iterator[FastAPI]:
    """The application; everybody of `core.demo_users` can sign in, those of an enterprise for 示例企业甲."""
    with database.writing() as session:
        add_users(session, password_hash, clock.now())
    install(routes, Settings(data_dir=tmp_path, database_url=database_url, demo=True, language=Language.ZH))
    yield routes
    routes.state.database.dispose()


@pytest.fixture
def browser(app: FastAPI) -> Browser:
    """A browser in which nobody is signed in."""
    return Browser(app)


@pytest.fixture
def as_user(app: FastAPI) -> Callable[[str], Browser]:
    """A browser in which a demo user is signed in."""
    return lambda login: Browser(app).enter(login)


@pytest.fixture
def as_program(app: FastAPI) -> Callable[[str], TestClient]:
    """A program that sends the token of a demo user."""
    return lambda login: program_of(app, login)
