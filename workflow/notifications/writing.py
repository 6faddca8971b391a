"""A notification becomes messages, one for each channel that its person wants it on.

Rules a maintainer must keep: messages are written in the transaction of what they tell of; their parameters hold
codes, ids and dates, never what people wrote: texts are filled in when a message is composed, so that nobody gets the
text of what he may no longer read.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from core.database import WriteSession
from models.enums import Channel, NoticeKind, SubjectKind
from models.work import OutboxMessage

CHANNELS = (Channel.IN_APP, Channel.CONSOLE)
"""What each notification is sent through; an in-app message is delivered by being there."""


def notify(
    session: WriteSession,
    person_id: int,
    code: str,
    *,
    kind: NoticeKind,
    params: Mapping[str, Any],
    subject_kind: SubjectKind,
    subject_id: int,
    dedupe_key: str,
    now: datetime,
    for_digest: bool = False,
) -> None:
    """The messages that tell the person `message.<code>` are in the outbox.

    `dedupe_key` (at most 120 characters) names the notification for this person; `for_digest` keeps the notification
    out of instant messages, for what is late anyway. What is due on a day has it as the parameter `due`.
    """
    session.add_all(
        OutboxMessage(
            dedupe_key=f"{dedupe_key}:{channel}",
            channel=channel,
            person_id=person_id,
            code=code,
            params=dict(params),
            created_at=now,
            next_attempt_at=now,
            sent_at=now if channel is Channel.IN_APP else None,
        )
        for channel in CHANNELS
    )
    session.flush()
