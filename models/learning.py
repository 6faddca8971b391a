"""Rankers that were fitted to what people decided here: kept with their trial, promoted and taken back by people."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field

from models.columns import BigInt, Json, Published, UtcDateTime, stored
from models.match_enums import ModelKind, ModelState

_IN_FORCE = text(f"state = '{ModelState.PROMOTED.value}'")


class ModelVersion(Published, table=True):
    """One ranker with the trial it stood. At most one is in force; while none is, the shipped ranker ranks."""

    __table_args__ = (
        Index("one_ranker_in_force", "state", unique=True, sqlite_where=_IN_FORCE, postgresql_where=_IN_FORCE),
    )

    kind: ModelKind = Field(sa_type=stored(ModelKind))
    name: str = Field(max_length=80, description="Of the ranker: changes with any of its numbers.")
    content: dict[str, Any] = Field(sa_type=Json, description="The ranker, as `Ranker.to_json` writes it.")
    state: ModelState = Field(sa_type=stored(ModelState))
    compared_with: str = Field(max_length=80, description="The ranker that was in force when the trial was held.")
    figures: dict[str, Any] = Field(sa_type=Json, description="What the trial found, see `workflow.learning.figures`.")
    fitted_from: datetime = Field(sa_type=UtcDateTime)
    fitted_to: datetime = Field(sa_type=UtcDateTime)
    held_out_from: datetime = Field(sa_type=UtcDateTime)
    held_out_to: datetime = Field(sa_type=UtcDateTime, description="Needs up to here are held out no more.")
    made_at: datetime = Field(sa_type=UtcDateTime)
    made_by_id: int | None = Field(default=None, foreign_key="person.id", sa_type=BigInt)
    replaces_id: int | None = Field(default=None, foreign_key="modelversion.id", sa_type=BigInt)
    promoted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    promoted_by_id: int | None = Field(default=None, foreign_key="person.id", sa_type=BigInt)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_by_id: int | None = Field(default=None, foreign_key="person.id", sa_type=BigInt)
