"""Who lets the matcher learn: those who lead the society's work, and who runs the installation."""

from typing import Final

from core.errors import Refused
from models.access import Viewer
from models.enums import Role

LEARNERS: Final = frozenset({Role.LEAD, Role.SYSTEM_ADMIN})


def require_learner(viewer: Viewer) -> None:
    """Nothing, for whoever may. Raises Refused."""
    if not viewer.roles & LEARNERS:
        raise Refused("learning.refused")
