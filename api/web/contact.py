"""Whom people outside turn to, on a page: the telephone number is dialled and the mail begun by pressing it."""

import re
from typing import Final

from markupsafe import Markup

from core.contact import Contact
from core.i18n import Translator

_NUMBER: Final = re.compile(r"\+?\d[\d\s().-]+")
"""What of a telephone entry is dialled: without the words beside it, or an extension."""


def contact_links(t: Translator, contact: Contact) -> Markup:
    """What is known of it on one line."""
    parts = [Markup.escape(contact.name)]
    if contact.phone:
        parts.append(Markup.escape(t("contact.phone")).format(phone=_telephone(contact.phone)))
    if contact.mail:
        link = Markup('<a href="mailto:{0}">{0}</a>').format(contact.mail)
        parts.append(Markup.escape(t("contact.mail")).format(mail=link))
    return Markup.escape(t("contact.separator")).join(part for part in parts if part)


def _telephone(written: str) -> Markup:
    number = _NUMBER.search(written)
    if number is None:
        return Markup.escape(written)
    return Markup('<a href="tel:{}">{}</a>').format(re.sub(r"[^\d+]", "", number[0]), written)
