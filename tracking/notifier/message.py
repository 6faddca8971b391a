"""What is told to whom: codes with parameters, in the recipient's words.

Rule a maintainer must keep: a chat group is read by many, so what goes there names kind, person and address alone,
never what people wrote.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.i18n import Language, Translator, translator
from models.notice_enums import Channel, NoticeKind

_CODES: Mapping[str, str] = {"stage": "stage.", "side": "enum.PartyRole.", "reason": "enum.ReasonCode."}
"""Parameters that are codes, with where the catalogue holds their words."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is to be told, in which language."""

    name: str
    email: str
    language: Language


@dataclass(frozen=True, slots=True)
class Message:
    """Something to be told: `message.<code>` in the recipient's language, filled with the parameters."""

    dedupe_key: str
    channel: Channel
    recipient: Recipient
    code: str
    params: Mapping[str, Any]
    kind: NoticeKind | None = None
    link: str = ""
    """The address of the page it is about."""
    items: "tuple[Message, ...]" = ()
    """What a digest tells, the most valuable first."""
    contact: str = ""
    """Whom its reader may turn to, at the foot of a mail."""

    @property
    def text(self) -> str:
        """What the recipient reads: a sentence, and a line for each item of a digest."""
        return "\n".join([self.sentence, *(f"- {item.sentence}" for item in self.items)])

    @property
    def sentence(self) -> str:
        """The message itself."""
        t = self._texts
        words = {name: _word(t, name, value) for name, value in self.params.items()}
        if self.params.get("opened") and not self.params.get("title", "-"):  # a deal of which its reader reads no title
            words["title"] = t("deal.untitled", day=self.params["opened"])
        return t(f"message.{self.code}", **words)

    @property
    def subject(self) -> str:
        """The line above a mail: what it is about in general, for it is read by whoever sees the screen."""
        return self._texts("message.subject", what=self._what)

    @property
    def body(self) -> str:
        """What stands in a mail: each sentence with the address that it is about."""
        told = [f"{part.sentence}\n{part.link}".rstrip() for part in (self, *self.items)]
        t = self._texts
        foot = [t("message.contact", contact=self.contact)] if self.contact else []
        foot.append(t("message.footer"))
        return "\n\n".join([t("message.greeting", name=self.recipient.name), *told, "\n".join(foot)]) + "\n"

    @property
    def group_text(self) -> str:
        """What a chat group reads: whom it concerns, of what kind, and where to look."""
        return self._texts("message.group", name=self.recipient.name, what=self._what, link=self.link)

    @property
    def _what(self) -> str:
        return self._texts(f"enum.NoticeKind.{self.kind}") if self.kind else self.sentence

    @property
    def _texts(self) -> Translator:
        return translator(self.recipient.language)


def _word(t: Translator, name: str, value: Any) -> Any:
    prefix = _CODES.get(name)
    return t(f"{prefix}{value}") if prefix and value else value
