"""A person at a real browser, who notices everything that is wrong with a page."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import Page, Route

from api.identity import SESSION_COOKIE
from core.demo_users import PASSWORD
from core.i18n import Language, Translator, translator
from tests.api.entering import token_of

SCREENSHOTS = os.environ.get("KEQIAO_TEST_SCREENSHOTS", "")
"""A folder to keep a picture of every page looked at; empty means none."""


class Visitor:
    """Reads pages in one language and works with them by the words that stand on them."""

    def __init__(self, page: Page, language: Language, app: FastAPI) -> None:
        self.app = app
        self.page = page
        self.language = language
        self.t: Translator = translator(language)
        self.strangers: list[str] = []
        """Addresses of other hosts that a page asked for."""
        self.complaints: list[str] = []
        """What the browser's console complained about."""
        page.on("console", lambda message: self._hear(message.type, message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: dialog.accept())

    def watch(self, route: Route) -> None:
        """Requests to other hosts are noted and stopped."""
        if urlsplit(route.request.url).hostname == "127.0.0.1":
            route.continue_()
        else:
            self.strangers.append(route.request.url)
            route.abort()

    def enter(self, login: str) -> None:
        """This browser has the cookie of a demo user who has signed in."""
        value = token_of(self.app, login)
        self.page.context.add_cookies([{"name": SESSION_COOKIE, "value": value, "domain": "127.0.0.1", "path": "/"}])

    def sign_in(self, login: str) -> None:
        self.page.goto("/sign-in")
        self.page.get_by_label(self.t("field.login"), exact=False).fill(login)
        self.page.get_by_label(self.t("field.password"), exact=False).fill(PASSWORD)
        self.press("sign_in.submit")
        self.page.wait_for_url("**/")

    def press(self, key: str) -> None:
        """The button with this text is pressed and the page that follows is there."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=self.t(key), exact=True).first.click()

    def follow(self, key: str) -> None:
        """The link with this text is followed."""
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=self.t(key), exact=True).first.click()

    def sees(self, key: str) -> bool:
        """Whether the page says it."""
        return self.page.get_by_text(self.t(key), exact=False).first.is_visible()

    def check(self, name: str) -> None:
        """The page is accessible and says in which language it is."""
        if SCREENSHOTS:
            path = Path(SCREENSHOTS) / f"{name}.{self.language.value}.png"
            self.page.screenshot(path=path, full_page=True)
        expected = "en" if self.language is Language.EN else "zh-Hans"
        assert self.page.locator("html").get_attribute("lang") == expected
        found = Axe().run(self.page)
        assert found.violations_count == 0, f"{self.page.url}: {found.generate_report()}"

    def _hear(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.complaints.append(text)
