"""The ways out of this installation: which are open, where chat channels lead, and how much each may send.

Rules a maintainer must keep: only a system administrator sets an address, and nobody is shown one again; groups are the
society's, so nothing of anybody else's wishes is told there; a token is taken in the transaction that claims the
message, so that several processes and a restart keep to one bucket.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, delete, func, select, update

from core.database import ReadSession, WriteSession
from core.errors import Invalid, NotFound, Problem, Refused
from core.settings import get_settings
from models.access import Viewer
from models.enums import Role
from models.notice import ChannelSetting, ChannelState
from models.notice_enums import Channel
from models.work import OutboxMessage
from tracking.notifier.chat_address import SCHEMES, chat_address, masked
from tracking.reminders import retry_delay
from tracking.sending_rate import RATES, tokens_at

CHAT = tuple(SCHEMES)
"""Channels that lead to a group of the society and are set up by an administrator."""


@dataclass(frozen=True, slots=True)
class ChannelPublic:
    """What an administrator sees of a channel."""

    channel: Channel
    is_open: bool
    address: str
    """Masked; of mail the server."""
    set_at: datetime | None
    failures: int
    rests_until: datetime | None
    waiting: int = 0
    """Messages that are still to be sent by themselves, also those that failed and are tried again."""


def chat_channels(session: ReadSession, viewer: Viewer) -> list[Channel]:
    """The groups in which `viewer` can be told something; none for whoever is not of the society."""
    if not viewer.is_society:
        return []
    set_up = set(session.exec(select(ChannelSetting.channel)).all())
    return [channel for channel in CHAT if channel in set_up]


def open_channels(session: ReadSession, viewer: Viewer, email: str) -> list[Channel]:
    """The ways on which `viewer`, who has this mail address, can be reached; the console stands in for mail."""
    mail = (Channel.MAIL if email else None) if get_settings().smtp_host else Channel.CONSOLE
    return [*([mail] if mail else []), *chat_channels(session, viewer)]


def address_of(session: ReadSession, channel: Channel) -> str:
    """Where a chat channel leads, with its secret; "" where it is not set up."""
    return session.exec(select(ChannelSetting.address).where(ChannelSetting.channel == channel)).first() or ""


def list_channels(session: ReadSession, viewer: Viewer) -> list[ChannelPublic]:
    """Every way out, for an administrator. Raises Refused."""
    require_administrator(viewer)
    set_up = {row.channel: row for row in session.exec(select(ChannelSetting))}
    states = {row.channel: row for row in session.exec(select(ChannelState))}
    server = get_settings().smtp_host
    mail = _public(Channel.MAIL, bool(server), server, None, states.get(Channel.MAIL))
    found = [mail, *(_public_chat(channel, set_up.get(channel), states.get(channel)) for channel in CHAT)]
    held = _waiting(session)
    return [replace(channel, waiting=held.get(channel.channel, 0)) for channel in found]


def _waiting(session: ReadSession) -> dict[Channel, int]:
    rows = session.execute(
        select(OutboxMessage.channel, func.count())
        .where(
            col(OutboxMessage.sent_at).is_(None),
            col(OutboxMessage.dead_at).is_(None),
            col(OutboxMessage.withdrawn_at).is_(None),
            col(OutboxMessage.for_digest).is_(False),
        )
        .group_by(col(OutboxMessage.channel))
    )
    return {row[0]: row[1] for row in rows}


def set_channel(session: WriteSession, viewer: Viewer, channel: Channel, address: str, *, now: datetime) -> None:
    """Messages of the channel go to this address from now on, at once.

    Raises Refused, and Invalid, which does not repeat the address, for one that is none of the channel's service.
    """
    require_administrator(viewer)
    try:
        kept = chat_address(channel, address)
    except ValueError:
        raise Invalid("channel.address_invalid", (Problem("channel.address_invalid", field="address"),)) from None
    row = session.exec(select(ChannelSetting).where(ChannelSetting.channel == channel)).first()
    if row is None:
        session.add(ChannelSetting(channel=channel, address=kept, set_at=now))
    else:
        row.address, row.set_at = kept, now
    state = session.exec(select(ChannelState).where(ChannelState.channel == channel)).first()
    if state is not None:
        state.failures, state.rests_until = 0, None
    session.flush()


def remove_channel(session: WriteSession, viewer: Viewer, channel: Channel, *, now: datetime) -> None:
    """The address is gone, and what still waited for the channel, or was given up, is not sent to a later one.

    Raises Refused and NotFound.
    """
    require_administrator(viewer)
    if not address_of(session, channel):
        raise NotFound("channel.not_set_up", channel=channel.value)
    session.exec(delete(ChannelSetting).where(col(ChannelSetting.channel) == channel))
    waiting = update(OutboxMessage).where(
        col(OutboxMessage.channel) == channel,
        col(OutboxMessage.sent_at).is_(None),
        col(OutboxMessage.withdrawn_at).is_(None),
    )
    session.exec(waiting.values(withdrawn_at=now, dead_at=None))


def take_token(session: WriteSession, channel: Channel, *, now: datetime) -> bool:
    """Whether the channel may send one message now, which is then counted."""
    state = _locked_state(session, channel, now)
    if state.rests_until is not None and state.rests_until > now:
        return False
    rate = RATES.get(channel)
    if rate is None:
        return True
    tokens = tokens_at(rate, state.tokens, state.filled_at, now)
    state.tokens, state.filled_at = (tokens - 1 if tokens >= 1 else tokens), max(now, state.filled_at)
    session.flush()
    return tokens >= 1


def receiver_answered(session: WriteSession, channel: Channel) -> None:
    """The channel's receiver takes messages; what went wrong before counts no more."""
    failing = update(ChannelState).where(col(ChannelState.channel) == channel, col(ChannelState.failures) > 0)
    session.exec(failing.values(failures=0, rests_until=None))


def receiver_failed(session: WriteSession, channel: Channel, *, now: datetime) -> None:
    """The channel rests, longer with every failure in a row, so that no time is lost on a receiver that hangs."""
    state = _locked_state(session, channel, now)
    state.failures += 1
    state.rests_until = now + retry_delay(state.failures)


def require_administrator(viewer: Viewer) -> None:
    """Raises Refused for whoever is no system administrator."""
    if Role.SYSTEM_ADMIN not in viewer.roles:
        raise Refused("channel.refused")


def _locked_state(session: WriteSession, channel: Channel, now: datetime) -> ChannelState:
    wanted = select(ChannelState).where(ChannelState.channel == channel).with_for_update()
    state = session.exec(wanted).first()
    if state is not None:
        return state
    rate = RATES.get(channel)
    try:
        with session.begin_nested():
            session.add(ChannelState(channel=channel, tokens=float(rate.burst) if rate else 0.0, filled_at=now))
            session.flush()
    except IntegrityError:  # another process was faster
        pass
    return session.exec(wanted).one()


def _public_chat(channel: Channel, row: ChannelSetting | None, state: ChannelState | None) -> ChannelPublic:
    return _public(channel, row is not None, masked(row.address) if row else "", row, state)


def _public(
    channel: Channel, is_open: bool, address: str, row: ChannelSetting | None, state: ChannelState | None
) -> ChannelPublic:
    return ChannelPublic(
        channel=channel,
        is_open=is_open,
        address=address,
        set_at=row.set_at if row else None,
        failures=state.failures if state else 0,
        rests_until=state.rests_until if state else None,
    )
