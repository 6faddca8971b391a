"""The worker delivers through real notifiers; a receiver that hangs delays nothing but its own channel."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
import trustme
from sqlmodel import col, select

from core.database import Database
from core.settings import Settings, SmtpSecurity
from jobs.notifiers import notifiers_of
from jobs.worker import Worker, run_worker
from models.enums import Role, SubjectKind
from models.notice import ChannelSetting, ChannelState
from models.notice_enums import Channel, NoticeKind
from models.person import Person
from models.user import Membership
from models.work import OutboxMessage
from tests.conftest import NOW
from tests.jobs.test_worker import wait_for
from tests.tracking.receivers import Mailbox, chat_services, mail_server, rude_server
from tracking.notifier import MailNotifier, MailServer, RecordingNotifier, WithDeadline


def write(database: Database, channel: Channel, number: int = 1, email: str = "li@example.org") -> None:
    """Messages that wait: a trial each, which is about nothing."""
    with database.writing() as session:
        person = Person(name="李工", email=email, created_at=NOW)
        session.add(person)
        session.flush()
        for place in range(number):
            session.add(
                OutboxMessage(
                    dedupe_key=f"{channel}:{person.key}:{place}",
                    channel=channel,
                    person_id=person.key,
                    code="trial",
                    created_at=NOW,
                    next_attempt_at=NOW,
                )
            )


def messages(database: Database, channel: Channel) -> list[OutboxMessage]:
    with database.reading() as session:
        wanted = select(OutboxMessage).where(OutboxMessage.channel == channel).order_by(col(OutboxMessage.id))
        return list(session.exec(wanted))


def settings_of(database_url: str, folder: Path, port: int) -> Settings:
    return Settings(
        database_url=database_url,
        data_dir=folder,
        worker_tick_seconds=0.05,
        smtp_host="127.0.0.1",
        smtp_port=port,
        smtp_security=SmtpSecurity.NONE,
        smtp_from="keqiao@example.org",
    )


def test_a_receiver_that_hangs_costs_one_attempt_and_stops_no_other_channel(database: Database) -> None:
    write(database, Channel.MAIL, 5)
    write(database, Channel.CONSOLE, 5)
    recorder = RecordingNotifier()
    with rude_server() as port:
        server = MailServer("127.0.0.1", port, SmtpSecurity.NONE, "keqiao@example.org", timeout=5)
        hanging = WithDeadline(MailNotifier(server), 0.3)
        worker = Worker(database, {Channel.MAIL: hanging, Channel.CONSOLE: recorder}, now=lambda: NOW, holder="a")
        worker.deliver()
    assert len(recorder.sent) == 5
    waiting = messages(database, Channel.MAIL)
    assert sorted(row.attempts for row in waiting) == [0, 0, 0, 0, 1]
    assert {row.error for row in waiting} == {"", "no answer within 0.3 s"}
    with database.reading() as session:
        state = session.exec(select(ChannelState).where(ChannelState.channel == Channel.MAIL)).one()
    assert (state.failures, state.rests_until is not None and state.rests_until > NOW) == (1, True)


def test_the_worker_goes_on_beside_a_receiver_that_hangs(database: Database, database_url: str, tmp_path: Path) -> None:
    stop = threading.Event()
    with rude_server() as port:
        write(database, Channel.MAIL)
        thread = threading.Thread(target=run_worker, args=(settings_of(database_url, tmp_path, port), stop))
        thread.start()
        try:
            assert wait_for(lambda: messages(database, Channel.MAIL)[0].attempts == 1)
            write(database, Channel.CONSOLE)  # while the mail server keeps its job waiting
            assert wait_for(lambda: messages(database, Channel.CONSOLE)[0].sent_at is not None)
        finally:
            stop.set()
    thread.join(timeout=30)
    assert not thread.is_alive()


def test_mail_goes_out_by_the_servers_settings(database: Database, database_url: str, tmp_path: Path) -> None:
    box = Mailbox()
    write(database, Channel.MAIL)
    write(database, Channel.MAIL, email="no address")
    with mail_server(box) as port:
        notifiers = notifiers_of(settings_of(database_url, tmp_path, port), database)
        Worker(database, notifiers, now=lambda: NOW, holder="a").deliver()
    assert [mail.rcpt_tos for mail in box.mails] == [["li@example.org"]]
    sent, dead = messages(database, Channel.MAIL)
    assert (sent.sent_at, sent.dead_at) == (NOW, None)
    assert (dead.sent_at, dead.dead_at) == (None, NOW)
    assert "no usable mail address" in dead.error


def test_a_group_is_reached_at_the_address_that_is_set_now(
    database: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(database, Channel.FEISHU, 2)
    with database.writing() as session:
        session.add(ChannelSetting(channel=Channel.FEISHU, address="feishu://4f0c2a9e77b14d55", set_at=NOW))
    with chat_services(trustme.CA(), tmp_path, monkeypatch) as services:
        notifiers = notifiers_of(Settings(database_url=database_url, data_dir=tmp_path), database)
        services.answer = (200, {}, {"code": 19024, "msg": "Key Words Not Found"})
        Worker(database, notifiers, now=lambda: NOW, holder="a").deliver()
        assert [row.error for row in messages(database, Channel.FEISHU)] == ["refused with code 19024", ""]
        services.answer = (200, {}, {"code": 0})
        later = NOW + timedelta(hours=1)
        Worker(database, notifiers, now=lambda: later, holder="a").deliver()
    assert all(row.sent_at == later for row in messages(database, Channel.FEISHU))
    assert len(services.requests) == 3


def test_what_its_person_may_no_longer_read_is_not_sent(database: Database) -> None:
    with database.writing() as session:
        person = Person(name="李工", created_at=NOW)
        session.add(person)
        session.flush()
        session.add(Membership(person_id=person.key, role=Role.STAFF, valid_from=NOW))
        session.add(
            OutboxMessage(
                dedupe_key="k",
                channel=Channel.CONSOLE,
                person_id=person.key,
                code="reminder.next_step",
                kind=NoticeKind.NEXT_STEP,
                subject_kind=SubjectKind.DEAL,
                subject_id=10**6,
                created_at=NOW,
                next_attempt_at=NOW,
            )
        )
    recorder = RecordingNotifier()
    Worker(database, {Channel.CONSOLE: recorder}, now=lambda: NOW, holder="a").deliver()
    [row] = messages(database, Channel.CONSOLE)
    assert (recorder.sent, row.sent_at, row.withdrawn_at) == ([], None, NOW)
