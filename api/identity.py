"""Who is asking: by the session's cookie (pages) or by `Authorization: Bearer <token>` (programs)."""

from datetime import timedelta
from typing import Annotated

import structlog
from fastapi import Depends, Request, Response
from sqlalchemy.exc import OperationalError

from core import clock
from core.database import Database
from core.settings import Settings
from workflow.sign_in import SignedIn, extend_session, is_due_for_extension, viewer_for_token

SESSION_COOKIE = "keqiao_session"
VISITOR_COOKIE = "keqiao_visitor"
"""A random value that a visitor's forms hand back: what the session's csrf token is to those who are signed in."""

log = structlog.get_logger()


def token_of(request: Request) -> str:
    """The token of the request's session; empty when it brings none."""
    return bearer_of(request) or request.cookies.get(SESSION_COOKIE, "")


def bearer_of(request: Request) -> str:
    """The token in the Authorization header; empty when there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def identify(request: Request) -> SignedIn | None:
    """Who is signed in, or None; using a session keeps it alive."""
    token = token_of(request)
    if not token:
        return None
    database: Database = request.app.state.database
    now = clock.now()
    with database.reading() as session:
        signed_in = viewer_for_token(session, token, now)
    if signed_in is not None and is_due_for_extension(signed_in.session, now):
        _extend(database, signed_in.session.key, request.app.state.settings)
    return signed_in


def _extend(database: Database, session_id: int, settings: Settings) -> None:
    try:
        with database.writing() as session:
            extend_session(session, session_id, now=clock.now(), lifetime=timedelta(hours=settings.session_hours))
    except OperationalError:  # a busy or full disk must not keep people from reading
        log.warning("session_not_extended", exc_info=True)


def _identity(request: Request) -> SignedIn | None:
    """Who the route's policy has found to be asking."""
    signed_in: SignedIn | None = request.state.signed_in
    return signed_in


IdentityDep = Annotated[SignedIn | None, Depends(_identity)]


def set_private_cookie(response: Response, name: str, value: str, settings: Settings) -> None:
    """A cookie that scripts cannot read and other sites do not send along; it ends with the browser."""
    response.set_cookie(name, value, httponly=True, samesite="lax", secure=settings.secure_cookies, path="/")


def address_of(request: Request) -> str:
    """The address the request came from."""
    return request.client.host if request.client else ""
