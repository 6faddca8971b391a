"""Expected failures: a few categories, each with a stable code and parameters.

The layer that talks to people renders `error.<code>` from the message catalogue; nothing here holds a text for people.
"""

from dataclasses import dataclass
from http import HTTPStatus

Param = str | int | float


class AppError(Exception):
    """Something a user can be told about and can act on."""

    status: HTTPStatus = HTTPStatus.BAD_REQUEST

    def __init__(self, code: str, **params: Param) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{self.code}({details})"


class NotFound(AppError):
    """What was asked for does not exist, or may not be seen: the two are told apart nowhere."""

    status = HTTPStatus.NOT_FOUND


class Refused(AppError):
    """The person is known and may not do this."""

    status = HTTPStatus.FORBIDDEN


class SignInNeeded(AppError):
    """Nobody is signed in."""

    status = HTTPStatus.UNAUTHORIZED


class Conflict(AppError):
    """The state has changed meanwhile, or does not allow the step."""

    status = HTTPStatus.CONFLICT


class TooMany(AppError):
    """More requests than the rate class allows."""

    status = HTTPStatus.TOO_MANY_REQUESTS


class Unavailable(AppError):
    """The installation cannot do this now: a full disk, a taken port, a missing tool."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in what was handed in: a message code with parameters, and where it is."""

    code: str
    params: tuple[tuple[str, Param], ...] = ()
    field: str = ""
    row: int | None = None


class Invalid(AppError):
    """What was handed in is not valid; `problems` names every fault found."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, code: str, problems: tuple[Problem, ...] = (), **params: Param) -> None:
        super().__init__(code, **params)
        self.problems = problems
