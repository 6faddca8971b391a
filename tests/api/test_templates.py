"""The whole tree of templates: each renders in both languages, and no text is missing."""

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI

from api.web.shell import LANG, TEMPLATES, environment
from core import clock
from core.database import Database
from core.i18n import Language, read_messages
from tests.api.page_reader import Browser, find_link
from tests.api.page_world import add_catalogue, add_deals

LITERAL_KEY = re.compile(r"""\bt(?:\.count|\.has)?\(\s*["']([a-z_0-9]+(?:\.[A-Za-z_0-9]+)+)["']\s*[,)]""")
BARE_KEY = re.compile(r"(?<![\w.@/-])([a-z_]+(?:\.[A-Za-z_]+)+)(?![\w.@/-])")
TAGS = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.DOTALL)

READERS = {
    "staff": (
        "/", "/account", "/account/notices", "/messages", "/needs", "/needs/new", "/suppliers", "/suppliers/new",
        "/capabilities", "/organisations",
        "/organisations/new", "/work", "/reminders", "/deals", "/deals/new", "/import", "/search",
        "/search?q=主轴轴承温升",
        "/nothing-here", "/reports/funnel", "/reports/funnel?by=kind",
        "/reports/outcomes", "/reports/actions",
    ),
    "admin": ("/users", "/channels", "/learning"),
    "auditor": ("/audit",),
    "enterprise": ("/", "/needs", "/needs/new"),
    "supplier": ("/suggestions",),
}  # fmt: skip


@pytest.fixture
def full_app(app: FastAPI, database: Database) -> FastAPI:
    """The application with a small catalogue."""
    with database.writing() as session:
        add_catalogue(session, clock.now())
        add_deals(session, clock.now())
    staff = Browser(app).enter("staff")
    need = find_link(staff, "/needs")
    staff.send(need, f"{need}/triage")
    staff.send(f"{need}/matches", f"{need}/matches")
    deal = find_link(staff, "/deals")
    for visibility in ("staff", "team"):
        staff.send(deal, f"{deal}/files", {"visibility": visibility}, files={"file": ("记录.txt", b"1")})
    file = find_link(staff, f"{deal}/files", "/files")
    staff.send(file, f"{file}/erase")
    return app


def _sources() -> Iterator[tuple[str, str]]:
    for path in sorted(TEMPLATES.rglob("*.html")):
        yield path.relative_to(TEMPLATES).as_posix(), path.read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "source"), list(_sources()))
def test_every_text_a_template_names_is_in_the_catalogue(name: str, source: str) -> None:
    known = read_messages()
    assert [key for key in LITERAL_KEY.findall(source) if key not in known] == []


@pytest.mark.parametrize(("name", "source"), list(_sources()))
def test_no_template_holds_inline_code_style_or_another_host(name: str, source: str) -> None:
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", source)
    assert not re.search(r"https?://", source)
    assert "| safe" not in source
    assert "|safe" not in source


@pytest.mark.parametrize(("name", "source"), list(_sources()))
def test_every_form_that_changes_something_carries_the_token(name: str, source: str) -> None:
    for form in re.findall(r"<form\b.*?</form>", source, re.DOTALL):
        if re.search(r'method="post"', form):
            assert "f.csrf()" in form or "csrf_token" in form


def test_every_template_renders_in_both_languages_without_an_untranslated_key(full_app: FastAPI) -> None:
    environment.cache_clear()
    first_parts = {key.split(".")[0] for key in read_messages()}
    for language in Language:
        for path, html in _tour(full_app, language):
            text = TAGS.sub(" ", html)
            bare = [key for key in BARE_KEY.findall(text) if key.split(".")[0] in first_parts]
            assert bare == [], f"{path} in {language}"
            assert f'<html lang="{LANG[language]}">' in html, f"{path} in {language}"
    rendered = {name for _, name in environment().cache or ()}
    assert rendered == set(environment().list_templates())


def _tour(app: FastAPI, language: Language) -> Iterator[tuple[str, str]]:
    visitor = Browser(app)
    visitor.speak(language)
    yield "/sign-in", visitor.get("/sign-in").text
    for login, paths in READERS.items():
        reader = Browser(app).enter(login)
        reader.speak(language)
        for path in paths:
            yield path, reader.get(path).text
        if login == "staff":
            yield from _objects(reader)


def _objects(staff: Browser) -> Iterator[tuple[str, str]]:
    for kind in ("needs", "suppliers", "capabilities", "organisations", "deals"):
        for path in re.findall(rf'href="(/{kind}/[a-z0-9]{{12}})"', staff.get(f"/{kind}").text):
            yield path, staff.get(path).text
            if kind == "needs":
                yield f"{path}/matches", staff.get(f"{path}/matches?supplier=示例").text
                yield f"{path}/matches/shortlist", staff.get(f"{path}/matches/shortlist").text
                yield f"{path}/matches/changes", staff.get(f"{path}/matches/changes").text
            if kind == "deals":
                yield f"{path}/forecast", staff.get(f"{path}/forecast").text
                files = staff.get(f"{path}/files").text
                yield f"{path}/files", files
                for file in re.findall(r'class="title" href="(/files/[a-z0-9]{12})"', files):
                    yield file, staff.get(file).text
            if kind == "suppliers":
                yield f"{path}/needs", staff.get(f"{path}/needs").text
            if kind != "deals":
                yield f"{path}/edit", staff.get(f"{path}/edit").text
