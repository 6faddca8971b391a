"""The users of the demo catalogue: one for each role, all with one password, shown on the sign-in page in demo mode."""

from dataclasses import dataclass
from typing import Final

PASSWORD: Final = "keqiao-demo"  # noqa: S105  # public on purpose: it opens invented data only


@dataclass(frozen=True, slots=True)
class DemoUser:
    """A user of the demo; `role` is the value of a models.enums.Role, `demo_user.<login>` says who it is."""

    login: str
    role: str


DEMO_USERS: Final = (
    DemoUser("staff", "staff"),
    DemoUser("lead", "lead"),
    DemoUser("enterprise", "enterprise_admin"),
    DemoUser("member", "enterprise_member"),
    DemoUser("supplier", "supplier"),
    DemoUser("visitor", "visitor"),
    DemoUser("auditor", "auditor"),
    DemoUser("admin", "system_admin"),
)
