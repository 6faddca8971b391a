"""Files on needs, capabilities and deals: what was uploaded, stored once per content, and who may read it.

Rules a maintainer must keep: whether the same content was there before shows nowhere, so nothing that people get is
read from `StoredFile` but the size of what they sent; the name belongs to the version, the path on disk to the digest.
"""

from datetime import datetime

from pydantic import computed_field, model_validator
from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import PERSONAL, BigInt, Form, Published, Row, UtcDateTime, stored
from models.deal_enums import Visibility
from models.enums import DisclosureLevel, SubjectKind

FILE_NAME_MAX = 150


class StoredFile(Row, table=True):
    """A content, named on disk by its digest; any number of versions may have it."""

    __tablename__ = "file"

    sha256: str = Field(max_length=64, unique=True)
    size: int = Field(sa_type=BigInt, description="Bytes.")
    stored_at: datetime = Field(sa_type=UtcDateTime)


class Attachment(Published, table=True):
    """A document on an object: read at a disclosure level (needs, capabilities) or by a visibility (deals)."""

    __table_args__ = (Index("attachment_of_subject", "subject_kind", "subject_id"),)

    subject_kind: SubjectKind = Field(sa_type=stored(SubjectKind))
    subject_id: int = Field(sa_type=BigInt)
    disclosure: int | None = None
    visibility: Visibility | None = Field(default=None, sa_type=stored(Visibility))
    shown_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Since when it is for those it is for; a side that joined a deal later does not read what is for its role."""
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    erased_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class AttachmentVersion(Row, table=True):
    """One state of a document; erased, it keeps its number and days alone."""

    __tablename__ = "attachment_version"
    __table_args__ = (UniqueConstraint("attachment_id", "number"),)

    attachment_id: int = Field(foreign_key="attachment.id", sa_type=BigInt)
    number: int
    file_id: int | None = Field(default=None, foreign_key="file.id", sa_type=BigInt, index=True)
    name: str = Field(max_length=FILE_NAME_MAX, sa_column_kwargs=PERSONAL)
    uploaded_at: datetime = Field(sa_type=UtcDateTime)
    uploaded_by_id: int | None = Field(default=None, foreign_key="person.id", sa_type=BigInt)
    event_id: int | None = Field(default=None, foreign_key="event.id", sa_type=BigInt, index=True)
    """The line of history that it came with."""


class FileDownload(Row, table=True):
    """That somebody took a version; the audit log has it too, for other readers."""

    __tablename__ = "file_download"

    version_id: int = Field(foreign_key="attachment_version.id", sa_type=BigInt, index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", sa_type=BigInt)
    at: datetime = Field(sa_type=UtcDateTime)


class Mail(Row, table=True):
    """What a mail in a deal's timeline says beside its text, which is the event's."""

    event_id: int = Field(foreign_key="event.id", sa_type=BigInt, unique=True)
    subject: str = Field(default="", max_length=300)
    sender: str = Field(default="", max_length=300, sa_column_kwargs=PERSONAL)
    recipients: str = Field(default="", max_length=2000, sa_column_kwargs=PERSONAL)
    left_out: int = Field(default=0, description="Attachments that were not kept, because of their kind or size.")


class FileRights(Form):
    """Who may read a document: a level on a need or a capability, a visibility on a deal."""

    disclosure: DisclosureLevel | None = None
    visibility: Visibility | None = None

    @model_validator(mode="after")
    def _is_no_statistic(self) -> "FileRights":
        if self.disclosure is DisclosureLevel.STATISTICS:
            raise ValueError("file_level")
        return self


class DownloadPublic(SQLModel):
    """Who took a version, and when; nobody's name for a visitor."""

    number: int
    name: str | None
    at: datetime


class VersionPublic(SQLModel):
    """One state of a document, as those read it who may."""

    number: int
    name: str
    size: int | None = Field(default=None, description="Bytes; null when it was erased.")
    uploaded_at: datetime
    uploaded_by: str | None = None


class AttachmentPublic(SQLModel):
    """A document with its versions, the newest first."""

    public_id: str
    version: int
    subject_kind: SubjectKind
    subject: str
    disclosure: DisclosureLevel | None = None
    visibility: Visibility | None = None
    withdrawn: bool = False
    erased: bool = False
    may_change: bool = False
    versions: list[VersionPublic]

    @property
    def newest(self) -> VersionPublic:
        """Its present state."""
        return self.versions[0]

    @computed_field  # type: ignore[prop-decorator]  # mypy knows no decorated property
    @property
    def renamed_from(self) -> str | None:
        """The name of the version before, where the newest has another."""
        newest, before = self.versions[0].name, "".join(one.name for one in self.versions[1:2])
        return before if before and not self.erased and newest != before else None


class EventFile(SQLModel):
    """A version as the line of history shows it that it came with."""

    attachment: str
    number: int
    name: str
    size: int | None


class MailPublic(SQLModel):
    """The head of a mail in a timeline."""

    subject: str
    sender: str
    recipients: str
    left_out: int = 0
