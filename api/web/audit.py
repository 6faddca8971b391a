"""The page on which auditors read who did, was refused or read what."""

from dataclasses import dataclass
from typing import Final

from fastapi import FastAPI, Response

from api.audiences import AUDIT_READERS
from api.dependencies import ReadSessionDep, ViewerDep
from api.policy import PolicyRouter, RateClass, policies
from api.web.lists import Wanted, WantedDep
from api.web.shell import ShellDep
from core.database import ReadSession
from core.i18n import Translator
from models.history import AuditEntry
from models.user import User
from workflow.audit import list_audit
from workflow.paging import Page

router = PolicyRouter(prefix="/audit")

_API: Final = "/api/v1"


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Entries of the audit log, with the logins of who acted."""

    wanted: Wanted
    found: Page[AuditEntry]
    logins: dict[int, str]
    actions: list[str]
    names: dict[str, str]
    """What was done or asked for, by what the log calls it."""


@router.get("", roles=AUDIT_READERS, rate=RateClass.READ)
def list_page(shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep, wanted: WantedDep) -> Response:
    """The newest entries first, all or those of one kind of act."""
    found = list_audit(session, viewer, action=wanted.text("action"), page=wanted.page)
    names = {entry.action: action_name(shell.t, entry.action) for entry in found.items}
    page = AuditPage(wanted, found, _logins(session, found), audited_actions(shell.request.app), names)
    return shell.render("audit/list.html", page)


def action_name(t: Translator, action: str) -> str:
    """What the log calls an act, in words; a read that has no name of its own is logged, if refused, by its address."""
    if not action.startswith("/"):
        return t(f"audit.action.{action}") if t.has(f"audit.action.{action}") else action
    by_program = action.startswith(_API)
    area = action.removeprefix(_API).split("/")[1]
    if not t.has(f"audit.open.{area}"):
        return action
    opened = t(f"audit.open.{area}")
    return t("audit.by_program", what=opened) if by_program else opened


def audited_actions(app: FastAPI) -> list[str]:
    """The names under which routes are audited."""
    return sorted({policy.audit for _, _, policy in policies(app) if policy and policy.audit})


def _logins(session: ReadSession, found: Page[AuditEntry]) -> dict[int, str]:
    keys = {entry.user_id for entry in found.items if entry.user_id is not None}
    users = (session.get(User, key) for key in keys)
    return {user.key: user.login for user in users if user is not None}
