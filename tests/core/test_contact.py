"""Whom people outside turn to, as the settings say it."""

import pytest
from pydantic import ValidationError

from core.contact import Contact
from core.i18n import Language, translator
from core.settings import Settings


def test_a_contact_is_told_as_far_as_it_is_known() -> None:
    zh, en = translator(Language.ZH), translator(Language.EN)
    whole = Contact("对接办公室", "010-0000 0000", "office@example.org")
    assert whole.told(zh) == "对接办公室，电话 010-0000 0000，邮箱 office@example.org"
    assert whole.told(en) == "对接办公室, tel. 010-0000 0000, office@example.org"
    assert Contact(phone="010-0000 0000").told(zh) == "电话 010-0000 0000"
    assert Contact().told(zh) == ""


def test_the_settings_keep_a_contact_on_one_line_and_refuse_what_is_no_address() -> None:
    assert Settings(contact_name=" 对接\n办公室 ").contact == Contact("对接 办公室")
    for wrong in ("nobody", "@example.org", "a@", "a b@example.org"):
        with pytest.raises(ValidationError, match="not_a_mail_address"):
            Settings(contact_mail=wrong)
