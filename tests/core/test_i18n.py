import re
from pathlib import Path

import pytest

from core.i18n import Language, compile_catalogue, faults_of, read_messages, translator

SPECIALIST = re.compile(
    r"Kaplan|Aalen|Wilson|Clopper|nDCG|Brier|\bECE\b|propensit|hazard|bootstrap|\bp [=<]|confidence interval"
    r"|竞争风险|倾向|累积发生率"
)
"""Names of methods: only a text that is called `*.method` may hold one, which pages fold away."""


def test_pages_for_people_speak_of_methods_in_ordinary_words() -> None:
    pages = ("funnel.", "learning.", "forecast.", "actions.", "outcomes.", "reports.")
    found = [
        key
        for key, texts in read_messages().items()
        if key.startswith(pages) and not key.endswith(".method") and any(map(SPECIALIST.search, texts.values()))
    ]
    assert found == []


def test_every_message_stands_in_both_languages_with_the_same_placeholders() -> None:
    faults = [fault for key, texts in read_messages().items() for fault in faults_of(key, texts)]
    assert faults == []


def test_a_message_that_lacks_a_language_or_a_placeholder_is_found() -> None:
    assert faults_of("a", {"zh": "甲"}) == ["a: no en"]
    assert faults_of("b", {"zh": "甲 {x}", "en": "A {y}"}) == ["b: placeholders differ"]
    assert faults_of("c", {"zh": "{n} 个", "en": "{n} things", "en_one": "one thing"}) == []


def test_a_key_in_two_files_is_refused(tmp_path: Path) -> None:
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text('"k" = { zh = "甲", en = "A" }', encoding="utf-8")
    with pytest.raises(ValueError, match="twice"):
        read_messages(tmp_path)


def test_numbers_choose_the_english_form() -> None:
    import gettext
    import io

    messages = {"found": {"zh": "{n} 项", "en": "{n} results", "en_one": "{n} result"}}
    english = gettext.GNUTranslations(io.BytesIO(compile_catalogue(Language.EN, messages)))
    assert [english.ngettext("found", "found", n) for n in (0, 1, 2)] == ["{n} results", "{n} result", "{n} results"]
    chinese = gettext.GNUTranslations(io.BytesIO(compile_catalogue(Language.ZH, messages)))
    assert [chinese.ngettext("found", "found", n) for n in (0, 1, 2)] == ["{n} 项"] * 3


def test_a_message_that_is_given_a_number_chooses_by_itself() -> None:
    english, chinese = translator(Language.EN), translator(Language.ZH)
    assert english("error.import.file", file="a", n=1) == "a has 1 fault, so nothing was imported:"
    assert english("error.import.file", file="a", n=2) == "a has 2 faults, so nothing was imported:"
    assert english("error.import.ambiguous_reference", value="a", n=1).startswith("1 are called")  # has one form only
    assert chinese("import.archived", n=1) == chinese.count("import.archived", 1)


def test_an_unknown_key_shows_itself_instead_of_nothing() -> None:
    for language in Language:
        assert translator(language)("no.such.key") == "no.such.key"
        assert not translator(language).has("no.such.key")
