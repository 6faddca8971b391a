"""Failures at the terminal: a plain sentence for what people can act on, a traceback for the rest."""

import pytest
from pydantic import ValidationError
from sqlalchemy.exc import IntegrityError

from core.clock import now
from core.database import Database
from core.i18n import Language, translator
from core.settings import Settings
from jobs.cli.failures import explain
from models import Person, User


def add_users(database: Database, *person_ids: int) -> None:
    """Users of one login for these persons (0: for a new one)."""
    with database.writing() as session:
        for key in person_ids:
            person = Person(name="甲", created_at=now())
            session.add(person)
            session.flush()
            session.add(User(person_id=key or person.key, login="same", password_hash="x", created_at=now()))


def refused(database: Database, *person_ids: int) -> IntegrityError:
    """What the database says to them."""
    with pytest.raises(IntegrityError) as caught:
        add_users(database, *person_ids)
    return caught.value


@pytest.mark.parametrize("language", list(Language))
def test_a_row_that_somebody_else_has_just_added_gets_a_sentence(database: Database, language: Language) -> None:
    t = translator(language)
    assert explain(refused(database, 0, 0), t) == [t("error.conflict.at_the_same_time")]


def test_a_row_that_refers_to_nothing_is_a_programmers_error(database: Database) -> None:
    assert explain(refused(database, 123456), translator(Language.EN)) == []


@pytest.mark.parametrize(
    ("name", "written", "said"),
    [
        ("remind_at", "9点", "KEQIAO_REMIND_AT: Give a time of day such as 09:00."),
        ("log_level", "debug", 'KEQIAO_LOG_LEVEL: There is no "debug"; choose one of: DEBUG, INFO, WARNING, ERROR.'),
        ("demo", "maybe", "KEQIAO_DEMO: Give yes or no."),
    ],
)
def test_a_wrong_setting_is_told_what_it_may_be(name: str, written: str, said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Settings.model_validate({name: written})
    assert explain(caught.value, translator(Language.EN)) == [said]
