"""An installation that already works is brought to a newer schema with everything in it."""

from datetime import datetime
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import column, insert, table, text
from sqlmodel import select

from core.database import Database
from core.i18n import ROOT
from core.language.clauses import RequirementKind
from models import Deal, Indicator, NeedRevision, OutboxMessage, Requirement, Supplier
from models.enums import Origin, SubjectKind
from models.file import Attachment
from models.notice_enums import NoticeKind

NOW = "2026-03-02 01:30:00+00:00"
FIRST_RELEASE: dict[str, dict[str, Any]] = {
    "organisation": {
        "public_id": "org000000000", "version": 1, "name": "某厂", "name_en": "", "kind": "enterprise", "region": "",
        "city": "", "industry": "", "intro": "", "source": "local", "created_at": NOW,
    },
    "need": {
        "public_id": "need00000000", "version": 1, "organisation_id": 1, "status": "focused", "disclosure": 1,
        "clarity_kind": "clear", "source": "local", "submitted_at": NOW,
    },
    "needrevision": {
        "need_id": 1, "number": 1, "valid_from": NOW, "title": "耐磨涂层", "public_title": "", "language": "zh_Hans",
        "problem": "硬度不低于60", "indicators": "", "goal": "", "keywords": "[]", "currency": "CNY",
        "preferred_partner": "", "technical_field": "", "industry": "",
    },
    "requirement": {
        "need_revision_id": 1, "position": 0, "kind": "must", "field": "problem", "start": 0, "end": 7,
        "origin": "engine",
    },
    "indicator": {"requirement_id": 1, "name": "硬度", "low": 60.0, "unit": "", "start": 0, "end": 7},
    "supplier": {
        "public_id": "supplier0000", "version": 1, "name": "某团队", "kind": "team", "intro": "",
        "cooperation_modes": "[]", "regions": "[]", "source": "local", "created_at": NOW,
    },
}  # fmt: skip
"""A need that was focused and a supplier, as the first release stored them, parents first."""


def move(database: Database, revision: str) -> None:
    config = Config(ROOT / "alembic.ini")
    with database.write_engine.begin() as connection:
        config.attributes["connection"] = connection
        (command.downgrade if revision == "0001" else command.upgrade)(config, revision)


@pytest.fixture
def first(database: Database) -> Database:
    """A database of the first release with rows in it."""
    move(database, "0001")
    with database.write_engine.begin() as connection:
        for name, row in FIRST_RELEASE.items():
            connection.execute(insert(table(name, *map(column, row))).values(row))
    return database


def test_rows_of_the_first_release_stay_and_get_values(first: Database) -> None:
    move(first, "head")
    with first.reading() as session:
        revision, supplier = session.exec(select(NeedRevision)).one(), session.exec(select(Supplier)).one()
        requirement = session.exec(select(Requirement)).one()
        assert (revision.regions, revision.modes, revision.ipr_stances, revision.excluded_terms) == ([], [], [], [])
        assert (revision.least_trl, supplier.load_limit, supplier.ipr_stances) == (None, None, [])
        assert (requirement.wording, requirement.unsettled, requirement.removed) == ("", False, False)
        assert session.exec(select(Indicator)).one().requirement_id == requirement.id


def test_the_second_migration_can_be_taken_back_with_rows_in_the_tables(first: Database) -> None:
    move(first, "head")
    with first.writing() as session:
        where: dict[str, Any] = {"need_revision_id": 1, "position": 1, "field": "", "start": 0, "end": 0}
        session.add(Requirement(kind=RequirementKind.MUST, origin=Origin.STAFF, wording="自己写的一条", **where))
    move(first, "0001")
    with first.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM requirement")).scalar_one() == 1


def test_documents_of_before_are_shown_since_they_came(first: Database) -> None:
    move(first, "0012")
    version = {"attachment_id": 1, "name": "a.txt", "uploaded_at": NOW}
    rows = (
        ("attachment", {"public_id": "attachment00", "version": 1, "subject_kind": "need", "subject_id": 1}),
        ("attachment_version", version | {"number": 1}),
        ("attachment_version", version | {"number": 2, "uploaded_at": "2026-03-05 01:30:00+00:00"}),
    )
    with first.write_engine.begin() as connection:
        for name, row in rows:
            connection.execute(insert(table(name, *map(column, row))).values(row))
    move(first, "head")
    with first.reading() as session:
        shown_at = session.exec(select(Attachment.shown_at)).one()
    assert shown_at == datetime.fromisoformat(NOW)
    move(first, "0001")


def test_messages_of_before_say_what_they_are_about(first: Database) -> None:
    move(first, "0007")
    rows = {
        "person": {"public_id": "person000000", "version": 1, "name": "李工", "name_en": "", "email": "", "phone": "",
                   "expertise": "", "source": "local", "created_at": NOW},
        "deal": {"public_id": "deal00000000", "version": 1, "title": "联合攻关", "next_step": "", "status": "open",
                 "owner_id": 1, "team_only": False, "source": "local", "opened_at": NOW, "last_activity_at": NOW,
                 "no_step_reason": ""},
        "outboxmessage": {"dedupe_key": "k", "channel": "in_app", "person_id": 1, "code": "reminder.next_step",
                          "params": '{"deal": "deal00000000"}', "created_at": NOW, "next_attempt_at": NOW,
                          "attempts": 0, "error": ""},
    }  # fmt: skip
    with first.write_engine.begin() as connection:
        for name, row in rows.items():
            connection.execute(insert(table(name, *map(column, row))).values(row))
    move(first, "head")
    with first.reading() as session:
        message, deal = session.exec(select(OutboxMessage)).one(), session.exec(select(Deal)).one()
        assert (message.kind, message.subject_kind, message.subject_id) == (
            NoticeKind.NEXT_STEP,
            SubjectKind.DEAL,
            deal.id,
        )
        assert (message.for_digest, message.read_at) == (False, None)
    move(first, "0001")
