"""The message catalogue: every text of the software, in both languages.

Source are the files `locale/src/<area>.toml`: `"need.list.title" = { zh = "…", en = "…" }`, so that no text can be
added in one language alone. Messages whose English differs by number add `en_one`. They are compiled into gettext
catalogues, which is what runs; the compiled files are a cache, made anew when a source is newer.

Placeholders are `{name}`, filled by str.format.
"""

import gettext
import io
import tomllib
from enum import StrEnum
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
"""The project's folder: the software is installed editable, its data files lie beside its packages."""
LOCALE_DIR = ROOT / "locale"


class Language(StrEnum):
    """The languages the software speaks."""

    ZH = "zh_Hans"
    EN = "en"


_TOML_KEY = {Language.ZH: "zh", Language.EN: "en"}

Messages = dict[str, dict[str, str]]


class Translator:
    """Texts in one language."""

    def __init__(self, language: Language, catalogue: gettext.NullTranslations) -> None:
        self.language = language
        self._catalogue = catalogue

    def __call__(self, key: str, /, **params: Any) -> str:
        """The message `key`, filled in; a key that is not in the catalogue is shown as itself.

        A number `n`, or else `count`, chooses the form of a message that has several.
        """
        n = params.get("n", params.get("count"))
        message = self._catalogue.ngettext(key, key, n) if isinstance(n, int) else key
        if message == key:
            message = self._catalogue.gettext(key)
        return message.format(**params) if params else message

    def count(self, key: str, n: int, /, **params: Any) -> str:
        """The message `key` in the form that fits the number `n`, which fills `{n}`."""
        return self(key, n=n, **params)

    def has(self, key: str) -> bool:
        """Whether the catalogue holds `key`."""
        return self._catalogue.gettext(key) != key


@cache
def translator(language: Language) -> Translator:
    """The texts of the software in `language`."""
    compiled = LOCALE_DIR / language.value / "LC_MESSAGES" / "keqiao.mo"
    if not _is_current(compiled):
        content = compile_catalogue(language, read_messages())
        try:
            _replace(compiled, content)
        except OSError:  # a read-only installation: compiled in memory each time
            return Translator(language, gettext.GNUTranslations(io.BytesIO(content)))
    with compiled.open("rb") as file:
        return Translator(language, gettext.GNUTranslations(file))


def read_messages(folder: Path = LOCALE_DIR / "src") -> Messages:
    """Every message of the source files; a key in two files is a programmer's error."""
    messages: Messages = {}
    for path in sorted(folder.glob("*.toml")):
        for key, texts in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if key in messages:
                raise ValueError(f"message {key!r} stands twice, the second time in {path.name}")
            messages[key] = texts
    return messages


def compile_catalogue(language: Language, messages: Messages) -> bytes:
    """The messages of one language as a gettext .mo file."""
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo

    catalogue = Catalog(locale=language.value, charset="utf-8")
    name = _TOML_KEY[language]
    for key, texts in messages.items():
        if "en_one" not in texts:
            catalogue.add(key, texts[name])
        elif language is Language.EN:
            catalogue.add((key, key), (texts["en_one"], texts["en"]))
        else:
            catalogue.add((key, key), (texts["zh"],))
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def _is_current(compiled: Path) -> bool:
    if not compiled.exists():
        return False
    newest = max((p.stat().st_mtime_ns for p in (LOCALE_DIR / "src").glob("*.toml")), default=0)
    folder = (LOCALE_DIR / "src").stat().st_mtime_ns  # a file that was removed
    return compiled.stat().st_mtime_ns >= max(newest, folder)


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    temporary.write_bytes(content)
    temporary.replace(path)


def main() -> None:
    """Compile every catalogue; a message that lacks a language or differs in its placeholders is named."""
    messages = read_messages()
    faults = [fault for key, texts in messages.items() for fault in faults_of(key, texts)]
    if faults:
        raise SystemExit("\n".join(faults))
    for language in Language:
        content = compile_catalogue(language, messages)
        _replace(LOCALE_DIR / language.value / "LC_MESSAGES" / "keqiao.mo", content)


def faults_of(key: str, texts: dict[str, str]) -> list[str]:
    """What is wrong with one message: a missing language, or placeholders that differ between its texts."""
    missing = [f"{key}: no {name}" for name in _TOML_KEY.values() if not texts.get(name, "").strip()]
    names = [{field for _, field, _, _ in Formatter().parse(text) if field is not None} for text in texts.values()]
    return missing or (
        [f"{key}: placeholders differ"] if any(other - {"n"} != names[0] - {"n"} for other in names) else []
    )


if __name__ == "__main__":
    main()
