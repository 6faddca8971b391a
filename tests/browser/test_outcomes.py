"""What may be done next, what came of deals, and return visits, at a real browser."""

from collections.abc import Callable

import pytest

from core.i18n import Language
from tests.browser.visitor import Visitor


@pytest.mark.parametrize("language", Language)
def test_an_action_is_taken_and_a_visit_recorded(visit: Callable[[Language], Visitor], language: Language) -> None:
    staff = visit(language)
    staff.enter("staff")
    page = staff.page
    page.goto("/work")
    staff.check("work-with-advice")
    page.get_by_role("link", name="示例项目：进行中").first.click()
    page.get_by_text(staff.t("action.take.remind"), exact=True).click()
    staff.check("proposed-action")
    staff.press("action.do")
    assert staff.sees("done.action_taken")
    page.goto("/reports/outcomes")
    staff.check("outcomes")
    page.get_by_role("link", name="示例项目：成功").first.click()
    page.get_by_text(staff.t("visit.record"), exact=True).first.click()
    page.get_by_label(staff.t("field.findings")).first.fill("设备在用")
    with page.expect_navigation():
        page.locator("form[action$='/contracts/1/visits/1'] button").click()
    assert staff.sees("done.visit_recorded")
    staff.check("visit-recorded")
    page.goto("/reports/actions")
    staff.check("followed-actions")
