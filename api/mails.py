"""Mails in: read, with their attachments in the data folder, before a writing session is opened.

A mail is the file of a mail program or a pasted text; what is wrong with it is raised by `take`, within the handler.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from api.dependencies import NowDep
from api.identity import IdentityDep
from api.language import zone_of
from api.uploads import ChosenDep, FileStoreDep
from core.errors import AppError, Invalid, Problem
from workflow.deals import ReceivedMail, receive_mail, receive_pasted
from workflow.deals.mails import MAIL_MAX
from workflow.files import FileStore


@dataclass
class SentMail:
    """What the fields `file` or `text` of a form brought."""

    store: FileStore
    received: ReceivedMail | None = None
    error: AppError | None = None

    def take(self) -> ReceivedMail:
        """The mail. Raises what was wrong with it, and Invalid where there is none."""
        if self.error is not None:
            raise self.error
        if self.received is None:
            raise Invalid("deal.mail_empty", (Problem("field.required", field="text"),))
        return self.received


async def _text(request: Request) -> str:
    value = (await request.form()).get("text", "")
    return value.replace("\0", "").strip() if isinstance(value, str) else ""


def _mail(
    request: Request,
    store: FileStoreDep,
    chosen: ChosenDep,
    text: Annotated[str, Depends(_text)],
    signed_in: IdentityDep,
    now: NowDep,
) -> Iterator[SentMail]:
    sent = SentMail(store)
    try:
        if chosen is not None:
            sent.received = receive_mail(store, chosen.file.read(MAIL_MAX + 1))
        elif text:
            offset = now.astimezone(zone_of(request.app.state.settings, signed_in)).utcoffset()
            sent.received = receive_pasted(store, text, offset) if offset is not None else None
    except AppError as error:
        sent.error = error
    try:
        yield sent
    finally:
        for file in sent.received.files if sent.received else ():
            store.discard(file)


MailDep = Annotated[SentMail, Depends(_mail)]
