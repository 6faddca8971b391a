"""Sets of roles that routes are for. Who may see or change which object is decided by `models.access`."""

from typing import Final

from models.access import SOCIETY
from models.enums import Role
from workflow.learning.rights import LEARNERS

__all__ = [
    "ADMINISTRATORS",
    "ASKERS",
    "AUDIT_READERS",
    "LEARNERS",
    "OFFERERS",
    "ORGANISATION_EDITORS",
    "SIDES",
    "SOCIETY",
    "TAKING_PART",
]

ENTERPRISE: Final = frozenset({Role.ENTERPRISE_MEMBER, Role.ENTERPRISE_ADMIN})
ORGANISATION_EDITORS: Final = SOCIETY | {Role.ENTERPRISE_ADMIN}
ASKERS: Final = SOCIETY | ENTERPRISE
OFFERERS: Final = SOCIETY | {Role.SUPPLIER}
SIDES: Final = ENTERPRISE | {Role.SUPPLIER}
"""Who can take part in a deal for one of its sides."""
TAKING_PART: Final = SOCIETY | SIDES
ADMINISTRATORS: Final = frozenset({Role.SYSTEM_ADMIN})
AUDIT_READERS: Final = frozenset({Role.AUDITOR, Role.SYSTEM_ADMIN})
