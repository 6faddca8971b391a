"""The ways out: who sets them up, how much they send, and what becomes of what they cannot deliver."""

from datetime import timedelta

import pytest
from sqlmodel import select

from core.database import Database, WriteSession
from core.errors import Invalid, NotFound, Refused
from models.access import Viewer
from models.enums import Role
from models.notice import ChannelSetting
from models.notice_enums import Channel
from models.person import Person
from models.work import OutboxMessage
from tests.conftest import NOW
from tests.workflow.deal_world import World
from workflow.notifications import claim_message, mark_failed, mark_sent, receiver_failed
from workflow.notifications.channels import list_channels, open_channels, remove_channel, set_channel
from workflow.notifications.dead_letters import list_dead_letters, retry_dead_letters, send_trial
from workflow.notifications.outbox import ATTEMPTS_MAX

ADDRESS = "dingtalk://4f0c2a9e77b14d55"


@pytest.fixture
def admin(session: WriteSession) -> Viewer:
    return World(session, NOW).viewer(Role.SYSTEM_ADMIN)


def write(session: WriteSession, number: int, channel: Channel = Channel.DINGTALK) -> None:
    person = Person(name="李工", created_at=NOW)
    session.add(person)
    session.flush()
    for place in range(number):
        key = f"{channel}:{person.key}:{place}"
        row = OutboxMessage(
            dedupe_key=key, channel=channel, person_id=person.key, code="trial", created_at=NOW, next_attempt_at=NOW
        )
        session.add(row)
    session.flush()


def claim_all(session: WriteSession, seconds: float = 0) -> list[int]:
    """What can be sent at an instant."""
    claimed = []
    while (key := claim_message(session, now=NOW + timedelta(seconds=seconds))) is not None:
        claimed.append(key)
    return claimed


def test_only_an_administrator_sets_up_a_channel_and_nobody_is_shown_its_secret(
    session: WriteSession, admin: Viewer
) -> None:
    with pytest.raises(Refused):
        set_channel(session, World(session, NOW).viewer(Role.LEAD), Channel.DINGTALK, ADDRESS, now=NOW)
    set_channel(session, admin, Channel.DINGTALK, ADDRESS, now=NOW)
    shown = {one.channel: one for one in list_channels(session, admin)}
    assert shown[Channel.DINGTALK].is_open
    assert "4f0c2a9e77b14d55" not in str(shown)
    assert open_channels(session, World(session, NOW).staff(), "") == [Channel.CONSOLE, Channel.DINGTALK]


def test_an_address_of_another_service_is_refused_and_not_repeated(session: WriteSession, admin: Viewer) -> None:
    with pytest.raises(Invalid) as refused:
        set_channel(session, admin, Channel.WECOM, ADDRESS, now=NOW)
    assert "4f0c2a9e77b14d55" not in f"{refused.value}{refused.value.problems}"
    assert session.exec(select(ChannelSetting)).all() == []


def test_what_waits_for_a_channel_that_is_removed_is_not_sent(session: WriteSession, admin: Viewer) -> None:
    set_channel(session, admin, Channel.DINGTALK, ADDRESS, now=NOW)
    write(session, 2)
    assert {one.channel: one.waiting for one in list_channels(session, admin)}[Channel.DINGTALK] == 2
    remove_channel(session, admin, Channel.DINGTALK, now=NOW)
    assert not any(one.waiting for one in list_channels(session, admin))
    assert claim_all(session) == []
    with pytest.raises(NotFound):
        remove_channel(session, admin, Channel.DINGTALK, now=NOW)


@pytest.mark.parametrize(("channel", "most"), [(Channel.WECOM, 20), (Channel.DINGTALK, 20), (Channel.FEISHU, 100)])
def test_a_channel_sends_no_more_in_a_minute_than_its_service_takes(
    session: WriteSession, channel: Channel, most: int
) -> None:
    write(session, 130, channel)
    sent = 0
    for second in range(60):
        claimed = claim_all(session, second)
        for key in claimed:
            mark_sent(session, key, now=NOW)
        sent += len(claimed)
    assert most - 2 <= sent <= most


def test_a_full_channel_holds_up_no_other(session: WriteSession) -> None:
    write(session, 10)
    write(session, 3, Channel.CONSOLE)
    assert len(claim_all(session)) == 5 + 3


