"""Failures at the terminal: a plain sentence for what people can act on, a traceback for the rest."""

from pathlib import Path

import pytest
import typer
from pydantic import ValidationError
from sqlalchemy.exc import IntegrityError
from typer.core import TyperGroup
from typer.main import get_command

from core.clock import now
from core.database import Database
from core.i18n import Language, translator
from core.settings import Settings
from jobs.cli.failures import explain, explain_usage
from jobs.cli.main import app
from models import Person, User
from tests.jobs.command_line import run


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


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("match", "焊接", "--top", "0"), ("--top：不能小于 1。", "--top: At least 1.")),
        (("match", "焊接", "--top", "-1"), ("--top：不能小于 1。", "--top: At least 1.")),
        (("match", "焊接", "--top", "51"), ("--top：不能大于 50。", "--top: At most 50.")),
        (("match", "焊接", "--top", "x"), ("--top：请填写数字。", "--top: Give a number.")),
        (("evaluate",), ("folder：必填。", "folder: Required.")),
    ],
)
def test_a_number_out_of_range_is_told_in_words(arguments: tuple[str, ...], told: tuple[str, str]) -> None:
    group = get_command(app)
    assert isinstance(group, TyperGroup)
    with pytest.raises(typer.BadParameter) as caught:
        group.commands[arguments[0]].make_context(arguments[0], [*arguments[1:]])
    said = [explain_usage(caught.value, translator(language)) for language in (Language.ZH, Language.EN)]
    assert tuple(lines[0] for lines in said) == told
    assert all(f"{arguments[0]} --help" in lines[1] for lines in said)


@pytest.mark.parametrize("arguments", [("match", "焊接", "--top", "0"), ("match", "焊接", "--supplier", "x")])
def test_what_was_typed_wrong_ends_with_a_sentence_and_code_two(arguments: tuple[str, ...]) -> None:
    said = run(*arguments)
    assert (said.returncode, said.stdout) == (2, "")
    assert said.stderr.strip().endswith("See keqiao match --help.")
    assert "Usage" not in said.stderr


@pytest.mark.parametrize("language", list(Language))
def test_a_file_that_cannot_be_written_is_named(tmp_path: Path, language: Language) -> None:
    with pytest.raises(OSError, match="gone") as caught:
        (tmp_path / "gone" / "file").write_text("")
    [line] = explain(caught.value, translator(language))
    assert str(tmp_path / "gone" / "file") in line
