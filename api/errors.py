"""One place that turns failures into answers: problem+json under /api, a page elsewhere, in the reader's language.

Rules a maintainer must keep: not found and not allowed to see are the same answer; an unexpected failure tells its
reader a reference number and nothing else, and the log has the rest under that number.
"""

import errno
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import ValidationError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.dependencies import audit_refusal
from api.failures import NotAllowed, TooLarge, Unexpected
from api.language import language_of
from api.messages import message_of
from api.web.refusal import refusal_page, sign_in_path
from core.database import is_duplicate
from core.errors import AppError, Conflict, Invalid, NotFound, Problem, Refused, SignInNeeded, TooMany, Unavailable
from core.i18n import Translator, translator
from core.ids import new_public_id
from core.validation import problems_of

log = structlog.get_logger()


_OF_STATUS: dict[int, Callable[[], AppError]] = {
    401: lambda: SignInNeeded("sign_in_needed"),
    403: lambda: Refused("role_refused"),
    404: lambda: NotFound("page_not_found"),
    405: lambda: NotAllowed("method_not_allowed"),
    413: lambda: TooLarge("too_large"),
}


def install_handlers(app: FastAPI) -> None:
    """Every failure that a handler lets through becomes an answer."""
    app.add_exception_handler(AppError, _of(lambda error: error))
    app.add_exception_handler(RequestValidationError, _of(_of_validation))
    app.add_exception_handler(ValidationError, _of(_of_validation))
    app.add_exception_handler(StaleDataError, _of(lambda _: Conflict("conflict.changed_meanwhile")))
    app.add_exception_handler(OperationalError, _of(_of_database))
    app.add_exception_handler(IntegrityError, _of(_of_integrity))
    app.add_exception_handler(DataError, _of(_of_data))
    app.add_exception_handler(HTTPException, _of(_of_http))
    app.add_exception_handler(OSError, _of(_of_system))


def _of(convert: Callable[[Any], AppError]) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def handle(request: Request, error: Exception) -> Response:
        return await run_in_threadpool(answer, request, convert(error))

    return handle


def _of_validation(error: RequestValidationError | ValidationError) -> AppError:
    return Invalid("invalid", problems_of(error.errors()))


def _of_http(error: HTTPException) -> AppError:
    make = _OF_STATUS.get(error.status_code)
    return make() if make else Invalid("bad_request")


def _of_database(error: OperationalError) -> AppError:
    """A full disk, a busy database and two who wait for each other are known; everything else is unexpected."""
    if getattr(error.orig, "sqlstate", "") in _AT_ONCE:
        return Conflict("conflict.at_the_same_time")
    text = str(error.orig).lower()
    if "disk is full" in text or "no space left" in text:
        return Unavailable("disk_full")
    if "database is locked" in text:
        return Unavailable("database_busy")
    raise error


_AT_ONCE = frozenset({"40001", "40P01"})
"""What PostgreSQL says to one of two whose changes cannot both hold, or who wait for each other."""


def _of_integrity(error: IntegrityError) -> AppError:
    """Two people at once: what each found free, one has taken first. Anything else is unexpected."""
    if not is_duplicate(error):
        raise error
    return Conflict("conflict.at_the_same_time")


def _of_system(error: OSError) -> AppError:
    """A disk that an upload has filled before anything of ours looked at it is known."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return Unavailable("disk_full")
    raise error


def _of_data(error: DataError) -> AppError:
    """What no form has refused and the database cannot hold, such as a NUL in an address."""
    log.warning("database_refused_a_value", exc_info=error)
    return Invalid("bad_request")


def answer(request: Request, error: AppError) -> Response:
    """The response that tells the caller about `error`."""
    if isinstance(error, Refused):
        audit_refusal(request)
    response = _problem_json(request, error) if is_api(request.url.path) else _page(request, error)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.params.get("seconds", 60))
    return response


def is_api(path: str) -> bool:
    """Whether programs, not people, read what is at `path`."""
    return path.startswith("/api/")


def _problem_json(request: Request, error: AppError) -> Response:
    t = translator(language_of(request, getattr(request.state, "signed_in", None)))
    body: dict[str, Any] = {
        "type": "about:blank",
        "code": error.code,
        "title": message_of(t, error),
        "status": int(error.status),
        "params": error.params,
    }
    if isinstance(error, Invalid):
        body["problems"] = [_problem(t, problem) for problem in error.problems]
    return JSONResponse(body, error.status, media_type="application/problem+json")


def _problem(t: Translator, problem: Problem) -> dict[str, Any]:
    body = {
        "code": problem.code,
        "title": message_of(t, problem),
        "field": problem.field,
        "params": dict(problem.params),
    }
    return body if problem.row is None else {**body, "row": problem.row}


def _page(request: Request, error: AppError) -> Response:
    if isinstance(error, SignInNeeded) and request.method == "GET":
        return RedirectResponse(sign_in_path(request), HTTPStatus.SEE_OTHER)
    return refusal_page(request, error)


class LastResort:
    """Around the whole application: an unexpected failure is logged and answered with a reference number."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on; only a failure that nothing else has dealt with ends here."""
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watch)
        except Exception:
            if scope["type"] != "http" or started:
                raise
            request = Request(scope, receive)
            reference = new_public_id()
            log.exception("unexpected_failure", reference=reference, method=request.method, path=request.url.path)
            response = await run_in_threadpool(answer, request, Unexpected("unexpected", reference=reference))
            await response(scope, receive, send)
