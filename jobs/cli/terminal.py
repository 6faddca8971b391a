"""Talking to the person at the terminal: language, tables, progress, errors."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from rich.console import Console
from rich.table import Table

from core.i18n import Language, Translator, translator

Progress = Callable[[int, int], None]
"""Called with what is done and what there is to do."""


def terminal_language() -> Language:
    """KEQIAO_LANGUAGE where it is set; otherwise the language of the locale, English unless that is Chinese."""
    asked = os.environ.get("KEQIAO_LANGUAGE", "")
    if asked in set(Language):
        return Language(asked)
    locale = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return Language.ZH if locale.lower().startswith("zh") else Language.EN


@cache
def texts() -> Translator:
    """The texts in the terminal's language."""
    return translator(terminal_language())


@cache
def out() -> Console:
    """Where results go; wide enough for a table when it is not a terminal."""
    return Console(width=None if sys.stdout.isatty() else 140, soft_wrap=not sys.stdout.isatty())


@cache
def err() -> Console:
    """Where progress and errors go, so that results can be piped."""
    return Console(stderr=True)


def print_json(data: Any) -> None:
    """`data` as one JSON document on standard output, exactly as it is, without colours or wrapping."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2, default=str) + "\n")


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]], *, title: str = "") -> None:
    """A table whose column headings are message keys."""
    table = Table(*(texts()(key) for key in columns), title=title or None, title_justify="left")
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    out().print(table)


def say(key: str, **params: Any) -> None:
    """A message on standard error."""
    err().print(texts()(key, **params), highlight=False, markup=False)


@contextmanager
def progress_bar(key: str) -> Iterator[Progress]:
    """A progress bar on standard error while the block runs; it is handed the function to call."""
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=err(), transient=True) as bar:
        task = bar.add_task(texts()(key), total=None)

        def advance(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield advance
