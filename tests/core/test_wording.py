from core.i18n import Language, translator
from core.wording import Params, days_text, worded

ZH, EN = translator(Language.ZH), translator(Language.EN)


def test_a_sum_is_read_in_units_of_ten_thousand_in_chinese_and_in_full_in_english() -> None:
    params: Params = {"amount": 150_000_000, "currency": "CNY"}
    assert "150 万元" in worded(ZH, "proposal.change.raise_budget", params)
    assert "CNY 1,500,000" in worded(EN, "proposal.change.raise_budget", params)


def test_codes_are_read_by_their_names() -> None:
    assert "技术许可" in worded(ZH, "proposal.change.accept_mode", {"mode": "licence"})
    assert "Both own the result" in worded(EN, "proposal.change.accept_rights", {"stance": "joint"})
    assert "Patent granted" in worded(EN, "proposal.change.obtain_rights", {"state": "granted"})
    assert "湖北省" in worded(ZH, "proposal.change.serve_region", {"region": "420000"})


def test_a_code_that_nobody_knows_is_shown_as_it_is() -> None:
    assert "999999" in worded(ZH, "proposal.change.serve_region", {"region": "999999"})


def test_a_count_is_said_in_the_form_that_fits_it() -> None:
    assert worded(EN, "reason.breadth", {"count": 1}) == "1 more capability of this supplier is worth a look"
    assert worded(EN, "reason.breadth", {"count": 2}) == "2 more capabilities of this supplier are worth a look"


def test_no_days_are_today_where_that_has_words_of_its_own() -> None:
    assert days_text(ZH, "work.replied", 0) == "今天已答复，尚未处理"
    assert days_text(EN, "work.due", 0) == "due today"
    assert days_text(EN, "work.due", 1) == "1 day left"
    assert days_text(EN, "work.overdue", 0) == "0 days overdue"
