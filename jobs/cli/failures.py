"""Failures in the words of the person at the terminal."""

import errno

from pydantic import ValidationError
from sqlalchemy.exc import OperationalError

from core.errors import AppError, Invalid, Problem
from core.i18n import Translator


def explain(error: Exception, texts: Translator) -> list[str]:
    """What to tell about `error`, a line each; empty for one that only a programmer can mend."""
    match error:
        case Invalid():
            return [_sentence(error, texts), *(_problem(problem, texts) for problem in error.problems)]
        case AppError():
            return [_sentence(error, texts)]
        case ValidationError():
            return [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
        case OSError(errno=errno.ENOSPC):
            return [texts("error.disk_full")]
        case OperationalError():
            return _database(error, texts)
    return []


def _sentence(error: AppError, texts: Translator) -> str:
    return texts(f"error.{error.code}", **error.params)


def _problem(problem: Problem, texts: Translator) -> str:
    place = [texts("error.at_row", row=problem.row)] if problem.row is not None else []
    place += [texts("error.at_field", field=problem.field)] if problem.field else []
    reason = texts(f"error.{problem.code}", **dict(problem.params))
    return "  " + " · ".join([*place, reason])


def _database(error: OperationalError, texts: Translator) -> list[str]:
    reason = str(error.orig)
    if "disk is full" in reason:
        return [texts("error.disk_full")]
    if "no such table" in reason:
        return [texts("error.not_migrated")]
    return [texts("error.database_unreachable", reason=reason.splitlines()[0])]
