"""Failures in the words of the person at the terminal."""

import errno
from enum import StrEnum
from pathlib import Path

import typer
from pydantic import ValidationError
from sqlalchemy.exc import IntegrityError, OperationalError

from core.database import is_duplicate
from core.errors import AppError, Invalid, Param, Problem, Unavailable
from core.i18n import Translator
from core.settings import Settings
from core.validation import problems_of


def explain(error: Exception, texts: Translator) -> list[str]:
    """What to tell about `error`, a line each; empty for one that only a programmer can mend."""
    match error:
        case Invalid():
            return [_sentence(error, texts), *(_problem(problem, texts) for problem in error.problems)]
        case Unavailable():  # whoever is at the terminal is who can mend it
            return [_sentence(error, texts), *_causes(error.__cause__, texts)]
        case AppError():
            return [_sentence(error, texts)]
        case ValidationError():
            return _invalid(error, texts)
        case OSError(errno=errno.ENOSPC):
            return [texts("error.disk_full")]
        case OSError(filename=str() | Path()):
            return [
                texts("error.file_trouble", file=str(error.filename), reason=error.strerror or type(error).__name__)
            ]
        case IntegrityError() if is_duplicate(error):
            return [texts("error.conflict.at_the_same_time")]
        case OperationalError():
            return _database(error, texts)
    return []


def explain_usage(error: typer.BadParameter, texts: Translator) -> list[str]:
    """What to tell about an option or argument that was left out or cannot be read, and where help is."""
    if error.param is None:
        told = error.message  # our own words
    else:
        name = max(error.param.opts, key=len)
        told = texts("cli.usage.value", name=name, reason=_usage_reason(error, texts))
    command = error.ctx.command_path if error.ctx else "keqiao"
    return [told, texts("cli.usage.help", command=command)]


def _usage_reason(error: typer.BadParameter, texts: Translator) -> str:
    if isinstance(error.__cause__, ValidationError):
        return _reason(problems_of(error.__cause__.errors())[0], texts)
    return error.message or texts("error.field.required")


def _causes(cause: BaseException | None, texts: Translator) -> list[str]:
    """Why something is unavailable, as far as whoever can mend it needs to know: the faulty lines, or a reason."""
    from matching.embedding.model_file import ModelFileError
    from matching.lexical.statistics import StatisticsFileError
    from matching.rules import RulesError

    match cause:
        case RulesError():
            places = ({"source": cause.source, "line": fault.line, "column": fault.column} for fault in cause.faults)
            told = zip(cause.faults, places, strict=True)
            return ["  " + texts(f"error.rules.{fault.code}", **(place | dict(fault.params))) for fault, place in told]
        case ModelFileError() | StatisticsFileError():
            return [f"  {cause}"]
    return []


def _invalid(error: ValidationError, texts: Translator) -> list[str]:
    """What pydantic found; a setting is named as it is set."""
    found = error.errors()
    problems = problems_of(found)
    if error.title != Settings.__name__:
        return [_problem(problem, texts) for problem in problems]
    return [
        f"KEQIAO_{problem.field.upper()}: {_reason(_with_choices(problem, str(one['input'])), texts)}"
        for problem, one in zip(problems, found, strict=True)
    ]


def _with_choices(problem: Problem, written: str) -> Problem:
    """A setting that is none of a closed set is told those there are."""
    kind = Settings.model_fields[problem.field].annotation if problem.field in Settings.model_fields else None
    if problem.code != "field.not_a_choice" or not (isinstance(kind, type) and issubclass(kind, StrEnum)):
        return problem
    return Problem("unknown_choice", (("value", written), ("choices", ", ".join(kind))), field=problem.field)


def _sentence(error: AppError, texts: Translator) -> str:
    return texts(f"error.{error.code}", **{name: _named(name, value, texts) for name, value in error.params.items()})


def _named(name: str, value: Param, texts: Translator) -> Param:
    """Reasons and stages by the names that people read in place of their codes."""
    from models.enums import ReasonCode
    from workflow.codes import stages_told

    if name == "stage_codes" and isinstance(value, str):
        return stages_told(texts, value.split(","))
    prefix = {"reason": "enum.ReasonCode", "reasons": "enum.ReasonCode", "stages": "stage"}.get(name)
    if prefix is None or not isinstance(value, str):
        return value
    if prefix != "stage" and not set(value.split(",")) <= set(ReasonCode):  # said by a library, in its own words
        return value
    named = {code: texts(f"{prefix}.{code}") for code in value.split(",")}
    if name == "reasons":  # whoever types a reason at the terminal types its code
        named = {code: texts("list.code_and_name", code=code, name=called) for code, called in named.items()}
    return texts("list.separator").join(named.values())


def _problem(problem: Problem, texts: Translator) -> str:
    place = [texts("error.at_row", row=problem.row)] if problem.row is not None else []
    where = "error.at_field" if problem.row is None else "error.at_column"
    place += [texts(where, field=problem.field)] if problem.field else []
    return "  " + " · ".join([*place, _reason(problem, texts)])


def _reason(problem: Problem, texts: Translator) -> str:
    params = {name: _named(name, value, texts) for name, value in problem.params}
    return texts(f"error.{problem.code}", **params)


def _database(error: OperationalError, texts: Translator) -> list[str]:
    reason = str(error.orig)
    if "disk is full" in reason:
        return [texts("error.disk_full")]
    if "no such table" in reason:
        return [texts("error.not_migrated")]
    return [texts("error.database_unreachable", reason=reason.splitlines()[0])]
