"""The page of a deal at work: a call noted with the keyboard, a file kept, a mail pasted, lines found again."""

from collections.abc import Callable
from pathlib import Path

import pytest

from core import clock
from core.i18n import Language
from tests.browser.visitor import Visitor
from tests.workflow.file_samples import PDF
from workflow.days import day_of

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", Language)
def test_a_deal_is_kept_up_to_date_from_its_page(
    visit: Callable[[Language], Visitor], language: Language, tmp_path: Path
) -> None:
    staff = visit(language)
    page, t = staff.page, staff.t
    staff.enter("staff")
    page.goto("/deals")
    with page.expect_navigation():
        page.locator(".rows a.title").first.click()

    page.locator("#note-text").focus()
    page.keyboard.type("企业确认样品 / sample confirmed")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("2026-01-05 14:30")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert staff.sees("done.note_added")
    sought = page.locator("li.sought")
    assert "sample confirmed" in sought.inner_text()
    assert sought.is_visible()
    staff.check("timeline-1-noted")

    page.locator("#note-text").fill("第二条 / another")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    assert staff.sees("done.note_added")

    (tmp_path / "协议 agreement.pdf").write_bytes(PDF)
    (tmp_path / "tool.exe").write_bytes(b"MZ")
    upload = page.locator("section:has(#files)")
    upload.locator("summary").click()
    upload.locator("input[type=file]").set_input_files(tmp_path / "tool.exe")
    with page.expect_navigation():
        upload.get_by_role("button", name=t("file.add")).click()
    assert page.locator("#file-file-problem").is_visible()
    staff.check("timeline-2-refused")
    assert all("422" in complaint for complaint in staff.complaints)  # the browser tells of every refused form
    staff.complaints.clear()
    page.locator("input[type=file]").set_input_files(tmp_path / "协议 agreement.pdf")
    staff.press("file.add")
    assert staff.sees("done.file_added")
    staff.check("timeline-3-file")

    with page.expect_navigation():
        page.locator("section:has(#files) a.title").click()
    with page.expect_download() as download:
        page.locator("section:has(#versions) a").first.click()
    assert download.value.suggested_filename == "协议 agreement.pdf"
    page.reload()
    assert page.locator("section:has(#downloads) li").count() == 1
    staff.check("timeline-4-versions")
    staff.follow("file.back.deal")

    page.locator("summary", has_text=t("deal.mail_keep")).click()
    pasted = "发件人: 示例 <a@example.com>\n主题: 报价 / quotation\n\n见附件 / attached."
    page.locator("#mail-text").fill(pasted)
    staff.press("deal.mail_add")
    assert staff.sees("done.mail_added")
    assert "报价 / quotation" in page.locator("li.sought").inner_text()
    page.locator("#filter-kind").select_option("call")
    staff.press("form.search")
    assert page.locator("ol.history > li").count() >= 2
    staff.check("timeline-5-filtered")


def test_a_long_address_in_a_next_step_makes_no_page_wider_than_a_telephone(
    visit: Callable[[Language], Visitor],
) -> None:
    staff = visit(Language.ZH)
    page = staff.page
    staff.enter("staff")
    page.goto("/deals/new")
    page.locator("main [name=title]").fill("线上会议 " + "t" * 180)
    page.locator("[name=next_step]").fill("https://example.org/" + "a" * 400)
    page.locator("[name=next_step_due]").fill(f"{day_of(clock.now())}")
    staff.press("deal.start")
    page.set_viewport_size({"width": 390, "height": 844})
    for path in ("/", "/work", "/deals", page.url):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
