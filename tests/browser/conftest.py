"""A real server on a free port, and a Chromium that never leaves 127.0.0.1."""

import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Playwright, sync_playwright

from api.app import install, routed_app
from core import clock
from core.database import Database
from core.demo_users import PASSWORD
from core.i18n import Language
from core.settings import Settings
from tests.api.page_world import add_catalogue, add_deals, add_users
from tests.browser.visitor import Visitor
from workflow.users import HASHER

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_START_SECONDS = 30


@pytest.fixture(scope="session")
def routes() -> FastAPI:
    """The application without an installation: its routes are analysed once, by the first request."""
    return routed_app()


@pytest.fixture
def app(routes: FastAPI, tmp_path: Path, sqlite_template: Path) -> FastAPI:
    """The application on a database of the test's own, with the demo users and a small catalogue."""
    url = f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'keqiao.db')}"
    database = Database(url)
    with database.writing() as session:
        now = clock.now()
        add_users(session, HASHER.hash(PASSWORD), now)
        add_catalogue(session, now)
        add_deals(session, now)
    database.dispose()
    install(routes, Settings(data_dir=tmp_path, database_url=url, demo=True, language=Language.ZH))
    return routes


@pytest.fixture
def server(app: FastAPI) -> Iterator[str]:
    """The address of a server that closes its database when it ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    _wait_until(lambda: server.started)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(_START_SECONDS)
    listener.close()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """The installed Chromium; a missing one fails the test, `make browser` installs it."""
    path = next((found for name in CHROMIUM_NAMES if (found := shutil.which(name))), None)
    assert path, "no Chromium: run `make browser`"
    browser = playwright.chromium.launch(executable_path=path, args=ARGS)
    yield browser
    browser.close()


@pytest.fixture
def visit(app: FastAPI, server: str, chromium: Browser) -> Iterator[Callable[[Language], Visitor]]:
    """A person who reads in a language; afterwards nothing was asked of another host and no page complained."""
    visitors: list[Visitor] = []

    def arrive(language: Language) -> Visitor:
        context = chromium.new_context(
            base_url=server,
            locale="en-GB" if language is Language.EN else "zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": 1280, "height": 900},
        )
        visitor = Visitor(context.new_page(), language, app)
        context.route("**/*", visitor.watch)
        visitors.append(visitor)
        return visitor

    yield arrive
    for visitor in visitors:
        visitor.page.context.close()
        assert visitor.strangers == []
        assert visitor.complaints == []


def _wait_until(holds: Callable[[], bool]) -> None:
    end = monotonic() + _START_SECONDS
    while not holds():
        assert monotonic() < end, "the server did not start"
        sleep(0.02)
