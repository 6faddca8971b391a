import json
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from core.database import Database
from core.i18n import Language
from core.settings import Settings
from jobs.worker import Worker, run_worker
from models.access import viewer_of
from models.deal import DealStage
from models.deal_forms import DealCreate
from models.enums import Role
from models.notice_enums import Channel, ReminderKind
from models.person import Person
from models.user import Membership, User, UserSession
from models.work import Lease, OutboxMessage, Reminder
from tracking.notifier import ConsoleNotifier, Message, Notifier, Recipient, RecordingNotifier
from workflow.deals import start_deal
from workflow.leadership import take_lease

DUE = datetime(2026, 3, 10, 1, tzinfo=UTC)


def add_deals(database: Database, now: datetime, number: int) -> None:
    """As many deals, each with a next step due on the tenth of March."""
    with database.writing() as session:
        person = Person(name="李工", created_at=now)
        session.add(person)
        session.flush()
        session.add(Membership(person_id=person.key, role=Role.STAFF, valid_from=now))
        session.flush()
        viewer = viewer_of(session, person.key, now)
        for place in range(number):
            form = DealCreate(title=f"项目{place}", next_step="电话", next_step_due=date(2026, 3, 10))
            start_deal(session, viewer, form, now=now)


def worker_at(instant: datetime, database: Database, notifier: Notifier) -> Worker:
    return Worker(database, {Channel.CONSOLE: notifier}, now=lambda: instant, holder="a")


class Unreliable(RecordingNotifier):
    """Fails for the first message it is given, once."""

    def __init__(self) -> None:
        super().__init__()
        self.failed: list[str] = []

    def send(self, message: Message) -> None:
        if not self.failed:
            self.failed.append(message.dedupe_key)
            raise ConnectionError("no route")
        super().send(message)


def test_a_tick_fires_what_is_due_and_delivers_it_once(database: Database, now: datetime) -> None:
    add_deals(database, now, 3)
    recorder = RecordingNotifier()
    for instant in (DUE - timedelta(minutes=1), DUE, DUE, DUE + timedelta(hours=1)):
        worker_at(instant, database, recorder).tick()
    assert len({message.dedupe_key for message in recorder.sent}) == len(recorder.sent) == 3
    with database.reading() as session:
        in_app = session.exec(select(OutboxMessage).where(OutboxMessage.channel == Channel.IN_APP)).all()
    assert [message.sent_at for message in in_app] == [DUE] * 3


def test_a_message_that_fails_stops_no_other_and_is_tried_again(database: Database, now: datetime) -> None:
    add_deals(database, now, 3)
    notifier = Unreliable()
    Worker(database, {Channel.CONSOLE: notifier}, now=lambda: DUE, holder="a").tick()
    assert len(notifier.sent) == 2
    with database.reading() as session:
        failed = session.exec(select(OutboxMessage).where(col(OutboxMessage.sent_at).is_(None))).one()
    assert (failed.dedupe_key, failed.error) == (notifier.failed[0], "ConnectionError: no route")
    Worker(database, {Channel.CONSOLE: notifier}, now=lambda: DUE + timedelta(minutes=1), holder="a").tick()
    assert len({message.dedupe_key for message in notifier.sent}) == len(notifier.sent) == 3


def test_a_reminder_that_cannot_fire_stops_no_other(database: Database, now: datetime) -> None:
    add_deals(database, now, 2)
    with database.writing() as session:  # its message was written before: firing it again collides
        first = session.exec(select(Reminder).order_by(col(Reminder.id))).first()
        assert first is not None
        session.add(
            OutboxMessage(
                dedupe_key=f"{first.unique_key}:{first.person_id}:{Channel.CONSOLE}",
                channel=Channel.CONSOLE,
                person_id=first.person_id,
                code="reminder.next_step",
                created_at=now,
                next_attempt_at=now,
                sent_at=now,
            )
        )
    recorder = RecordingNotifier()
    Worker(database, {Channel.CONSOLE: recorder}, now=lambda: DUE, holder="a").tick()
    assert len(recorder.sent) == 1


