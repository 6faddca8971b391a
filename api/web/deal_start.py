"""The form of a deal that starts without a match: its need and its supplier are found by words."""

from dataclasses import dataclass, field

from fastapi import Response

from api.audiences import SOCIETY
from api.dependencies import NowDep, ReadSessionDep, ViewerDep, WriteSessionDep, undo
from api.policy import PolicyRouter, RateClass
from api.web.finding import Finder, Found
from api.web.forms import Attempt, FormDep, attempt_of, build
from api.web.lists import WantedDep
from api.web.shell import ShellDep
from core.errors import AppError
from models.deal_forms import DealStart
from workflow.deals import start_deal

router = PolicyRouter(prefix="/deals")
NAMED = ("need", "supplier")


@dataclass(frozen=True, slots=True)
class DealFormPage:
    """The form, with what was found for the words typed in it."""

    attempt: Attempt
    found: dict[str, Found] = field(default_factory=dict)


@router.get("/new", roles=SOCIETY, rate=RateClass.READ)
def new_page(shell: ShellDep, session: ReadSessionDep, viewer: ViewerDep, wanted: WantedDep, now: NowDep) -> Response:
    """The form; what its address names is filled in."""
    given = {name: [wanted.text(name)] for name in NAMED if wanted.text(name)}
    return shell.render("deals/form.html", _page(Finder(shell, session, viewer, now), Attempt("deal", given)))


@router.post("", roles=SOCIETY, rate=RateClass.WRITE, audit="deal.start")
def submit_new(shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep) -> Response:
    """The deal stands at its first stage; words that mean several are asked back with a list to choose from."""
    finder = Finder(shell, session, viewer, now)
    try:
        form = finder.chosen(form, NAMED)
        deal = start_deal(session, viewer, build(DealStart, form), now=now)
    except AppError as error:
        undo(session, error)
        page = _page(finder, attempt_of("deal", form, error))
        return shell.refuse("deals/form.html", page, error)
    return shell.go(f"/deals/{deal.public_id}", "deal_opened")


def _page(finder: Finder, attempt: Attempt) -> DealFormPage:
    return DealFormPage(attempt, finder.found(attempt, NAMED))
