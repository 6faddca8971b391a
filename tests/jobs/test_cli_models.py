"""Searching and changing the embedding model at the command line, with a real transformer."""

import json
from pathlib import Path

import pytest
from sqlmodel import col, select

from core.clock import now
from core.i18n import Language, translator
from matching.embedding.static import SHIPPED, shipped_embedder
from matching.embedding.training.sources import installed_teacher
from models.vector import CapabilityVector
from tests.jobs.command_line import run, start
from tests.jobs.test_cli_catalogue import Place
from tests.workflow.deal_world import World
from workflow.indexing import write_vectors

ENGLISH = "Laser welding of thin sheets"
CHINESE = "薄板激光焊接工艺"
TEACHER = str(installed_teacher())


@pytest.fixture
def place(tmp_path: Path, sqlite_template: Path) -> Place:
    return Place(tmp_path / "here", sqlite_template)


def offer(place: Place, *titles: str) -> None:
    with place.database.writing() as session:
        world = World(session, now())
        supplier = world.supplier()
        revisions = [world.capability(supplier, title, title) for title in titles]
        write_vectors(session, revisions, embedder=shipped_embedder(), now=now())


def models(place: Place) -> dict[str, int]:
    with place.database.reading() as session:
        names = session.exec(select(CapabilityVector.model).order_by(col(CapabilityVector.model))).all()
    return {name: names.count(name) for name in names}


@pytest.mark.parametrize("language", list(Language))
def test_a_search_that_finds_nobody_says_why(place: Place, language: Language) -> None:
    offer(place, CHINESE)
    said = start("match", "，。！？", **place.environment, KEQIAO_LANGUAGE=language.value, COLUMNS="200")
    assert said.returncode == 0
    assert translator(language)("reason.no_usable_text") in said.stdout


def test_bytes_that_are_no_text_and_texts_that_are_too_long_are_no_crash(place: Place) -> None:
    offer(place, CHINESE)
    assert len(place.report("match", b"\xff\xfe".decode("utf-8", "surrogateescape") + "激光焊接")["matches"]) == 1
    said = run("match", "焊接" * 10_001, **place.environment, KEQIAO_LANGUAGE="en")
    assert (said.returncode, "At most 20000 characters" in said.stderr) == (1, True)


def test_another_model_is_prepared_beside_the_one_in_use_and_then_switched_to(place: Place) -> None:
    offer(place, ENGLISH)
    before = place.report("match", "thin sheet welding")
    prepared = place.report("reindex", "--model", TEACHER)
    assert prepared["capabilities"] == 1
    assert sorted(models(place).values()) == [1, 1]
    assert place.report("match", "thin sheet welding") == before
    place.environment["KEQIAO_EMBEDDING_MODEL"] = TEACHER
    assert place.report("match", "thin sheet welding")["matches"][0]["capability_title"] == ENGLISH
    assert place.report("reindex", "--drop-others")["dropped"] == 1
    assert list(models(place)) == [prepared["model"]]


def test_a_model_is_found_by_its_name_in_the_cache_and_nowhere_else(place: Place, tmp_path: Path) -> None:
    offer(place, ENGLISH)
    stored = tmp_path / "cache" / "models--example--mini"
    (stored / "refs").mkdir(parents=True)
    (stored / "refs" / "main").write_text("0" * 40)
    (stored / "snapshots").mkdir()
    (stored / "snapshots" / ("0" * 40)).symlink_to(TEACHER)
    place.environment["HF_HUB_CACHE"] = str(tmp_path / "cache")
    found = start("reindex", "--model", "example/mini", "--json", **place.environment)
    assert json.loads(found.stdout)["model"].startswith("mini-")
    said = start("reindex", "--model", "example/other", **place.environment, KEQIAO_LANGUAGE="en", COLUMNS="300")
    assert (said.returncode, "The embedding model (other) cannot be used" in said.stderr) == (1, True)


@pytest.mark.parametrize(
    ("model", "reason"), [("empty", "no model.safetensors in it"), ("example/gone", "hf download example/gone")]
)
def test_why_a_model_cannot_be_prepared_is_said_at_once(place: Place, tmp_path: Path, model: str, reason: str) -> None:
    (tmp_path / "empty").mkdir()
    named = str(tmp_path / model) if model == "empty" else model
    said = run("reindex", "--model", named, **place.environment, COLUMNS="300")
    assert (said.returncode, reason in " ".join(said.stderr.split())) == (1, True)


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("model.safetensors", b"\0" * 100),
        ("modules.json", b"[1]"),
        ("config.json", b"{"),
        (
            "manifest.json",
            b'{"format":1,"name":"x","dim":2,"files":{"tokenizer.json":1,"model.safetensors":2}}',
        ),
    ],
)
def test_a_damaged_folder_is_named(place: Place, tmp_path: Path, file: str, content: bytes) -> None:
    folder = tmp_path / "damaged"
    folder.mkdir()
    for part in Path(TEACHER).iterdir():
        if part.name != file:
            (folder / part.name).symlink_to(part)
    (folder / file).write_bytes(content)
    said = run("reindex", "--model", str(folder), **place.environment, COLUMNS="300")
    assert (said.returncode, said.stderr.count("Traceback")) == (1, 0)
    assert f"{folder}: not a" in " ".join(said.stderr.split())


def test_an_english_model_refuses_a_chinese_catalogue_in_words(place: Place) -> None:
    offer(place, CHINESE)
    said = run("reindex", "--model", TEACHER, **place.environment, KEQIAO_LANGUAGE="en", COLUMNS="300")
    assert said.returncode != 0
    assert "does not know Chinese" in said.stderr
    assert "Traceback" not in said.stderr
    assert list(models(place)) == [shipped_embedder().name]


def test_a_folder_with_our_own_manifest_is_read_as_the_built_in_model_is(place: Place) -> None:
    offer(place, CHINESE)
    assert place.report("reindex", "--model", str(SHIPPED))["model"] == shipped_embedder().name


def test_the_doctor_tells_missing_vectors_and_those_of_other_models(place: Place) -> None:
    offer(place, ENGLISH, CHINESE)
    said = run("doctor", **place.environment, KEQIAO_EMBEDDING_MODEL=TEACHER, KEQIAO_LANGUAGE="en", COLUMNS="300")
    assert said.returncode == 1
    assert "2 of 2 capabilities have no vector of model-" in said.stdout
    assert f"2 vectors of other models ({shipped_embedder().name})" in said.stdout
