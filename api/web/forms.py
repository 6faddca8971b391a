"""What people typed: read from a form, turned into a Create or Update model, and shown again when it is refused.

Rules a maintainer must keep: nothing typed is lost when a form is refused; sums are typed in units of 10,000 and kept
in 分; an empty text box means "not given".
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request, UploadFile
from pydantic import BaseModel, ValidationError

from api.csrf import FIELD
from core.decimals import read_decimal
from core.errors import AppError, Invalid, Problem
from core.money import CENTS_PER_10K
from core.validation import problems_of

M = TypeVar("M", bound=BaseModel)
MONEY = frozenset(
    {
        "budget_from",
        "budget_to",
        "min_budget",
        "amount",
        "technical_amount",
        "contract_sum",
        "technical_sum",
        "revenue",
    }
)
WORDS = frozenset({"keywords", "excluded_terms"})
"""Fields in which words are typed one after the other."""
LINES = frozenset({"excluded_names"})
"""Fields in which each line is an entry: names of companies hold commas."""
WRITTEN = ("title", "name", "text", "note", "next_step", "no_step_reason")
"""Fields in which people write, as against choosing and counting."""
_FIELD_OF = {"field.budget_order": "budget_from", "field.trl_order": "least_trl"}
"""The field to point at when a fault lies between several."""
_BETWEEN_WORDS = re.compile(r"[,，、;；\n]+")
_BETWEEN_LINES = re.compile(r"[;；\n]+")


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields of a form as they were sent."""

    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    files: Mapping[str, UploadFile] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """What was typed into a field, without blanks around it; empty when the form has no such field."""
        values = self.fields.get(name)
        return values[0].strip() if values else ""

    def secret(self, name: str) -> str:
        """What was typed into a field, blanks included: passwords are taken as typed."""
        values = self.fields.get(name)
        return values[0] if values else ""

    def texts(self, name: str) -> list[str]:
        """Everything chosen in a field of many."""
        return [value.strip() for value in self.fields.get(name, ()) if value.strip()]

    def version(self) -> int | None:
        """The version of the row that the form was made from."""
        value = self.text("version")
        return int(value) if value.isdecimal() else None


async def _read_form(request: Request) -> Typed:
    form = await request.form()
    fields: dict[str, list[str]] = {}
    files: dict[str, UploadFile] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            fields.setdefault(name, []).append(value.replace("\r\n", "\n").replace("\0", ""))
        elif value.filename:
            files[name] = value  # type: ignore[assignment]  # Starlette's class, of which FastAPI's is a child
    fields.pop(FIELD, None)
    return Typed(fields, files)


FormDep = Annotated[Typed, Depends(_read_form)]


@dataclass(frozen=True, slots=True)
class Attempt:
    """The content of a form on a page: as stored, or as typed with what is wrong about it."""

    form: str
    """Which form of the page it is; begins the ids of its fields."""
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    error: AppError | None = None

    def value(self, name: str) -> str:
        """What stands in a field."""
        values = self.values.get(name)
        return values[0] if values else ""

    def chosen(self, name: str) -> Sequence[str]:
        """What is chosen in a field of many."""
        return self.values.get(name, ())

    def problems(self, name: str) -> list[Problem]:
        """What is wrong with one field."""
        return [problem for problem in self.all_problems if problem.field.split(".")[0] == name]

    def other_problems(self, shown: Iterable[str] = ()) -> list[Problem]:
        """What is wrong with the form as a whole."""
        return [problem for problem in self.all_problems if not problem.field or problem.field in set(shown)]

    @property
    def all_problems(self) -> Sequence[Problem]:
        """Everything that is wrong with the form and its fields."""
        return self.error.problems if isinstance(self.error, Invalid) else ()

    @property
    def written(self) -> list[str]:
        """What was written in words, for where the form itself cannot come again."""
        return [value for name in WRITTEN for value in self.values.get(name, ()) if value.strip()]

    @property
    def is_open(self) -> bool:
        """Whether the form has just been refused, and so is to be shown opened."""
        return self.error is not None


def attempt_of(form: str, typed: Typed, error: AppError) -> Attempt:
    """The form with everything that was typed, and why it was refused."""
    return Attempt(form, typed.fields, error)


def filled(form: str, *sources: BaseModel, **more: str) -> Attempt:
    """The form filled with what is stored."""
    values: dict[str, list[str]] = {}
    for source in sources:
        values |= {name: _typed(name, getattr(source, name)) for name in type(source).model_fields}
    return Attempt(form, values | {name: [value] for name, value in more.items()})


def build(model: type[M], typed: Typed, **more: Any) -> M:
    """The model from what was typed; `more` is what the page itself knows. Raises Invalid naming every field."""
    data: dict[str, Any] = {}
    problems: list[Problem] = []
    for name in model.model_fields:
        if name in more or name not in typed.fields:
            continue
        try:
            data |= _given(model, name, typed)
        except InvalidOperation:
            problems.append(Problem("field.not_a_number", field=name))
    try:
        built = model.model_validate({**data, **more})
    except ValidationError as error:
        raise Invalid("invalid", (*problems, *map(_placed, problems_of(error.errors())))) from None
    if problems:
        raise Invalid("invalid", tuple(problems))
    return built


def _placed(problem: Problem) -> Problem:
    params = problem.params
    if problem.field in MONEY:  # a bound is said in the unit that is typed
        params = tuple(
            (name, at // CENTS_PER_10K if name == "max" and isinstance(at, int) else at) for name, at in params
        )
    return replace(problem, params=params, field=problem.field or _FIELD_OF.get(problem.code, ""))


def _given(model: type[BaseModel], name: str, typed: Typed) -> dict[str, Any]:
    if name in WORDS or name in LINES:
        between = _BETWEEN_WORDS if name in WORDS else _BETWEEN_LINES
        return {name: [word.strip() for word in between.split(typed.text(name)) if word.strip()]}
    if _holds_many(model, name):
        return {name: typed.texts(name)}
    text = typed.text(name)
    if not text:
        return {name: ""} if model.model_fields[name].is_required() or _is_text(model, name) else {name: None}
    return {name: _cents(text) if name in MONEY else text}


def _cents(text: str) -> int:
    """The sum in 分 of a number typed in units of 10,000. Raises InvalidOperation when it is none."""
    amount = read_decimal(text) * CENTS_PER_10K
    if not amount.is_finite() or abs(amount) > 10**16:
        raise InvalidOperation
    return int(amount.to_integral_value())


def _holds_many(model: type[BaseModel], name: str) -> bool:
    return "list[" in str(model.model_fields[name].annotation)


def _is_text(model: type[BaseModel], name: str) -> bool:
    return isinstance(model.model_fields[name].default, str) and model.model_fields[name].annotation is str


def _typed(name: str, value: Any) -> list[str]:
    """A stored value as it would have been typed."""
    if value is None:
        return []
    if name in WORDS:
        return ["、".join(value)]
    if name in LINES:
        return ["\n".join(value)]
    if isinstance(value, list | tuple):
        return [str(v.value if isinstance(v, Enum) else v) for v in value]
    if name in MONEY:
        return [f"{(Decimal(value) / CENTS_PER_10K).normalize():f}"]
    if isinstance(value, Enum):
        return [str(value.value)]
    if isinstance(value, bool):
        return ["true"] if value else []
    return [value.isoformat() if isinstance(value, date | datetime) else str(value)]
