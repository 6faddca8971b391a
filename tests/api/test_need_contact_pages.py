"""Contact data typed into a need: who writes, who focuses and who reads it is told."""

from collections.abc import Callable, Mapping

import pytest

from tests.api.page_reader import Browser

TYPED = {
    "title": "模具寿命提升",
    "problem": "模具寿命不少于5000件。联系人任工，手机13800001234，邮箱ren@example.org，微信rgk123",
    "currency": "CNY",
    "disclosure": "2",
}
FOUND = "文中写有联系方式：任工、13800001234、ren@example.org、rgk123。"
SECRETS = ("13800001234", "ren@example.org", "rgk123", "任工")


@pytest.fixture
def asker(as_user: Callable[[str], Browser]) -> Browser:
    return as_user("enterprise")


def submitted(asker: Browser, fields: Mapping[str, str]) -> str:
    answer = asker.send("/needs/new", "/needs", fields)
    assert answer.status_code == 200
    return answer.url.path


def test_who_writes_and_who_focuses_reads_what_was_found_and_who_will_see_it(
    asker: Browser, as_user: Callable[[str], Browser]
) -> None:
    need = submitted(asker, TYPED)
    for login in ("enterprise", "lead"):
        page = as_user(login).get(need).text
        assert FOUND in page
        assert "其他人看到的是 *" in page
    everything = submitted(asker, TYPED | {"disclosure": "3"})
    assert "登录的企业和供给方都能看到" in as_user("lead").get(everything).text


def test_a_form_that_comes_again_says_that_it_holds_contact_data(asker: Browser) -> None:
    notice = 'role="status" data-contacts'
    assert f"{notice} hidden>" in asker.get("/needs/new").text
    refused = asker.send("/needs/new", "/needs", TYPED | {"title": ""})
    assert refused.status_code == 422
    assert f"{notice}>" in refused.text


def test_a_supplier_reads_stars_and_that_something_is_hidden(asker: Browser, as_user: Callable[[str], Browser]) -> None:
    need = submitted(asker, TYPED)
    as_user("lead").send(need, f"{need}/triage")
    page = as_user("supplier").get(need).text
    assert "模具寿命不少于5000件" in page
    assert "联系人**，手机***********" in page
    assert "文中的联系方式按公开级别隐去" in page
    shown = page + as_user("supplier").get(f"/api/v1{need}").text
    assert not [secret for secret in SECRETS if secret in shown]


def test_a_deadline_that_is_over_is_refused_at_its_field(asker: Browser) -> None:
    refused = asker.send("/needs/new", "/needs", TYPED | {"deadline": "2020-01-01"})
    assert refused.status_code == 422
    assert "不能早于今天" in refused.text


def test_the_question_for_files_names_the_upload_on_the_page_and_staff_read_their_own(
    asker: Browser, as_user: Callable[[str], Browser]
) -> None:
    need = submitted(asker, TYPED)
    as_user("lead").send(need, f"{need}/triage")
    assert "可以在本页“文件”一栏上传" in asker.get(need).text
    staff = as_user("lead").get(need).text
    assert "也可以由您代为上传" in staff
    assert "请告诉联系您的工作人员" not in staff
