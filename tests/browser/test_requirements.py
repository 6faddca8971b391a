"""The requirements of a need, edited with keyboard and mouse, on a desk and on a telephone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator

from core.i18n import Language
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser
_VERSION = "#requirements input[name=version]"
TELEPHONE = {"width": 390, "height": 844}


def focused_need(visitor: Visitor) -> None:
    """The staff focus the only need and stand on its page."""
    visitor.enter("staff")
    visitor.page.goto("/needs")
    with visitor.page.expect_navigation():
        visitor.page.locator(".rows a.title").first.click()
    visitor.press("need.triage")


def stored(visitor: Visitor, control: Locator) -> None:
    """A button of the list is pressed, and the list as it is stored now is there."""
    version = visitor.page.locator(_VERSION).input_value()
    control.click()
    visitor.page.locator(f"{_VERSION}:not([value='{version}'])").wait_for(state="attached")
    assert visitor.page.get_by_role("status").filter(has_text=visitor.t("done.requirements_saved")).is_visible()


@pytest.mark.parametrize("language", Language)
def test_the_list_is_edited_without_leaving_the_page(visit: Callable[[Language], Visitor], language: Language) -> None:
    visitor = visit(language)
    focused_need(visitor)
    page, t = visitor.page, visitor.t
    visitor.check("requirements")
    page.evaluate("document.body.dataset.kept = 'yes'")
    first = page.locator("#text-1").input_value()

    page.locator("#kind-1").select_option("must")
    page.get_by_label(f"{t('requirement.line', number=1)} · {t('requirement.confirmed')}").check()
    page.locator("#text-new").fill("供样周期不超过30天")
    stored(visitor, page.locator("#requirement-add"))

    assert page.locator("#kind-1").input_value() == "must"
    assert page.locator(".requirement-text textarea").nth(-2).input_value() == "供样周期不超过30天"
    stored(visitor, page.locator("#down-1"))
    assert page.locator("#text-2").input_value() == first
    assert page.locator("#up-2").evaluate("button => button === document.activeElement")
    page.keyboard.press("Enter")
    page.wait_for_function("text => document.querySelector('#text-1').value === text", arg=first)
    stored(visitor, page.locator("#remove-2"))
    stored(visitor, page.locator("#requirement-confirm-all"))
    assert page.get_by_text(t("requirement.all_confirmed")).is_visible()
    assert page.locator("body").get_attribute("data-kept") == "yes"
    visitor.check("requirements-confirmed")


@pytest.mark.parametrize("language", Language)
def test_what_is_wrong_is_told_in_place_and_nothing_typed_is_lost(
    visit: Callable[[Language], Visitor], language: Language
) -> None:
    visitor = visit(language)
    focused_need(visitor)
    visitor.page.locator("#text-1").fill("长" * 1001)
    visitor.page.locator("#text-new").fill("不能丢")
    visitor.page.locator("#requirement-save").click()
    visitor.page.locator("#problem-1").wait_for()
    visitor.complaints.clear()  # the browser itself reports the status 422
    assert visitor.page.locator("#text-new").input_value() == "不能丢"
    visitor.check("requirements-refused")


@pytest.mark.parametrize("language", Language)
def test_it_fits_a_telephone(visit: Callable[[Language], Visitor], language: Language) -> None:
    visitor = visit(language)
    visitor.page.set_viewport_size(TELEPHONE)  # type: ignore[arg-type]  # a typed dict of Playwright's own
    focused_need(visitor)
    visitor.page.goto(f"{visitor.page.url.split('?')[0]}#requirements")
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"]
    visitor.check("requirements-telephone")
    visitor.follow("action.edit")
    visitor.page.get_by_text(visitor.t("need.demands_fold")).click()
    visitor.check("need-demands-telephone")


def test_the_list_is_edited_without_scripts(visit: Callable[[Language], Visitor], server: str) -> None:
    visitor = visit(Language.ZH)
    browser = visitor.page.context.browser
    assert browser is not None
    context = browser.new_context(base_url=server, locale="zh-CN", java_script_enabled=False)
    plain = Visitor(context.new_page(), Language.ZH, visitor.app)
    focused_need(plain)
    plain.page.locator("#text-new").fill("供样周期不超过30天")
    plain.press("requirement.save")
    assert plain.sees("done.requirements_saved")
    assert plain.page.locator(".requirement-text textarea").nth(-2).input_value() == "供样周期不超过30天"
    context.close()
