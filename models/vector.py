"""Vectors of capabilities, and the change log that keeps every process's index current."""

from datetime import datetime

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlmodel import Field

from models.columns import BigInt, Row, UtcDateTime, stored
from models.enums import ChangeOperation


class CapabilityVector(Row, table=True):
    """The vector of a capability's revision under one model; vectors of two models never mix."""

    __table_args__ = (UniqueConstraint("capability_revision_id", "model"),)

    capability_id: int = Field(foreign_key="capability.id", sa_type=BigInt, index=True)
    capability_revision_id: int = Field(foreign_key="capabilityrevision.id", sa_type=BigInt)
    model: str = Field(max_length=80, index=True)
    dim: int
    data: bytes = Field(sa_type=LargeBinary, description="float32, little-endian")


class Change(Row, table=True):
    """That the indexes have to look at a capability again, in the order of commits (see `models.changes`)."""

    capability_id: int = Field(foreign_key="capability.id", sa_type=BigInt, index=True)
    operation: ChangeOperation = Field(sa_type=stored(ChangeOperation))
    recorded_at: datetime = Field(sa_type=UtcDateTime)
