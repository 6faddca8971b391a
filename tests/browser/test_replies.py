"""A side replies on a deal's page: with the keyboard alone, on a telephone, in both languages."""

from collections.abc import Callable
from pathlib import Path

import pytest

from core.i18n import Language
from tests.browser.visitor import Visitor
from tests.workflow.file_samples import PDF

pytestmark = pytest.mark.browser

TELEPHONE = {"width": 390, "height": 844}


@pytest.mark.parametrize("language", Language)
def test_a_side_replies_with_the_keyboard_on_a_telephone(
    visit: Callable[[Language], Visitor], language: Language, tmp_path: Path
) -> None:
    staff, side = visit(language), visit(language)
    staff.sign_in("staff")
    place = _deal_that_waits_for_the_enterprise(staff)
    page = side.page
    side.sign_in("enterprise")
    page.set_viewport_size(TELEPHONE)  # type: ignore[arg-type]  # a typed dict of Playwright's own
    page.goto(place)
    assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"]
    side.check("reply-telephone")

    page.locator("#reply-text").focus()
    page.keyboard.type("样品已寄出 / sample sent")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    assert page.locator("#reply-visibility").input_value() == "parties"
    (tmp_path / "单 slip.pdf").write_bytes(PDF)
    page.locator("#reply-file").set_input_files(tmp_path / "单 slip.pdf")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert side.sees("done.reply_sent")
    assert "slip.pdf" in page.locator("li.sought").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"]
    side.check("reply-sent-telephone")

    staff.page.set_viewport_size(TELEPHONE)  # type: ignore[arg-type]  # as above
    staff.page.goto(place)
    assert staff.page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"]
    staff.check("reply-lies-telephone")
    staff.press("deal.reply_enough")
    assert not staff.page.get_by_role("button", name=staff.t("deal.reply_enough"), exact=True).count()
    page.goto("/deals")
    side.check("deals-of-a-side")


def _deal_that_waits_for_the_enterprise(staff: Visitor) -> str:
    """The path of a new deal in which the demo user's enterprise takes part and is waited for."""
    page = staff.page
    page.goto("/deals/new")
    page.locator("main [name=title]").fill("试制 / trial")
    page.locator("main [name=no_step_reason]").fill("等通知 / later")
    staff.press("deal.start")
    place = page.url
    page.locator("summary", has_text=staff.t("deal.party_add")).click()
    form = page.locator("form[action$='/parties']")
    form.locator("[name=role]").select_option("demand")
    form.locator("[name=organisation]").fill("示例企业甲")
    with page.expect_navigation():
        form.locator("button.btn-primary").click()
    page.locator("summary", has_text=staff.t("deal.set_waiting")).click()
    form = page.locator("form[action$='/waiting']")
    form.locator("[name=waiting_for]").select_option("demand")
    with page.expect_navigation():
        form.locator("button.btn-primary").click()
    return place
