"""Signing in and out through the pages: cookies, tokens, locks, languages."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import select

from api.identity import SESSION_COOKIE, VISITOR_COOKIE
from core import clock
from core.database import Database
from core.demo_users import DEMO_USERS, PASSWORD
from core.i18n import Language
from models.enums import AuditOutcome
from models.history import AuditEntry
from models.user import User, UserSession
from tests.api.page_reader import Browser
from workflow.sign_in import ATTEMPTS_MAX


def test_the_right_password_opens_a_session(browser: Browser) -> None:
    response = browser.sign_in("staff")
    assert response.status_code == 200
    assert response.url.path == "/"
    assert browser.client.cookies[SESSION_COOKIE]


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(app: FastAPI, browser: Browser) -> None:
    app.state.settings.secure_cookies = True
    fields = {"login": "staff", "password": PASSWORD}
    cookies = browser.send("/sign-in", "/sign-in", fields, follow_redirects=False).headers.get_list("set-cookie")
    cookie = next(c for c in cookies if c.startswith(SESSION_COOKIE))
    assert "HttpOnly" in cookie
    assert "Secure" in cookie
    assert "SameSite=lax" in cookie
    assert "Max-Age" not in cookie  # it ends with the browser


@pytest.mark.parametrize(("login", "password"), [("staff", "wrong-password"), ("nobody", PASSWORD), ("", "")])
def test_a_wrong_sign_in_says_nothing_about_who_exists(browser: Browser, login: str, password: str) -> None:
    response = browser.sign_in(login, password)
    assert response.status_code == 401
    assert "用户名或密码不正确" in response.text
    assert SESSION_COOKIE not in browser.client.cookies
    assert password not in response.text or not password or password == PASSWORD  # demo mode shows the demo's


def test_after_five_wrong_passwords_even_the_right_one_is_refused(browser: Browser, database: Database) -> None:
    for _ in range(ATTEMPTS_MAX):
        browser.sign_in("staff", "wrong-password")
    assert browser.sign_in("staff").status_code == 401
    with database.reading() as session:
        audited = session.exec(select(AuditEntry).where(AuditEntry.outcome == AuditOutcome.REFUSED)).all()
        assert [entry.subject for entry in audited] == ["staff"] * (ATTEMPTS_MAX + 1)


def test_too_many_attempts_are_stopped_whoever_they_are_for(browser: Browser) -> None:
    codes = [browser.sign_in(f"nobody{n}", "x").status_code for n in range(12)]
    assert codes[:5] == [401] * 5
    assert codes[-1] == 429


@pytest.mark.parametrize("token", [None, "", "made-up"])
def test_a_form_without_the_pages_token_is_refused(as_user: Callable[[str], Browser], token: str | None) -> None:
    browser = as_user("staff")
    data = {"name": "不应建立", "kind": "enterprise"} | ({} if token is None else {"csrf_token": token})
    assert browser.client.post("/organisations", data=data).status_code == 403
    assert "不应建立" not in browser.get("/organisations").text


def test_a_visitors_form_without_the_visitors_token_is_refused(app: FastAPI) -> None:
    fields = {"login": "staff", "password": PASSWORD, "csrf_token": ""}
    assert TestClient(app).post("/sign-in", data=fields).status_code == 403


def test_signing_in_changes_the_token_of_the_forms(browser: Browser) -> None:
    browser.get("/sign-in")
    before = browser.client.cookies[VISITOR_COOKIE]
    browser.sign_in("staff")
    assert before not in browser.get("/account").text


def test_signing_out_ends_the_session_on_the_server_too(as_user: Callable[[str], Browser], database: Database) -> None:
    browser = as_user("staff")
    token = browser.client.cookies[SESSION_COOKIE]
    assert "您已退出" in browser.send("/account", "/sign-out").text
    browser.client.cookies.set(SESSION_COOKIE, token)
    assert browser.get("/account", follow_redirects=False).status_code == 303
    with database.reading() as session:
        assert session.exec(select(UserSession)).all() == []


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
def test_signing_in_never_leads_to_another_site(browser: Browser, target: str) -> None:
    fields = {"login": "staff", "password": PASSWORD, "next": target}
    response = browser.send("/sign-in", "/sign-in", fields, follow_redirects=False)
    assert response.headers["location"] == "/"


def test_a_session_in_use_is_kept_alive(as_user: Callable[[str], Browser], database: Database) -> None:
    browser = as_user("staff")
    long_ago = clock.now() - timedelta(hours=1)
    with database.writing() as session:
        row = session.exec(select(UserSession)).one()
        row.last_seen_at, row.expires_at = long_ago, clock.now() + timedelta(minutes=1)
    browser.get("/account")
    with database.reading() as session:
        assert session.exec(select(UserSession)).one().expires_at > clock.now() + timedelta(hours=11)


def test_the_chosen_language_is_kept_for_the_user(as_user: Callable[[str], Browser], database: Database) -> None:
    browser = as_user("staff")
    browser.speak(Language.EN)
    assert '<html lang="en">' in browser.get("/account").text
    with database.reading() as session:
        assert session.exec(select(User).where(User.login == "staff")).one().language is Language.EN


def test_a_visitors_language_is_kept_in_the_browser(browser: Browser) -> None:
    browser.speak(Language.EN)
    assert "Sign in to Keqiao" in browser.get("/sign-in").text


def test_without_a_choice_the_browsers_language_counts(app: FastAPI) -> None:
    page = TestClient(app).get("/sign-in", headers={"accept-language": "en-GB,en;q=0.9"}).text
    assert '<html lang="en">' in page


def test_changing_the_password_needs_the_old_one_and_twice_the_new_one(as_user: Callable[[str], Browser]) -> None:
    browser = as_user("staff")

    def change(old: str, new: str, again: str) -> int:
        fields = {"old_password": old, "new_password": new, "new_password_again": again}
        return browser.send("/account", "/account/password", fields).status_code

    assert change("wrong", "a-new-password", "a-new-password") == 403
    assert change(PASSWORD, "a-new-password", "another-password") == 422
    assert change(PASSWORD, "short", "short") == 422
    assert change(PASSWORD, "a-new-password", "a-new-password") == 200
    assert as_user_is_refused(browser, PASSWORD)


def as_user_is_refused(browser: Browser, password: str) -> bool:
    browser.send("/account", "/sign-out")
    return browser.sign_in("staff", password).status_code == 401


def test_the_demo_users_are_shown_in_demo_mode_only(app: FastAPI, browser: Browser) -> None:
    page = browser.get("/sign-in").text
    assert all(f"<strong>{user.login}</strong>" in page for user in DEMO_USERS)
    app.state.settings.demo = False
    page = browser.get("/sign-in").text
    assert PASSWORD not in page
    assert "<strong>admin</strong>" not in page


def test_language_and_time_zone_are_chosen_on_the_account(browser: Browser, database: Database) -> None:
    browser.enter("staff")
    refused = browser.send("/account", "/account/reading", {"language": "en", "time_zone": "Mars/Olympus"})
    assert refused.status_code == 422
    assert "没有这个时区" in refused.text
    chosen = {"language": "en", "time_zone": "Asia/Urumqi"}
    assert '<html lang="en">' in browser.send("/account", "/account/reading", chosen).text
    with database.reading() as session:
        user = session.exec(select(User).where(User.login == "staff")).one()
        assert (user.language, user.time_zone) == (Language.EN, "Asia/Urumqi")
    back = browser.send("/account", "/account/reading", {"language": "", "time_zone": ""}).text
    assert '<html lang="zh' in back
