"""People outside read on every page whom they may turn to, where the installation names somebody."""

import re
from collections.abc import Callable

import pytest
from fastapi import FastAPI

from api.web.contact import contact_links
from core.contact import Contact
from core.i18n import Language, translator
from tests.api.page_reader import Browser


def test_the_contact_stands_on_the_sign_in_page_and_at_the_foot_of_pages(
    app: FastAPI, as_user: Callable[[str], Browser]
) -> None:
    assert "对接办公室" not in Browser(app).get("/sign-in").text
    named = {"contact_name": "对接办公室", "contact_phone": "010-0000 0000", "contact_mail": "office@example.org"}
    app.state.settings = app.state.settings.model_copy(update=named)
    page = Browser(app).get("/sign-in").text
    assert "请联系：对接办公室，电话 010-0000 0000，邮箱 office@example.org。" in re.sub("<[^>]+>", "", page)
    assert '<a href="tel:01000000000">010-0000 0000</a>' in page
    assert '<a href="mailto:office@example.org">office@example.org</a>' in page
    firm = as_user("enterprise")
    firm.speak(Language.EN)
    assert "Contact: 对接办公室, tel. 010-0000 0000, office@example.org" in re.sub("<[^>]+>", "", firm.get("/").text)


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("010-0000 0000 转 8", '<a href="tel:01000000000">010-0000 0000 转 8</a>'),
        ("+86 (0)10 0000", '<a href="tel:+860100000">+86 (0)10 0000</a>'),
        ("<见网站>", "&lt;见网站&gt;"),
    ],
)
def test_of_a_telephone_entry_only_the_number_is_dialled(phone: str, shown: str) -> None:
    assert contact_links(translator(Language.ZH), Contact(phone=phone)) == f"电话 {shown}"
