"""A person at the pages: follows redirects and hands back the tokens of forms."""

import re
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from api.identity import SESSION_COOKIE
from core.demo_users import PASSWORD
from core.i18n import Language
from tests.api.entering import ADDRESS, token_of

DOMAIN = "testserver.local"
"""What cookies of `ADDRESS` are kept for: a name without a dot is taken for one of the local network."""

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_VERSION = re.compile(r'name="version" value="(\d+)"')


class Browser:
    """A browser of its own cookies."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self.client = TestClient(app, base_url=ADDRESS)

    def get(self, path: str, **options: Any) -> Response:
        return self.client.get(path, **options)

    def send(self, page: str, path: str, fields: Mapping[str, Any] | None = None, **options: Any) -> Response:
        """A form of `page` is sent to `path`, with the page's token and version."""
        text = self.get(page).text
        hidden = {"csrf_token": _found(_TOKEN, text, page)}
        version = _VERSION.search(text)
        if version:
            hidden["version"] = version.group(1)
        return self.client.post(path, data={**hidden, **(fields or {})}, **options)

    def enter(self, login: str) -> "Browser":
        """This browser, with the cookie of a demo user who has signed in."""
        self.client.cookies.set(SESSION_COOKIE, token_of(self.app, login), domain=DOMAIN)
        return self

    def sign_in(self, login: str, password: str = PASSWORD) -> Response:
        return self.send("/sign-in", "/sign-in", {"login": login, "password": password})

    def speak(self, language: Language) -> None:
        self.send("/needs", "/language", {"language": language.value, "next": "/needs"})


def find_link(browser: Browser, page: str, under: str = "") -> str:
    """The first link on a page to an object's own page (by default of the kind that the page lists)."""
    return _found(re.compile(rf'href="({under or page}/[a-z0-9]{{12}})"'), browser.get(page).text, page)


def _found(pattern: re.Pattern[str], text: str, page: str) -> str:
    match = pattern.search(text)
    assert match, f"{page} has no form"
    return match.group(1)
