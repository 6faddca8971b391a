"""People outside read on every page whom they may turn to, where the installation names somebody."""

from collections.abc import Callable

from fastapi import FastAPI

from core.i18n import Language
from tests.api.page_reader import Browser


def test_the_contact_stands_on_the_sign_in_page_and_at_the_foot_of_pages(
    app: FastAPI, as_user: Callable[[str], Browser]
) -> None:
    assert "对接办公室" not in Browser(app).get("/sign-in").text
    named = {"contact_name": "对接办公室", "contact_phone": "010-0000 0000", "contact_mail": "office@example.org"}
    app.state.settings = app.state.settings.model_copy(update=named)
    page = Browser(app).get("/sign-in").text
    assert "请联系：对接办公室，电话 010-0000 0000，邮箱 office@example.org。" in page
    firm = as_user("enterprise")
    firm.speak(Language.EN)
    assert "Contact: 对接办公室, tel. 010-0000 0000, office@example.org" in firm.get("/").text
