"""The form of a deal that starts without a match: its need and its supplier are found by words."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from fastapi import Response

from api.audiences import SOCIETY
from api.dependencies import NowDep, ReadSessionDep, ViewerDep, WriteSessionDep, undo
from api.policy import PolicyRouter, RateClass
from api.web.display import Choice
from api.web.forms import Attempt, FormDep, Typed, attempt_of, build
from api.web.lists import WantedDep
from api.web.shell import Shell, ShellDep
from catalog.demand.needs import NeedFilter
from catalog.supply.suppliers import SupplierFilter
from core.database import ReadSession
from core.errors import AppError, Invalid, NotFound, Problem
from models.access import Viewer
from models.deal_forms import DealStart
from workflow.deals import start_deal
from workflow.needs import list_needs, show_need
from workflow.suppliers import list_suppliers, show_supplier

router = PolicyRouter(prefix="/deals")
NAMED = ("need", "supplier")
_CHOICES = 20


@dataclass(frozen=True, slots=True)
class Found:
    """What the words typed for a need or a supplier mean: one thing, several to choose from, or nothing."""

    choices: Sequence[Choice] = ()

    @property
    def title(self) -> str:
        """Of the one thing they mean."""
        return self.choices[0][1] if len(self.choices) == 1 else ""


@dataclass(frozen=True, slots=True)
class DealFormPage:
    """The form, with what was found for the words typed in it."""

    attempt: Attempt
    found: dict[str, Found] = field(default_factory=dict)


@router.get("/new", roles=SOCIETY, rate=RateClass.READ)
def new_page(shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep, wanted: WantedDep) -> Response:
    """The form; what its address names is filled in."""
    given = {name: [wanted.text(name)] for name in NAMED if wanted.text(name)}
    return shell.render("deals/form.html", _page(shell, session, viewer, Attempt("deal", given)))


@router.post("", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.start")
def submit_new(shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep) -> Response:
    """The deal stands at its first stage; words that mean several are asked back with a list to choose from."""
    try:
        form = _chosen(shell, session, viewer, form)
        deal = start_deal(session, viewer, build(DealStart, form), now=now)
    except AppError as error:
        undo(session, error)
        page = _page(shell, session, viewer, attempt_of("deal", form, error))
        return shell.refuse("deals/form.html", page, error)
    return shell.go(f"/deals/{deal.public_id}", "deal_opened")


def _chosen(shell: Shell, session: ReadSession, viewer: Viewer, form: Typed) -> Typed:
    """The form with ids in place of words. Raises Invalid where words mean nothing or several."""
    problems, fields = [], dict(form.fields)
    for name in NAMED:
        words = form.text(name)
        if not words:
            continue
        choices = _find(shell, session, viewer, name, words).choices
        if len(choices) == 1:
            fields[name] = [str(choices[0][0])]
        else:
            problems.append(Problem("field.choose_one" if choices else "field.nothing_found", field=name))
    if problems:
        raise Invalid("invalid", tuple(problems))
    return replace(form, fields=fields)


def _page(shell: Shell, session: ReadSession, viewer: Viewer, attempt: Attempt) -> DealFormPage:
    typed = {name: attempt.value(name) for name in NAMED if attempt.value(name)}
    return DealFormPage(attempt, {name: _find(shell, session, viewer, name, words) for name, words in typed.items()})


def _find(shell: Shell, session: ReadSession, viewer: Viewer, name: str, words: str) -> Found:
    """By id, or else by words; a whole title is meant alone even if others hold its words."""
    find, search = (_need, _needs) if name == "need" else (_supplier, _suppliers)
    with suppress(NotFound):
        return Found([find(shell, session, viewer, words)])
    choices = search(shell, session, viewer, words)
    whole = [choice for choice in choices if choice[1] == words]
    return Found(whole if len(whole) == 1 else choices)


def _need(shell: Shell, session: ReadSession, viewer: Viewer, public_id: str) -> Choice:
    return public_id, shell.need_title(show_need(session, viewer, public_id))


def _supplier(shell: Shell, session: ReadSession, viewer: Viewer, public_id: str) -> Choice:
    return public_id, show_supplier(session, viewer, public_id).name


def _needs(shell: Shell, session: ReadSession, viewer: Viewer, words: str) -> list[Choice]:
    found = list_needs(session, viewer, NeedFilter(query=words), size=_CHOICES)
    return [(need.public_id, shell.need_title(need)) for need in found.items]


def _suppliers(shell: Shell, session: ReadSession, viewer: Viewer, words: str) -> list[Choice]:
    found = list_suppliers(session, viewer, SupplierFilter(query=words), size=_CHOICES)
    return [(supplier.public_id, supplier.name) for supplier in found.items]
