"""What the words typed into a form's field mean: a need, a supplier, an organisation or a deal, by id or by words."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from api.web.display import Choice
from api.web.forms import Attempt, Typed
from api.web.shell import Shell
from catalog.demand.needs import NeedFilter
from catalog.supply.organisations import OrganisationFilter
from catalog.supply.suppliers import SupplierFilter
from core.database import ReadSession
from core.errors import Invalid, NotFound, Problem
from models.access import Viewer
from models.deal_enums import DealStatus
from workflow.deals import DealFilter, list_deals, show_deal
from workflow.needs import list_needs, show_need
from workflow.organisations import list_organisations, show_organisation
from workflow.suppliers import list_suppliers, show_supplier

_CHOICES: Final = 20


@dataclass(frozen=True, slots=True)
class Found:
    """What the words typed into a field mean: one thing, several to choose from, or nothing."""

    choices: Sequence[Choice] = ()

    @property
    def title(self) -> str:
        """Of the one thing they mean."""
        return self.choices[0][1] if len(self.choices) == 1 else ""


@dataclass(frozen=True, slots=True)
class Finder:
    """Looks for what a reader may see, at an instant."""

    shell: Shell
    session: ReadSession
    viewer: Viewer
    now: datetime
    beside: str = ""
    """The id of what is never meant: a deal is not merged into itself."""

    def chosen(self, form: Typed, names: Sequence[str]) -> Typed:
        """The form with ids in place of words. Raises Invalid where words mean nothing or several."""
        problems, fields = [], dict(form.fields)
        for name in names:
            words = form.text(name)
            if not words:
                continue
            choices = self.find(name, words).choices
            if len(choices) == 1:
                fields[name] = [str(choices[0][0])]
            else:
                problems.append(Problem("field.choose_one" if choices else "field.nothing_found", field=name))
        if problems:
            raise Invalid("invalid", tuple(problems))
        return replace(form, fields=fields)

    def found(self, attempt: Attempt, names: Sequence[str]) -> dict[str, Found]:
        """What was found for the words typed in each of these fields."""
        typed = {name: attempt.value(name) for name in names if attempt.value(name)}
        return {name: self.find(name, words) for name, words in typed.items()}

    def find(self, name: str, words: str) -> Found:
        """By id, or else by words; a whole title is meant alone even if others hold its words."""
        by_id, by_words = _FINDERS[name]
        with suppress(NotFound):
            return Found([by_id(self, words)])
        choices = [choice for choice in by_words(self, words) if choice[0] != self.beside]
        whole = [choice for choice in choices if choice[1] == words]
        return Found(whole if len(whole) == 1 else choices)


def _need(here: Finder, public_id: str) -> Choice:
    return public_id, here.shell.need_title(show_need(here.session, here.viewer, public_id))


def _needs(here: Finder, words: str) -> list[Choice]:
    found = list_needs(here.session, here.viewer, NeedFilter(query=words), size=_CHOICES)
    return [(need.public_id, here.shell.need_title(need)) for need in found.items]


def _supplier(here: Finder, public_id: str) -> Choice:
    return public_id, show_supplier(here.session, here.viewer, public_id).name


def _suppliers(here: Finder, words: str) -> list[Choice]:
    found = list_suppliers(here.session, here.viewer, SupplierFilter(query=words), size=_CHOICES)
    return [(supplier.public_id, supplier.name) for supplier in found.items]


def _organisation(here: Finder, public_id: str) -> Choice:
    return public_id, show_organisation(here.session, here.viewer, public_id).name


def _organisations(here: Finder, words: str) -> list[Choice]:
    found = list_organisations(here.session, here.viewer, OrganisationFilter(query=words), size=_CHOICES)
    return [(organisation.public_id, organisation.name) for organisation in found.items]


def _deal(here: Finder, public_id: str) -> Choice:
    return public_id, show_deal(here.session, here.viewer, public_id, now=here.now).title


def _deals(here: Finder, words: str) -> list[Choice]:
    """Those that run, or else, so that it can be said why they will not do, those that do not."""
    for status in (DealStatus.OPEN, None):
        wanted = DealFilter(query=words, status=status)
        found = list_deals(here.session, here.viewer, wanted, now=here.now, size=_CHOICES)
        if found.items:
            break
    return [(deal.public_id, deal.title) for deal in found.items]


_FINDERS: Final[dict[str, tuple[Callable[[Finder, str], Choice], Callable[[Finder, str], list[Choice]]]]] = {
    "need": (_need, _needs),
    "supplier": (_supplier, _suppliers),
    "organisation": (_organisation, _organisations),
    "deal": (_deal, _deals),
}
"""How each field is looked up: by the id of one, and by words."""
