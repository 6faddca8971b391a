"""Every page, in both languages, as each kind of reader meets it: accessible, complaint-free, and all from here."""

from collections.abc import Callable

import pytest

from core.i18n import Language
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

PAGES = {
    "staff": (
        "/",
        "/account",
        "/account/notices",
        "/messages",
        "/needs",
        "/needs/new",
        "/suppliers",
        "/suppliers/new",
        "/capabilities",
        "/organisations",
        "/organisations/new",
        "/deals",
        "/work",
        "/deals/new",
        "/import",
        "/search?q=高盐有机废水",
    ),
    "admin": ("/users", "/channels"),
    "auditor": ("/", "/audit"),
    "enterprise": ("/", "/needs/new"),
    "supplier": ("/", "/capabilities"),
}


@pytest.mark.parametrize("language", Language)
def test_pages_are_accessible(visit: Callable[[Language], Visitor], language: Language) -> None:
    visitor = visit(language)
    visitor.page.goto("/sign-in")
    visitor.check("sign-in")
    for login, paths in PAGES.items():
        visitor = visit(language)
        visitor.enter(login)
        for path in paths:
            answer = visitor.page.goto(path)
            assert answer is not None
            assert answer.status == 200, f"{login} {path}"
            visitor.check(f"{login}{path.split('?')[0].replace('/', '-')}")


@pytest.mark.parametrize("language", Language)
def test_the_objects_own_pages_are_accessible(visit: Callable[[Language], Visitor], language: Language) -> None:
    visitor = visit(language)
    visitor.enter("staff")
    for list_path, name in (("/needs", "need"), ("/suppliers", "supplier"), ("/capabilities", "capability")):
        visitor.page.goto(list_path)
        with visitor.page.expect_navigation():
            visitor.page.locator(".rows a.title").first.click()
        visitor.check(name)
        visitor.follow("action.edit")
        visitor.check(f"{name}-edit")
    visitor.page.goto("/deals")
    paths = [link.get_attribute("href") for link in visitor.page.locator(".rows a.title").all()]
    for number, path in enumerate(paths):
        visitor.page.goto(str(path))
        visitor.check(f"deal-{number}")
    visitor.page.goto("/nothing-here")
    visitor.complaints.clear()  # the browser itself reports a page that is not there
    visitor.check("not-found")


@pytest.mark.parametrize("language", Language)
def test_a_refused_form_says_where_it_is_wrong(visit: Callable[[Language], Visitor], language: Language) -> None:
    visitor = visit(language)
    visitor.enter("enterprise")
    visitor.page.goto("/needs/new")
    visitor.page.locator("#need-problem").fill("写了很多，不能丢")
    visitor.page.locator("#need-budget_from").fill("x")
    visitor.press("need.submit")
    visitor.complaints.clear()  # the browser itself reports the status 422
    assert visitor.page.locator("#need-problem").input_value() == "写了很多，不能丢"
    assert visitor.page.locator("#need-title").get_attribute("aria-invalid") == "true"
    visitor.check("need-refused")


def test_a_list_follows_what_is_typed_without_a_new_page(visit: Callable[[Language], Visitor]) -> None:
    visitor = visit(Language.ZH)
    visitor.enter("staff")
    visitor.page.goto("/capabilities")
    visitor.page.evaluate("document.body.dataset.kept = 'yes'")
    visitor.page.locator("#filter-q").press_sequentially("废水")
    visitor.page.wait_for_url("**/capabilities?q=*")
    assert visitor.page.locator("#results .rows a.title").count() == 1
    assert visitor.page.locator("body").get_attribute("data-kept") == "yes"


def test_lists_and_forms_work_without_scripts(visit: Callable[[Language], Visitor], server: str) -> None:
    visitor = visit(Language.ZH)
    browser = visitor.page.context.browser
    assert browser is not None
    context = browser.new_context(base_url=server, locale="zh-CN", java_script_enabled=False)
    plain = Visitor(context.new_page(), Language.ZH, visitor.app)
    plain.sign_in("staff")
    plain.page.goto("/capabilities")
    plain.page.locator("#filter-q").fill("废水")
    plain.press("form.search")
    assert plain.page.locator("#results .rows a.title").count() == 1
    plain.page.goto("/needs")
    with plain.page.expect_navigation():
        plain.page.locator(".rows a.title").first.click()
    plain.press("need.triage")
    assert plain.sees("done.need_triaged")
    context.close()
