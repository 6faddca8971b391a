"""Whom people outside turn to: the society's office, as the settings name it."""

from dataclasses import dataclass

from core.i18n import Translator


@dataclass(frozen=True, slots=True)
class Contact:
    """A name, a telephone number and a mail address, each of which may be empty."""

    name: str = ""
    phone: str = ""
    mail: str = ""

    def told(self, t: Translator) -> str:
        """What is known of it on one line; empty where nothing is."""
        phone = t("contact.phone", phone=self.phone) if self.phone else ""
        mail = t("contact.mail", mail=self.mail) if self.mail else ""
        return t("contact.separator").join(part for part in (self.name, phone, mail) if part)
