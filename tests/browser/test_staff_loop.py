"""Staff take one need all the way: focus, propose, accept, open a deal, advance it, record its outcome."""

from collections.abc import Callable

import pytest

from core.i18n import Language
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", Language)
def test_staff_take_a_need_to_its_outcome(visit: Callable[[Language], Visitor], language: Language) -> None:
    staff = visit(language)
    page, t = staff.page, staff.t
    staff.sign_in("staff")
    staff.check("loop-1-home")

    page.locator("section:has(#triage) a.title").click()
    staff.press("need.triage")
    assert staff.sees("done.need_triaged")
    assert page.locator("mark.must").count() > 0
    staff.check("loop-2-focused")

    staff.press("match.propose")
    assert staff.sees("done.matches_proposed")
    best = page.locator("ol.rows > li").first
    assert best.locator("blockquote mark").count() > 0
    assert best.locator(".reasons li").count() > 0
    staff.check("loop-3-matches")

    page.locator("#candidate-name").fill("废水")
    page.locator("section:has(#by-hand) search button").click()
    page.wait_for_url("**supplier=*")
    staff.check("loop-4-candidates")

    review = best.locator("form[action$='/review']")
    review.get_by_label(t("field.reason"), exact=False).select_option("good_fit")
    review.get_by_label(t("field.comment"), exact=False).fill("对口 / a fit")
    with page.expect_navigation():
        best.get_by_role("button", name=t("enum.Verdict.accept"), exact=True).click()
    assert staff.sees("done.match_reviewed")
    staff.press("match.open_deal")
    assert staff.sees("done.deal_opened")
    staff.check("loop-5-deal")

    page.locator("#note-text").fill("企业已看样品。")
    staff.press("deal.note_add")
    assert staff.sees("done.note_added")

    _open(staff, "deal.advance")
    page.locator("#advance-to").select_option("signed")
    page.locator("#advance-reason").select_option("known_partner")
    page.locator("#advance-kind").select_option("development")
    page.locator("#advance-amount").fill("80")
    staff.check("loop-6-advance")
    staff.press("deal.advance_do")
    assert staff.sees("done.deal_moved")

    _open(staff, "deal.outcome_record")
    page.locator("#outcome-text").fill("样机通过验收，开始批量供货。")
    page.locator("#outcome-contract_sum").fill("80")
    staff.check("loop-7-ending")
    page.locator("details[open]").get_by_role("button", name=t("deal.outcome_do")).click()
    page.get_by_text(t("done.outcome_recorded")).wait_for()
    assert page.get_by_text(t("enum.DealStatus.won"), exact=True).first.is_visible()
    staff.check("loop-8-outcome")

    page.goto("/search?q=主轴轴承温升")
    assert page.locator("ol.rows > li").count() > 0
    staff.check("loop-9-search")


def _open(visitor: Visitor, key: str) -> None:
    visitor.page.locator("summary", has_text=visitor.t(key)).first.click()
