"""Queries on the rankers that were fitted here."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func
from sqlmodel import col, or_, select

from core.database import ReadSession, WriteSession
from core.errors import NotFound
from models.learning import ModelVersion
from models.learning_public import FiguresPublic
from models.match_enums import ModelKind

_TURN = 0x6B65716962  # any number no other turn of this database uses


def queue_for_models(session: WriteSession) -> None:
    """Nobody else keeps, promotes or rolls back until this transaction ends; what is read from now on is what holds."""
    session.take_turn(_TURN)


def tried_until(session: ReadSession, kind: ModelKind) -> datetime | None:
    """Up to when needs were held out in a trial of this kind; None before the first."""
    return session.exec(select(func.max(ModelVersion.held_out_to)).where(ModelVersion.kind == kind)).one()


def find_version(session: ReadSession, name: str) -> ModelVersion:
    """The version with this id, or the newest of this name. Raises NotFound."""
    found = session.exec(
        select(ModelVersion)
        .where(or_(ModelVersion.public_id == name, ModelVersion.name == name))
        .order_by(col(ModelVersion.id).desc())
        .execution_options(populate_existing=True)
    ).first()
    if found is None:
        raise NotFound("learning.not_found", id=name)
    return found


def all_versions(session: ReadSession) -> Sequence[ModelVersion]:
    """Every version, the newest first."""
    return session.exec(select(ModelVersion).order_by(col(ModelVersion.id).desc())).all()


def decisions_behind(session: ReadSession, ranker: str) -> int:
    """To how many decisions made here the scale of this ranker was fitted; 0 for the one that ships."""
    found = session.exec(
        select(ModelVersion).where(ModelVersion.name == ranker).order_by(col(ModelVersion.id).desc())
    ).first()
    return FiguresPublic.model_validate(found.figures).scaled_on if found else 0
