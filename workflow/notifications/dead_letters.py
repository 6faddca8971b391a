"""What could not be delivered, for the administrator who finds out why and sends it again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select, update

from core.database import ReadSession, WriteSession
from core.errors import NotFound
from models.access import Viewer
from models.notice import ChannelState
from models.notice_enums import Channel, NoticeKind
from models.person import Person
from models.work import OutboxMessage
from workflow.notifications.channels import require_administrator
from workflow.notifications.composing import TRIAL
from workflow.notifications.digests import DIGEST, is_wanted
from workflow.notifications.people import signed_in
from workflow.paging import PAGE_SIZE, Page, read_page


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that was given up; of what it says an administrator learns the kind alone."""

    id: int
    channel: Channel
    person: str
    kind: NoticeKind | None
    attempts: int
    error: str
    created_at: datetime
    dead_at: datetime


def list_dead_letters(
    session: ReadSession, viewer: Viewer, *, number: int = 1, size: int = PAGE_SIZE
) -> Page[DeadLetter]:
    """The messages that were given up, the last one first. Raises Refused for whoever is no administrator."""
    require_administrator(viewer)
    statement = (
        select(OutboxMessage, Person.name)
        .join(Person, col(Person.id) == col(OutboxMessage.person_id))
        .where(col(OutboxMessage.dead_at).is_not(None))
        .order_by(col(OutboxMessage.dead_at).desc(), col(OutboxMessage.id).desc())
    )
    return read_page(session, statement, number=number, size=size).map(lambda found: _public(*found))


def retry_dead_letters(
    session: WriteSession, viewer: Viewer, message_id: int | None = None, *, now: datetime
) -> Sequence[int]:
    """The message, or every one that was given up, is tried again at once, as often as at first; their ids.

    What its person has read, muted or switched off meanwhile, or may no longer read, is withdrawn instead. The channel
    rests no longer. Raises Refused, and NotFound for a message that was not given up.
    """
    require_administrator(viewer)
    dead = select(OutboxMessage).where(col(OutboxMessage.dead_at).is_not(None)).with_for_update()
    one = dead.where(OutboxMessage.id == message_id) if message_id is not None else dead
    rows = session.exec(one).all()
    if message_id is not None and not rows:
        raise NotFound("notice.not_dead")
    retried = [row for row in rows if _is_still_wanted(session, row, now)]
    for row in rows:
        row.dead_at, row.attempts, row.next_attempt_at = None, 0, now
        row.withdrawn_at = None if row in retried else now
    channels = {row.channel for row in retried}
    session.exec(
        update(ChannelState).where(col(ChannelState.channel).in_(channels)).values(failures=0, rests_until=None)
    )
    session.flush()
    return [row.key for row in retried]


def send_trial(session: WriteSession, viewer: Viewer, channel: Channel, *, now: datetime) -> OutboxMessage:
    """A message that only shows that the channel works is on its way to the administrator who asked for it."""
    require_administrator(viewer)
    person_id = signed_in(viewer)
    row = OutboxMessage(
        dedupe_key=f"{TRIAL}:{person_id}:{now.isoformat()}:{channel}",
        channel=channel,
        person_id=person_id,
        code=TRIAL,
        created_at=now,
        next_attempt_at=now,
    )
    session.add(row)
    session.exec(update(ChannelState).where(col(ChannelState.channel) == channel).values(rests_until=None))
    session.flush()
    return row


def _is_still_wanted(session: WriteSession, row: OutboxMessage, now: datetime) -> bool:
    """Whether anything of the message is; a digest loses what is not."""
    if row.code != DIGEST:
        return row.code == TRIAL or is_wanted(session, row, now)
    told = session.exec(select(OutboxMessage).where(OutboxMessage.told_in_id == row.id)).all()
    wanted = [item for item in told if is_wanted(session, item, now)]
    for item in told:
        if item not in wanted:
            item.told_in_id, item.sent_at, item.withdrawn_at = None, None, now
    return bool(wanted)


def _public(row: OutboxMessage, person: str) -> DeadLetter:
    return DeadLetter(
        id=row.key,
        channel=row.channel,
        person=person,
        kind=row.kind,
        attempts=row.attempts,
        error=row.error,
        created_at=row.created_at,
        dead_at=row.dead_at or row.created_at,
    )
