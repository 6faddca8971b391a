"""The list of a need's requirements as a form: shown, typed, and shown again when it is refused."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pydantic import ValidationError

from api.web.forms import Typed
from core.errors import AppError, Invalid, Problem
from core.language.clauses import RequirementKind
from core.validation import problems_of
from models.need import NeedPublic
from models.requirement import RequirementEdit, RequirementPublic

NEW = "new"
"""Names the empty line below the list."""


@dataclass(frozen=True, slots=True)
class RequirementLine:
    """One requirement on the page; `key` names its fields: its number, or `new`."""

    key: str
    kind: str
    text: str
    quote: str = ""
    confirmed: bool = False
    unsettled: bool = False
    is_own: bool = False
    """Whether a person wrote what it says."""
    problems: Sequence[Problem] = ()

    @property
    def rows(self) -> int:
        """How many rows of a text box show it."""
        return max(1, min(6, sum(1 + len(part) // 36 for part in self.text.split("\n"))))


@dataclass(frozen=True, slots=True)
class RequirementList:
    """The requirements of a need, to read or to edit."""

    lines: Sequence[RequirementLine]
    version: int
    may_edit: bool
    focus: str = ""
    """The line to go on with."""
    error: AppError | None = None
    new: RequirementLine = field(default_factory=lambda: RequirementLine(NEW, RequirementKind.SHOULD, ""))
    kinds: type[RequirementKind] = RequirementKind

    @property
    def unconfirmed(self) -> int:
        """How many nobody has confirmed."""
        return sum(not line.confirmed for line in self.lines)


def listed(need: NeedPublic, *, may_edit: bool, focus: int = 0) -> RequirementList:
    """The list as it is stored."""
    lines = [_line(requirement) for requirement in need.requirements]
    return RequirementList(lines, need.version, may_edit, focus=str(focus) if focus else "")


@dataclass(frozen=True, slots=True)
class TypedRequirements:
    """What somebody sent: the lines that stay, in their order, and which to go on with."""

    lines: Sequence[RequirementLine]
    focus: int = 0

    def edits(self) -> list[RequirementEdit]:
        """The lines as a list to be stored. Raises Invalid naming each line that is wrong."""
        edits, problems = [], []
        for at, line in enumerate(self.lines):
            try:
                edits.append(_edit(line))
            except ValidationError as error:
                problems += [
                    replace(problem, field=f"requirements.{at}.{problem.field}")
                    for problem in problems_of(error.errors())
                ]
        if problems:
            raise Invalid("invalid", tuple(problems))
        return edits

    def refused(self, error: AppError, version: int) -> RequirementList:
        """The list as it was typed, with what is wrong about it."""
        found: dict[int, list[Problem]] = {}
        for problem in error.problems if isinstance(error, Invalid) else ():
            part = problem.field.split(".")[1:2]
            if part and part[0].isdecimal():
                found.setdefault(int(part[0]), []).append(problem)
        lines = [replace(line, problems=found.get(at, ())) for at, line in enumerate(self.lines)]
        if lines and lines[-1].key == NEW:
            return RequirementList(lines[:-1], version, may_edit=True, error=error, new=lines[-1])
        return RequirementList(lines, version, may_edit=True, error=error)


def read_lines(form: Typed, before: Sequence[RequirementPublic]) -> TypedRequirements:
    """The lines of a form, as its button says: one moved up or down, one taken out, all confirmed.

    A line whose text was emptied is taken out; the new line counts when something is in it.
    """
    act, _, target = form.text("do").partition(":")
    confirmed = set(form.texts("confirmed"))
    shown = {str(requirement.number): _line(requirement) for requirement in before}
    lines = []
    for key in form.texts("line"):
        text = form.text(f"text-{key}")
        if text and not (act == "remove" and target == key):
            was = shown.get(key, RequirementLine(key, "", ""))
            ticked = key in confirmed or act == "confirm_all"
            kind = form.text(f"kind-{key}") or RequirementKind.SHOULD
            lines.append(replace(was, kind=kind, text=text, confirmed=ticked))
    keys = [line.key for line in lines]
    at = keys.index(target) if target in keys else -1
    to = at + {"up": -1, "down": 1}.get(act, 0)
    if at >= 0 and 0 <= to < len(lines):
        lines.insert(to, lines.pop(at))
        return TypedRequirements(lines, focus=to + 1)
    return TypedRequirements(lines)


def _edit(line: RequirementLine) -> RequirementEdit:
    return RequirementEdit.model_validate(
        {
            "number": int(line.key) if line.key.isdecimal() else None,
            "kind": line.kind,
            "wording": "" if line.text == line.quote else line.text,
            "confirmed": line.confirmed,
        }
    )


def _line(requirement: RequirementPublic) -> RequirementLine:
    return RequirementLine(
        key=str(requirement.number),
        kind=requirement.kind,
        text=requirement.text,
        quote=requirement.quote,
        confirmed=requirement.confirmed,
        unsettled=requirement.unsettled,
        is_own=requirement.text != requirement.quote,
    )
