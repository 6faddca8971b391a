"""What a search cannot do is said where it is asked: on the page and in the API."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlmodel import col, delete

from api.app import create_app
from core import clock
from core.database import Database
from core.i18n import Language, translator
from core.settings import Settings
from matching.embedding.training.sources import installed_teacher
from models.vector import CapabilityVector
from tests.api.page_reader import Browser
from tests.api.page_world import add_catalogue

SAID = translator(Language.ZH)


@pytest.fixture
def catalogue(database: Database) -> None:
    with database.writing() as session:
        add_catalogue(session, clock.now())


@pytest.fixture
def staff(app: FastAPI, catalogue: None, as_user: Callable[[str], Browser]) -> Browser:
    return as_user("staff")


def found(browser: Browser, text: str, status: int = 200) -> dict[str, Any]:
    response = browser.get("/api/v1/search", params={"q": text})
    assert response.status_code == status, response.text
    answer: dict[str, Any] = response.json()
    return answer


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("，。！？", ["no_usable_text"]),
        ("😀🔧", ["no_usable_text"]),
        ("การเชื่อม", ["no_known_word", "nothing_alike"]),
    ],
)
def test_a_text_that_finds_nobody_says_why(staff: Browser, text: str, codes: list[str]) -> None:
    answer = found(staff, text)
    assert (answer["matches"], [note["code"] for note in answer["notes"]]) == ([], codes)
    page = staff.get("/search", params={"q": text}).text
    for code in codes:
        assert SAID(f"reason.{code}") in page


def test_what_a_text_asks_for_is_told_clause_by_clause_on_the_page_as_in_the_answer(staff: Browser) -> None:
    text = "我厂有 72 人。主轴轴承温升不超过 30 ℃，寿命不低于 20000 h。"
    matches = found(staff, text)["matches"]
    best = matches[0]["findings"]
    assert {"met", "contradicted"} == {one["verdict"] for one in best}
    page = staff.get("/search", params={"q": text}).text
    for one in best:
        assert one["text"] in page
        assert one["passage"]["text"] in page
    assert SAID("match.drafted") not in page
    assert page.count(SAID("match.findings")) == sum(match["band"] != "weak" for match in matches) < len(matches)


def test_invisible_characters_find_what_the_bare_words_find(staff: Browser) -> None:
    assert found(staff, "高盐\u200b有\x00机废水\ufeff") == found(staff, "高盐有机废水")


def test_one_character_and_a_short_list_are_marked(staff: Browser) -> None:
    codes = [note["code"] for note in found(staff, "水")["notes"]]
    assert codes == ["little_text", "fewer_found"]
    assert SAID("reason.little_text") in staff.get("/search", params={"q": "水"}).text


@pytest.mark.parametrize("length", [20_001, 60_000])
def test_a_text_that_is_too_long_is_refused_beside_its_field(staff: Browser, length: int) -> None:
    problems = found(staff, "w" * length, status=422)["problems"]
    assert [(problem["field"], problem["code"]) for problem in problems] == [("q", "field.too_long")]
    response = staff.get("/search", params={"q": "w" * length})
    assert response.status_code == 422
    assert SAID("error.field.too_long", max=20_000) in response.text


def test_capabilities_without_a_vector_of_the_model_are_told_without_their_number(
    staff: Browser, database: Database
) -> None:
    with database.writing() as session:
        session.exec(delete(CapabilityVector).where(col(CapabilityVector.id) == 1))
    assert {"code": "index_incomplete", "params": {}} in found(staff, "高盐有机废水")["notes"]
    assert SAID("reason.index_incomplete") in staff.get("/search", params={"q": "高盐有机废水"}).text


@pytest.mark.parametrize(
    ("model", "code"), [("no/such-model", "embedding_model"), (str(installed_teacher()), "embedding_language")]
)
def test_a_model_that_cannot_read_is_told_in_words_and_nothing_is_ranked(
    app: FastAPI, database_url: str, tmp_path: Path, catalogue: None, model: str, code: str
) -> None:
    settings = Settings(
        data_dir=tmp_path, database_url=database_url, demo=True, language=Language.ZH, embedding_model=model
    )
    other = create_app(settings)
    browser = Browser(other).enter("staff")
    answer = found(browser, "高盐有机废水", status=503)
    assert answer["code"] == code
    response = browser.get("/search", params={"q": "高盐有机废水"})
    assert (response.status_code, answer["title"] in response.text) == (503, True)
    other.state.database.dispose()