def test_the_bucket_outlives_a_restart_and_is_shared_by_processes(database: Database, database_url: str) -> None:
    with database.writing() as session:
        write(session, 30)
        assert len(claim_all(session)) == 5
    other = Database(database_url)
    with other.writing() as session:
        assert claim_all(session) == []
        assert len(claim_all(session, 4)) == 1
    other.dispose()


def test_a_channel_whose_receiver_fails_rests_longer_each_time(session: WriteSession) -> None:
    write(session, 3, Channel.MAIL)
    [first] = [claim_message(session, now=NOW)]
    assert first is not None
    receiver_failed(session, Channel.MAIL, now=NOW)
    session.flush()
    assert claim_all(session) == []
    later = 3600.0
    [second] = [claim_message(session, now=NOW + timedelta(seconds=later))]
    assert second is not None
    mark_sent(session, second, now=NOW + timedelta(seconds=later))
    assert len(claim_all(session, later)) == 2


def test_what_was_tried_too_often_waits_for_an_administrator(session: WriteSession, admin: Viewer) -> None:
    write(session, 1, Channel.MAIL)
    at = NOW
    for attempt in range(1, ATTEMPTS_MAX + 1):
        assert list_dead_letters(session, admin).total == 0
        key = claim_message(session, now=at)
        assert key is not None, f"attempt {attempt}"
        mark_failed(session, key, "451 try later", now=at)
        session.flush()
        at += timedelta(hours=7)
    assert claim_message(session, now=at) is None
    [letter] = list_dead_letters(session, admin).items
    assert (letter.person, letter.error, letter.attempts) == ("李工", "451 try later", ATTEMPTS_MAX)
    assert retry_dead_letters(session, admin, letter.id, now=at) == [letter.id]
    assert claim_message(session, now=at) == letter.id
    assert list_dead_letters(session, admin).total == 0


def test_what_can_never_be_delivered_is_not_tried_again(session: WriteSession, admin: Viewer) -> None:
    write(session, 1, Channel.MAIL)
    [key] = claim_all(session)
    mark_failed(session, key, "550 no such mailbox", now=NOW, for_good=True)
    session.flush()
    assert claim_all(session, 10**6) == []
    assert [letter.error for letter in list_dead_letters(session, admin).items] == ["550 no such mailbox"]


def test_what_was_given_up_for_one_group_is_not_sent_to_the_next(session: WriteSession, admin: Viewer) -> None:
    set_channel(session, admin, Channel.DINGTALK, ADDRESS, now=NOW)
    write(session, 1)
    [key] = claim_all(session)
    mark_failed(session, key, "no such robot", now=NOW, for_good=True)
    session.flush()
    remove_channel(session, admin, Channel.DINGTALK, now=NOW)
    set_channel(session, admin, Channel.DINGTALK, "dingtalk://0f0c2a9e77b14d56", now=NOW)
    assert list_dead_letters(session, admin).total == 0
    assert retry_dead_letters(session, admin, now=NOW) == []
    assert claim_all(session, 10**6) == []


def test_a_sender_that_dies_in_the_last_attempt_leaves_a_dead_letter(session: WriteSession, admin: Viewer) -> None:
    write(session, 1, Channel.MAIL)
    at = NOW
    for _ in range(ATTEMPTS_MAX):
        assert claim_message(session, now=at) is not None
        at += timedelta(hours=7)
    assert claim_message(session, now=at) is None
    assert list_dead_letters(session, admin).total == 1


def test_dead_letters_are_the_administrators(session: WriteSession, admin: Viewer) -> None:
    stranger = World(session, NOW).viewer(Role.LEAD)
    with pytest.raises(Refused):
        list_dead_letters(session, stranger)
    with pytest.raises(Refused):
        retry_dead_letters(session, stranger, now=NOW)
    with pytest.raises(NotFound):
        retry_dead_letters(session, admin, 10**6, now=NOW)


def test_a_trial_goes_to_whoever_asks_even_where_the_channel_rests(session: WriteSession, admin: Viewer) -> None:
    write(session, 1, Channel.MAIL)
    assert len(claim_all(session)) == 1
    receiver_failed(session, Channel.MAIL, now=NOW)
    session.flush()
    row = send_trial(session, admin, Channel.MAIL, now=NOW)
    assert claim_all(session) == [row.key]
    assert row.person_id == admin.person_id
