"""What people are shown before they make a file: the columns it may have, and a file to start from."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.i18n import Language
from workflow.importing.columns import COLUMNS, REQUIRED
from workflow.importing.report import ImportKind

_SAMPLES = Path(__file__).parent / "samples"


@dataclass(frozen=True, slots=True)
class ColumnShown:
    """A column by what is written above it; `others` do as well."""

    heading: str
    others: Sequence[str]
    required: bool


def columns_shown(kind: ImportKind, language: Language) -> list[ColumnShown]:
    """The columns that a file of this kind may have, in the reader's language first."""
    shown = []
    for column in COLUMNS[kind]:
        headings = (*column.zh, *column.en) if language is Language.ZH else (*column.en, *column.zh)
        shown.append(ColumnShown(headings[0], headings[1:], column.field in REQUIRED[kind]))
    return shown


def sample_file(kind: ImportKind, language: Language) -> str:
    """A small file of this kind that comes in as it is, after those of the kinds before it."""
    return (_SAMPLES / f"{kind}.{language}.csv").read_text(encoding="utf-8")
