"""The page on which an administrator sets up channels and sees what could not be delivered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import Response

from api.audiences import ADMINISTRATORS
from api.dependencies import NowDep, ReadSessionDep, RowNumber, ViewerDep, WriteSessionDep, undo
from api.policy import PolicyRouter, RateClass
from api.web.forms import Attempt, FormDep, build
from api.web.lists import Wanted, WantedDep
from api.web.shell import ShellDep
from core.database import ReadSession
from core.errors import AppError
from models.access import Viewer
from models.notice import ChannelAddress
from models.notice_enums import Channel
from workflow.notifications.channels import CHAT, ChannelPublic, list_channels, remove_channel, set_channel
from workflow.notifications.dead_letters import DeadLetter, list_dead_letters, retry_dead_letters, send_trial
from workflow.paging import Page

router = PolicyRouter(prefix="/channels")


@dataclass(frozen=True, slots=True)
class ChannelsPage:
    """Every channel, what was given up, and the form that was just refused."""

    channels: Sequence[ChannelPublic]
    dead: Page[DeadLetter]
    wanted: Wanted
    now: datetime
    refused: Attempt | None = None
    chat: Sequence[Channel] = CHAT

    def form(self, channel: Channel) -> Attempt:
        """The form of one channel; an address that was typed is not shown again."""
        return self.refused if self.refused and self.refused.form == channel else Attempt(channel)


@router.get("", roles=ADMINISTRATORS, rate=RateClass.READ)
def show_channels(
    shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep, wanted: WantedDep, now: NowDep
) -> Response:
    """The channels and the dead letters."""
    return shell.render("notices/channels.html", _page(session, viewer, wanted, now))


@router.get("/{channel}", roles=ADMINISTRATORS, rate=RateClass.READ)
def back_to_channels(shell: ShellDep, channel: Channel) -> Response:
    """The page whose answer to a form was reloaded, or read in the other language."""
    return shell.go("/channels")


@router.post("/retry", roles=ADMINISTRATORS, rate=RateClass.WRITE, audit="dead_letter.retry_all")
def submit_retry_all(shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, now: NowDep) -> Response:
    """Every message that was given up is tried again."""
    retry_dead_letters(session, viewer, now=now)
    return shell.go("/channels", "letters_retried")


@router.post("/retry/{message_id}", roles=ADMINISTRATORS, rate=RateClass.WRITE, audit="dead_letter.retry")
def submit_retry(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, message_id: RowNumber, now: NowDep
) -> Response:
    """The message is tried again."""
    retry_dead_letters(session, viewer, message_id, now=now)
    return shell.go("/channels", "letters_retried")


@router.post("/{channel}", roles=ADMINISTRATORS, rate=RateClass.WRITE, audit="channel.set")
def submit_address(
    shell: ShellDep,
    session: WriteSessionDep,
    viewer: ViewerDep,
    wanted: WantedDep,
    form: FormDep,
    channel: Channel,
    now: NowDep,
) -> Response:
    """The channel leads to this address."""
    try:
        set_channel(session, viewer, channel, build(ChannelAddress, form).address, now=now)
    except AppError as error:
        undo(session, error)
        page = _page(session, viewer, wanted, now, refused=Attempt(channel, error=error))
        return shell.refuse("notices/channels.html", page, error)
    return shell.go("/channels", "channel_set")


@router.post("/{channel}/remove", roles=ADMINISTRATORS, rate=RateClass.WRITE, audit="channel.remove")
def submit_remove(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, channel: Channel, now: NowDep
) -> Response:
    """The channel leads nowhere."""
    remove_channel(session, viewer, channel, now=now)
    return shell.go("/channels", "channel_removed")


@router.post("/{channel}/trial", roles=ADMINISTRATORS, rate=RateClass.WRITE, audit="channel.trial")
def submit_trial(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, channel: Channel, now: NowDep
) -> Response:
    """A trial message is on its way."""
    send_trial(session, viewer, channel, now=now)
    return shell.go("/channels", "trial_sent")


def _page(
    session: ReadSession, viewer: Viewer, wanted: Wanted, now: datetime, refused: Attempt | None = None
) -> ChannelsPage:
    dead = list_dead_letters(session, viewer, number=wanted.page)
    return ChannelsPage(list_channels(session, viewer), dead, wanted, now, refused)
