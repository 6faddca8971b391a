"""What every kind of import needs, and the steps all kinds share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from pydantic import ValidationError
from sqlmodel import SQLModel

from core.database import WriteSession
from core.i18n import Language
from core.language.script import han_share
from matching.embedding.protocol import Embedder
from models.access import Viewer, curates
from models.columns import Form, Published
from models.enums import NeedStatus, SubjectKind
from workflow.history import record_event
from workflow.importing.columns import headings_of
from workflow.importing.identities import Identity, Reference, source_of
from workflow.importing.parsing import Faults, ParsedRow

Progress = Callable[[int, int], None]
"""Called with what is done and what there is to do."""
_CHINESE_FROM = 0.1
"""A text with less than this share of Chinese characters is taken as English."""

Row = TypeVar("Row", bound=Published)
FormType = TypeVar("FormType", bound=Form)


@dataclass(frozen=True, slots=True)
class Importing:
    """One import under way."""

    session: WriteSession
    viewer: Viewer
    now: datetime
    source: str
    faults: Faults
    progress: Progress
    embedder: Embedder | None
    organisation: str | None
    status: NeedStatus

    def record(self, kind: SubjectKind, subject_id: int, code: str, identity: Identity) -> None:
        """The timeline tells where the row came from."""
        params = {"file": self.faults.file, "source": identity.source}
        record_event(self.session, kind, subject_id, code, actor_id=self.viewer.person_id, now=self.now, params=params)

    def reference(self, row: ParsedRow, field: str) -> Reference:
        """How the row names another object, by what stands in that field."""
        return Reference(source_of(row, self.source), row.given.get(field) or "")

    def heading(self, row: ParsedRow, field: str) -> str:
        """A field as a fault names it: by the file's own heading, or by what a person may write above its column."""
        return row.headings.get(field) or headings_of(self.faults.kind, field)

    def may_change(self, row: ParsedRow, existing: Any) -> bool:
        """Whether the viewer curates what the row would change; a fault if not."""
        if curates(self.viewer, existing.branch_id):
            return True
        self.faults.add(row.problem("import.not_yours", "id"))
        return False

    def form(self, row: ParsedRow, kind: type[FormType], values: dict[str, Any]) -> FormType | None:
        """The values as a validated form; a fault if they are none."""
        try:
            return kind.model_validate(values)
        except ValidationError as error:
            self.faults.add_form_error(row, error)
            return None


@dataclass(slots=True)
class Plan(Generic[Row, FormType]):
    """What is to be written for one row: something new, or a change of `existing`."""

    row: ParsedRow
    identity: Identity
    form: FormType
    existing: Row | None


@dataclass(slots=True)
class Counts:
    """What came of the rows."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    archived: int = 0
    suppliers_created: int = 0
    moved_on: int = 0
    organisation: str = ""
    status: str = ""


def given_values(row: ParsedRow, current: SQLModel | None, fields: Sequence[str]) -> dict[str, Any]:
    """What the object says once the row is in: the row's cells over what it said; an empty cell is the default."""
    values = {} if current is None else {name: getattr(current, name) for name in fields}
    for name in fields:
        if name in row.given:
            values[name] = row.given[name]
            if values[name] is None:
                del values[name]
    return values


def language_of(text: str) -> Language:
    """The language of a text whose row does not tell."""
    return Language.ZH if han_share(text) >= _CHINESE_FROM else Language.EN
