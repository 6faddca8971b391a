"""Channels at the command line: set unseen, shown masked, and what was given up sent again."""

from datetime import timedelta

from sqlmodel import select

from core.clock import now
from core.database import Database
from models import AuditEntry
from models.notice_enums import Channel
from models.person import Person
from models.work import OutboxMessage
from tests.jobs.command_line import run

SECRET = "4f0c2a9e77b14d55"


def test_a_channel_is_set_and_removed_and_its_secret_is_nowhere(database: Database, database_url: str) -> None:
    settings = {"KEQIAO_DATABASE_URL": database_url, "KEQIAO_LANGUAGE": "en"}
    done = run("channels", "set", "wecom", KEQIAO_CHANNEL_ADDRESS=f"wecombot://{SECRET}", **settings)
    assert done.returncode == 0, done.stderr
    listed = run("channels", "list", **settings)
    assert "wecombot://…d55" in listed.stdout
    refused = run("channels", "set", "feishu", KEQIAO_CHANNEL_ADDRESS=f"wecombot://{SECRET}", **settings)
    assert refused.returncode != 0
    assert "no address of a robot" in refused.stderr
    removed = run("channels", "remove", "wecom", **settings)
    assert removed.returncode == 0, removed.stderr
    assert SECRET not in "".join(one.stdout + one.stderr for one in (done, listed, refused, removed))
    with database.reading() as session:
        log = [(entry.action, entry.subject) for entry in session.exec(select(AuditEntry))]
    assert log == [("channel.set", "wecom"), ("channel.remove", "wecom")]


def test_what_was_given_up_is_listed_and_sent_again(database: Database, database_url: str) -> None:
    at = now() - timedelta(days=2)
    with database.writing() as session:
        person = Person(name="演示人员", created_at=at)
        session.add(person)
        session.flush()
        letter = OutboxMessage(
            dedupe_key="k", channel=Channel.MAIL, person_id=person.key, code="trial", created_at=at,
            next_attempt_at=at, attempts=12, error="550 no such mailbox", dead_at=at,
        )  # fmt: skip
        session.add(letter)
    settings = {"KEQIAO_DATABASE_URL": database_url, "KEQIAO_LANGUAGE": "en"}
    assert "550 no such mailbox" in run("channels", "dead", **settings).stdout
    assert run("channels", "retry", **settings).stderr.strip() == "One message is tried again."
    assert "Nothing has been given up" in run("channels", "dead", **settings).stderr
