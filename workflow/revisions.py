"""What a need or a capability said before. For those who may change it: what was withdrawn is shown to nobody else."""

from collections.abc import Sequence

from sqlmodel import col, select

from core.database import ReadSession
from models.capability import CapabilityRevision
from models.need import NeedRevision


def need_revisions(session: ReadSession, need_id: int) -> Sequence[NeedRevision]:
    """Every revision of a need that the caller may change, the newest first; erased ones are left out."""
    return session.exec(
        select(NeedRevision)
        .where(NeedRevision.need_id == need_id, col(NeedRevision.erased_at).is_(None))
        .order_by(col(NeedRevision.number).desc())
    ).all()


def capability_revisions(session: ReadSession, capability_id: int) -> Sequence[CapabilityRevision]:
    """Every revision of a capability that the caller may change, the newest first; erased ones are left out."""
    return session.exec(
        select(CapabilityRevision)
        .where(CapabilityRevision.capability_id == capability_id, col(CapabilityRevision.erased_at).is_(None))
        .order_by(col(CapabilityRevision.number).desc())
    ).all()