def test_one_process_leads_until_its_lease_ends(database: Database, now: datetime) -> None:
    minute = timedelta(minutes=1)
    with database.writing() as session:
        assert take_lease(session, "worker", "a", now=now, lasting=minute)
    with database.writing() as session:
        assert not take_lease(session, "worker", "b", now=now + minute / 2, lasting=minute)
        assert take_lease(session, "worker", "a", now=now + minute / 2, lasting=minute)
    with database.writing() as session:
        assert take_lease(session, "worker", "b", now=now + minute * 2, lasting=minute)


def test_who_does_not_lead_does_nothing(database: Database, now: datetime) -> None:
    add_deals(database, now, 1)
    recorder = RecordingNotifier()
    leader = Worker(database, {}, now=lambda: DUE, holder="leader")
    assert leader.take_the_lead()
    Worker(database, {Channel.CONSOLE: recorder}, now=lambda: DUE, holder="other").tick()
    assert recorder.sent == []
    leader.step_down()
    Worker(database, {Channel.CONSOLE: recorder}, now=lambda: DUE, holder="other").tick()
    assert len(recorder.sent) == 1


def test_two_processes_that_both_fire_and_deliver_double_nothing(database: Database, now: datetime) -> None:
    add_deals(database, now, 12)
    recorder = RecordingNotifier()
    workers = [Worker(database, {Channel.CONSOLE: recorder}, now=lambda: DUE, holder=name) for name in "ab"]

    def work(worker: Worker) -> None:
        worker.fire_due()
        worker.deliver()

    threads = [threading.Thread(target=work, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    workers[0].deliver()
    assert len({message.dedupe_key for message in recorder.sent}) == len(recorder.sent) == 12


def test_sign_ins_that_have_ended_are_purged(database: Database, now: datetime) -> None:
    with database.writing() as session:
        person = Person(name="李工", created_at=now)
        session.add(person)
        session.flush()
        user = User(person_id=person.key, login="li", password_hash="x", created_at=now)
        session.add(user)
        session.flush()
        for name, ends in (("old", now), ("new", now + timedelta(hours=1))):
            session.add(
                UserSession(
                    user_id=user.key,
                    token_digest=name,
                    csrf_token="x",
                    created_at=now,
                    last_seen_at=now,
                    expires_at=ends,
                )
            )
    Worker(database, {}, now=lambda: now, holder="a").tick()
    with database.reading() as session:
        assert session.exec(select(UserSession.token_digest)).all() == ["new"]


def test_the_worker_works_until_it_is_stopped_and_then_another_may_lead_at_once(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    settings = Settings(database_url=database_url, data_dir=tmp_path, worker_tick_seconds=0.05)
    stop = threading.Event()
    thread = threading.Thread(target=run_worker, args=(settings, stop))
    thread.start()
    try:
        assert wait_for(lambda: someone_leads(database))
    finally:
        stop.set()
        thread.join(timeout=20)
    assert not thread.is_alive()
    with database.writing() as session:
        assert take_lease(session, "worker", "next", now=datetime.now(UTC), lasting=timedelta(minutes=1))


def someone_leads(database: Database) -> bool:
    with database.reading() as session:
        return session.exec(select(Lease)).first() is not None


def wait_for(condition: Callable[[], bool], seconds: float = 10) -> bool:
    pause = threading.Event()
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        pause.wait(0.02)
    return True


def test_the_console_notifier_writes_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    params = {"title": "联合攻关", "next_step": "电话", "due": "2026-03-10", "deal": "x"}
    recipient = Recipient("李工", "", Language.ZH)
    ConsoleNotifier().send(Message("k", Channel.CONSOLE, recipient, "reminder.next_step", params))
    out = capsys.readouterr().out
    assert out == "→ 李工: “联合攻关”的下一步（电话）应于 2026-03-10 完成。请办理后更新下一步，或写明暂不需要的原因。\n"


_CHILD = """
import json, os, signal, sys
from datetime import datetime, timedelta
from sqlalchemy import event
from core.database import Database, WriteSession
from jobs.worker import Worker
from models.notice_enums import Channel
from models.work import OutboxMessage

url, received, first, kills = sys.argv[1:]
point, left = "", 0

def reached(here):
    global left
    if here == point:
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

class Receiver:
    def send(self, message):
        reached("before the send")
        with open(received, "a") as file:
            file.write(message.dedupe_key + "\\n")
        reached("after the send")

@event.listens_for(WriteSession, "after_flush")
def _(session, _context):
    if any(isinstance(row, OutboxMessage) for row in session.new):
        reached("while firing")

now, codes = datetime.fromisoformat(first), []
for point, left in json.loads(kills):
    child = os.fork()  # before anything is opened: each worker is a process of its own
    if child == 0:
        Worker(Database(url), {Channel.CONSOLE: Receiver()}, now=lambda: now, holder=str(now)).tick()
        os._exit(0)
    codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    now += timedelta(hours=1)
print(codes)
"""


def test_kills_between_any_two_steps_lose_no_message_and_repeat_at_most_one_each(
    database: Database, database_url: str, now: datetime, tmp_path: Path
) -> None:
    add_deals(database, now, 8)
    received = tmp_path / "received"
    kills = [("while firing", 3), ("before the send", 2), ("after the send", 2), ("after the send", 1), ("never", 1)]
    arguments = [sys.executable, "-c", _CHILD, database_url, str(received), DUE.isoformat(), json.dumps(kills)]
    codes = subprocess.run(arguments, check=True, text=True, capture_output=True).stdout
    assert json.loads(codes) == [-9, -9, -9, -9, 0]
    counts = Counter(received.read_text().split())
    assert len(counts) == 8
    assert sorted(counts.values()) == [1] * 6 + [2] * 2
    with database.reading() as session:
        unsent = session.exec(select(OutboxMessage).where(col(OutboxMessage.sent_at).is_(None))).all()
        assert unsent == []


def test_the_day_is_swept_once_and_what_time_alone_changes_is_found(database: Database, now: datetime) -> None:
    add_deals(database, now, 2)
    with database.writing() as session:  # from before reminders of stages were known
        for row in session.exec(select(Reminder)):
            session.delete(row)
    recorder = RecordingNotifier()
    worker_at(now, database, recorder).tick()
    assert kinds_that_wait(database) == [ReminderKind.NEXT_STEP, ReminderKind.STAGE] * 2
    with database.writing() as session:
        for row in session.exec(select(Reminder)):
            session.delete(row)
    worker_at(now + timedelta(hours=1), database, recorder).tick()
    assert kinds_that_wait(database) == []
    worker_at(now + timedelta(days=1), database, recorder).tick()
    assert kinds_that_wait(database) == [ReminderKind.NEXT_STEP, ReminderKind.STAGE] * 2


def test_a_subject_that_cannot_be_swept_stops_no_other(database: Database, now: datetime) -> None:
    add_deals(database, now, 2)
    with database.writing() as session:
        for row in session.exec(select(Reminder)):
            session.delete(row)
        stage = session.exec(select(DealStage).order_by(col(DealStage.id))).first()
        assert stage is not None
        stage.template = "unknown"
    worker_at(now, database, RecordingNotifier()).tick()
    assert kinds_that_wait(database) == [ReminderKind.NEXT_STEP, ReminderKind.STAGE]


def kinds_that_wait(database: Database) -> list[ReminderKind]:
    with database.reading() as session:
        rows = session.exec(select(Reminder).order_by(col(Reminder.subject_id), col(Reminder.kind)))
        return [row.kind for row in rows if row.fired_at is None and row.cancelled_at is None]


def test_a_month_switched_off_ends_in_one_message_to_each_person(database: Database, now: datetime) -> None:
    add_deals(database, now, 12)
    recorder = RecordingNotifier()
    back = DUE + timedelta(days=30)
    worker_at(back, database, recorder).tick()
    worker_at(back + timedelta(seconds=5), database, recorder).tick()
    [digest] = recorder.sent
    assert len(digest.items) == 12
