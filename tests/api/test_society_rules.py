"""A society's own file of rules on a running server: nothing under other rules, and no restart once it is mended."""

from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import FastAPI

from api.dependencies import search_index_of
from core import clock
from core.database import Database
from core.i18n import Language, translator
from tests.api.page_reader import Browser
from tests.api.page_world import add_catalogue

OWN = "format: 1\nname: riverside\nversion: 2\n"


@pytest.fixture
def file(app: FastAPI, database: Database, tmp_path: Path) -> Path:
    with database.writing() as session:
        add_catalogue(session, clock.now())
    found = tmp_path / "own-rules.yaml"
    app.state.settings = app.state.settings.model_copy(update={"rules": found})
    return found


def test_under_a_faulty_file_nothing_is_searched_until_it_is_mended(
    app: FastAPI, file: Path, as_user: Callable[[str], Browser]
) -> None:
    file.write_text(f"{OWN}hard:\n  capacity:\n    persons: 3\n", encoding="utf-8")
    staff, told = as_user("staff"), translator(Language.ZH)("error.rules_file", file=file.name)
    page, answer = (staff.get(path, params={"q": "轴承"}) for path in ("/search", "/api/v1/search"))
    assert (page.status_code, answer.status_code) == (503, 503)
    assert told in page.text
    assert str(file.parent) not in page.text + answer.text
    file.write_text(OWN, encoding="utf-8")
    assert staff.get("/api/v1/search", params={"q": "轴承"}).status_code == 200
    assert search_index_of(app).rules.id.startswith("riverside-2-")


def test_a_file_that_is_changed_while_the_server_runs_waits_for_the_next_start(
    app: FastAPI, file: Path, as_user: Callable[[str], Browser]
) -> None:
    file.write_text(OWN, encoding="utf-8")
    staff = as_user("staff")
    before = search_index_of(app).rules.id
    file.write_text("broken", encoding="utf-8")
    assert staff.get("/api/v1/search", params={"q": "轴承"}).status_code == 200
    assert search_index_of(app).rules.id == before
