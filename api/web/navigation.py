"""The menu."""

from dataclasses import dataclass
from typing import Final

from api.audiences import ADMINISTRATORS, AUDIT_READERS, LEARNERS, SOCIETY, TAKING_PART
from api.policy import ANYONE, SIGNED_IN, Audience
from models.access import Viewer
from models.enums import Role


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One entry, for those who can use what it leads to."""

    path: str
    key: str
    roles: frozenset[Role] | Audience
    also: tuple[str, ...] = ()
    """Where the other pages begin that the entry's own page links to."""

    def is_for(self, viewer: Viewer, *, signed_in: bool) -> bool:
        """Whether `viewer` sees the entry."""
        if isinstance(self.roles, Audience):
            return self.roles is ANYONE or signed_in
        return bool(self.roles & viewer.roles)

    def is_current(self, path: str) -> bool:
        """Whether the page at `path` belongs to this entry."""
        return any(
            path == place or (place != "/" and path.startswith(f"{place}/")) for place in (self.path, *self.also)
        )


MENU: Final = (
    MenuEntry("/", "menu.home", SIGNED_IN),
    MenuEntry("/needs", "menu.needs", ANYONE),
    MenuEntry("/search", "menu.search", SOCIETY),
    MenuEntry("/deals", "menu.deals", TAKING_PART),
    MenuEntry("/work", "menu.work", SOCIETY, also=("/reminders",)),
    MenuEntry("/reports/funnel", "menu.reports", SOCIETY, also=("/reports",)),
    MenuEntry("/suppliers", "menu.suppliers", ANYONE),
    MenuEntry("/suggestions", "menu.suggestions", frozenset({Role.SUPPLIER})),
    MenuEntry("/capabilities", "menu.capabilities", ANYONE),
    MenuEntry("/organisations", "menu.organisations", SOCIETY),
    MenuEntry("/learning", "menu.learning", LEARNERS),
    MenuEntry("/import", "menu.import", SOCIETY),
    MenuEntry("/users", "menu.users", ADMINISTRATORS),
    MenuEntry("/channels", "menu.channels", ADMINISTRATORS),
    MenuEntry("/audit", "menu.audit", AUDIT_READERS),
)
