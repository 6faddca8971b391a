"""Signing in for programs: a token for the Authorization header."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Depends, Request, Response
from pydantic import BaseModel, Field

from api.dependencies import DatabaseDep, NowDep, SettingsDep, SignedInDep, WriteSessionDep, describe_for_audit
from api.errors import answer
from api.identity import token_of
from api.policy import ANYONE, SIGNED_IN, PolicyRouter, RateClass
from core.errors import SignInNeeded
from models.enums import AuditOutcome, Role
from models.user import PASSWORD_MAX
from workflow.sign_in import PasswordCheck, check_password, sign_in, sign_out

router = PolicyRouter(prefix="/api/v1/session", tags=["session"])


class Credentials(BaseModel):
    """Who wants in. The password is taken as typed, blanks included."""

    login: str = Field(min_length=1, max_length=60)
    password: str = Field(min_length=1, max_length=PASSWORD_MAX)


class SessionOpened(BaseModel):
    """The token to send as `Authorization: Bearer <token>`, and when it ends if it is not used."""

    token: str
    expires_at: datetime


class WhoAmI(BaseModel):
    """Who is signed in."""

    login: str
    name: str
    roles: list[Role]
    expires_at: datetime


def _check(form: Credentials, database: DatabaseDep) -> PasswordCheck:
    with database.reading() as session:
        return check_password(session, form.login, form.password)


@router.post(
    "", roles=ANYONE, rate=RateClass.SIGN_IN, audit="session.open", status_code=201, response_model=SessionOpened
)
def open_session(
    request: Request,
    check: Annotated[PasswordCheck, Depends(_check)],
    session: WriteSessionDep,
    now: NowDep,
    settings: SettingsDep,
) -> Response | SessionOpened:
    """A session is open; a failure is committed too, because failures are counted."""
    lifetime = timedelta(hours=settings.session_hours)
    opened = sign_in(session, check, now=now, lifetime=lifetime)
    if isinstance(opened, SignInNeeded):
        describe_for_audit(session, subject=check.login, outcome=AuditOutcome.REFUSED)
        return answer(request, opened)
    user_session, token = opened
    describe_for_audit(session, subject=check.login, user_id=user_session.user_id)
    return SessionOpened(token=token, expires_at=user_session.expires_at)


@router.get("", roles=SIGNED_IN, rate=RateClass.READ)
def show_session(signed_in: SignedInDep) -> WhoAmI:
    """Who is asking."""
    return WhoAmI(
        login=signed_in.user.login,
        name=signed_in.name,
        roles=sorted(signed_in.viewer.roles),
        expires_at=signed_in.session.expires_at,
    )


@router.delete("", roles=SIGNED_IN, rate=RateClass.WRITE, audit="session.close", status_code=204)
def close_session(request: Request, session: WriteSessionDep) -> None:
    """The token opens nothing any more."""
    sign_out(session, token_of(request))
