"""The ways out of the installation, and what could not be delivered; for administrators."""

from collections.abc import Sequence

from pydantic import BaseModel

from api.audiences import ADMINISTRATORS
from api.dependencies import NowDep, ReadSessionDep, RowNumber, ViewerDep, WriteSessionDep
from api.policy import PolicyRouter, RateClass
from models.notice import ChannelAddress
from models.notice_enums import Channel
from workflow.notifications.channels import ChannelPublic, list_channels, remove_channel, set_channel
from workflow.notifications.dead_letters import DeadLetter, list_dead_letters, retry_dead_letters, send_trial
from workflow.paging import PAGE_SIZE

router = PolicyRouter(prefix="/api/v1", tags=["channels"])


class DeadLetterPage(BaseModel):
    """Some of the messages that were given up."""

    items: Sequence[DeadLetter]
    total: int
    number: int
    pages: int


class Retried(BaseModel):
    """The ids of the messages that are tried again."""

    ids: Sequence[int]


@router.get("/channels", roles=ADMINISTRATORS, rate=RateClass.READ)
def read_channels(session: ReadSessionDep, viewer: ViewerDep) -> list[ChannelPublic]:
    """Every channel; addresses are masked."""
    return list_channels(session, viewer)


@router.put("/channels/{channel}", roles=ADMINISTRATORS, rate=RateClass.WRITE, audit="channel.set")
def put_channel(
    session: WriteSessionDep, viewer: ViewerDep, channel: Channel, form: ChannelAddress, now: NowDep
) -> list[ChannelPublic]:
    """The channel leads to this address."""
    set_channel(session, viewer, channel, form.address, now=now)
    return list_channels(session, viewer)


@router.delete(
    "/channels/{channel}", roles=ADMINISTRATORS, rate=RateClass.WRITE, audit="channel.remove", status_code=204
)
def delete_channel(session: WriteSessionDep, viewer: ViewerDep, channel: Channel, now: NowDep) -> None:
    """The channel leads nowhere."""
    remove_channel(session, viewer, channel, now=now)


@router.post(
    "/channels/{channel}/trial", roles=ADMINISTRATORS, rate=RateClass.WRITE, audit="channel.trial", status_code=202
)
def try_channel(session: WriteSessionDep, viewer: ViewerDep, channel: Channel, now: NowDep) -> None:
    """A message that shows that the channel works is on its way to whoever asks."""
    send_trial(session, viewer, channel, now=now)


@router.get("/dead-letters", roles=ADMINISTRATORS, rate=RateClass.READ)
def read_dead_letters(
    session: ReadSessionDep, viewer: ViewerDep, page: int = 1, size: int = PAGE_SIZE
) -> DeadLetterPage:
    """The messages that were given up, the last one first."""
    found = list_dead_letters(session, viewer, number=page, size=size)
    return DeadLetterPage(items=found.items, total=found.total, number=found.number, pages=found.pages)


@router.post("/dead-letters/retry", roles=ADMINISTRATORS, rate=RateClass.WRITE, audit="dead_letter.retry_all")
def retry_all(session: WriteSessionDep, viewer: ViewerDep, now: NowDep) -> Retried:
    """Every message that was given up is tried again."""
    return Retried(ids=retry_dead_letters(session, viewer, now=now))


@router.post("/dead-letters/{message_id}/retry", roles=ADMINISTRATORS, rate=RateClass.WRITE, audit="dead_letter.retry")
def retry_one(session: WriteSessionDep, viewer: ViewerDep, message_id: RowNumber, now: NowDep) -> Retried:
    """The message is tried again."""
    return Retried(ids=retry_dead_letters(session, viewer, message_id, now=now))
