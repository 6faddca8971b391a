"""Mails in: read, with their attachments in the data folder, before a writing session is opened.

A mail is the file of a mail program or a pasted text; what is wrong with it is raised by `take`, within the handler.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Request

from api.dependencies import NowDep
from api.identity import IdentityDep
from api.language import zone_of
from api.uploads import ChosenDep, FileStoreDep, Sent
from core.errors import Invalid, Problem
from workflow.deals import ReceivedMail, receive_mail, receive_pasted
from workflow.deals.mails import MAIL_MAX

SentMail = Sent[ReceivedMail]
"""What the fields `file` or `text` of a form brought."""


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
    sent = SentMail(store, missing=Invalid("deal.mail_empty", (Problem("field.required", field="text"),)))
    if chosen is not None:
        sent.receive(lambda: receive_mail(store, chosen.file.read(MAIL_MAX + 1)))
    elif text:
        offset = now.astimezone(zone_of(request.app.state.settings, signed_in)).utcoffset() or timedelta()
        sent.receive(lambda: receive_pasted(store, text, offset))
    try:
        yield sent
    finally:
        for file in sent.found.files if sent.found else ():
            store.discard(file)


MailDep = Annotated[SentMail, Depends(_mail)]
