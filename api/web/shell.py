"""What surrounds every page: who reads it, in which language, where the menu leads, and what was just done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from http import HTTPStatus
from pathlib import Path
from secrets import token_urlsafe
from typing import Annotated, Any, Final

from fastapi import Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from api.identity import VISITOR_COOKIE, IdentityDep, set_private_cookie
from api.language import language_of, zone_of
from api.messages import message_of
from api.static_files import static_path
from api.web.contact import contact_links
from api.web.display import Choice, Display
from api.web.events import event_text
from api.web.navigation import MENU, MenuEntry
from api.web.returning import page_behind
from catalog.demand.clarity import NeedClarity
from core import clock
from core.database import Database
from core.errors import AppError, Problem
from core.i18n import Language, Translator, translator
from core.settings import Settings
from core.wording import days_text, reason_text, worded
from models.access import ANONYMOUS, Viewer
from models.deal_outcome import ActionPublic
from models.deal_public import EventPublic
from models.match_public import ReasonPublic
from models.need import NeedPublic, NeedSummary
from workflow.action_words import because_text, step_text
from workflow.notifications import count_unread
from workflow.sign_in import SignedIn

TEMPLATES = Path(__file__).parent.parent / "templates"
LANG: Final = {Language.ZH: "zh-Hans", Language.EN: "en"}
_DONE_COOKIE = "keqiao_done"


@cache
def environment() -> Environment:
    """The templates: everything put into them is escaped, and a name they do not get is an error."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals["static"] = static_path
    return made


@dataclass
class Shell:
    """The frame of one page."""

    request: Request
    signed_in: SignedIn | None
    typed: str = ""
    """What was typed into the refused form, where its address can show it again in another language."""

    @cached_property
    def settings(self) -> Settings:
        """The installation's settings."""
        settings: Settings = self.request.app.state.settings
        return settings

    @property
    def contact(self) -> str:
        """Whom people outside turn to; empty where the settings name nobody."""
        return self.settings.contact.told(self.t)

    def with_contact(self, key: str) -> Markup:
        """A sentence that names whom people outside turn to, with links to call and to write."""
        return Markup.escape(self.t(key)).format(contact=contact_links(self.t, self.settings.contact))

    @cached_property
    def language(self) -> Language:
        """The reader's language."""
        return language_of(self.request, self.signed_in)

    @cached_property
    def t(self) -> Translator:
        """The texts in the reader's language."""
        return translator(self.language)

    @cached_property
    def show(self) -> Display:
        """Values as the reader reads them."""
        return Display(self.t, zone_of(self.settings, self.signed_in))

    @property
    def viewer(self) -> Viewer:
        """Who reads, and so what may be seen."""
        return self.signed_in.viewer if self.signed_in else ANONYMOUS

    @property
    def html_lang(self) -> str:
        """The page's language, for browsers and screen readers."""
        return LANG[self.language]

    def lang(self, language: Language) -> str:
        """A language as the attribute `lang` names it."""
        return LANG[language]

    @property
    def other_language(self) -> Language:
        """The language to switch to."""
        return Language.EN if self.language is Language.ZH else Language.ZH

    @cached_property
    def csrf_token(self) -> str:
        """What every form of the page hands back."""
        if self.signed_in:
            return self.signed_in.csrf_token
        return self.request.cookies.get(VISITOR_COOKIE) or token_urlsafe(24)

    @property
    def menu(self) -> list[MenuEntry]:
        """Where the reader can go."""
        return [entry for entry in MENU if entry.is_for(self.viewer, signed_in=self.signed_in is not None)]

    @cached_property
    def unread(self) -> int:
        """How many messages the reader has not read."""
        if self.signed_in is None:
            return 0
        database: Database = self.request.app.state.database
        with database.reading() as session:
            return count_unread(session, self.viewer, now=clock.now())

    @property
    def path(self) -> str:
        """Where the reader is."""
        return self.request.url.path

    @cached_property
    def address(self) -> str:
        """Where the reader is, with what was searched for; after a refused form, the page on which it stood."""
        return page_behind(self.request)

    @property
    def answers_a_form(self) -> bool:
        """Whether the page is the answer to a form, with what was typed on it."""
        return self.request.method == "POST"

    @property
    def done(self) -> str:
        """What was just done, as a sentence; empty when nothing was."""
        key = f"done.{self.request.cookies.get(_DONE_COOKIE, '')}"
        return self.t(key) if self.t.has(key) else ""

    def message(self, fault: AppError | Problem) -> str:
        """A failure as a sentence."""
        return message_of(self.t, fault)

    def event(self, event: EventPublic) -> str:
        """A line of history as a sentence."""
        return event_text(self.t, event, self.show)

    def reason(self, reason: ReasonPublic) -> str:
        """Why a supplier was proposed, as a sentence."""
        return reason_text(self.t, reason.code, reason.params)

    def words(self, key: str, params: Mapping[str, str | int | float]) -> str:
        """A message with parameters that are shown by their names."""
        return worded(self.t, key, params)

    def days(self, key: str, days: int) -> str:
        """How many days something is ahead or past."""
        return days_text(self.t, key, days)

    def because(self, made: ActionPublic) -> str:
        """Why an action is proposed, as a sentence."""
        return because_text(self.t, made)

    def proposed_step(self, made: ActionPublic) -> str:
        """What the next step may be called when an action is taken."""
        return step_text(self.t, made)

    def need_title(self, need: NeedPublic | NeedSummary) -> str:
        """What a need is called before this reader: its title, its public title, or what its card tells."""
        if need.title or need.public_title:
            return need.title or need.public_title
        if not need.technical_field:
            return self.t("need.card_title_bare")
        return self.t("need.card_title", field=self.show.code("technical_field", need.technical_field))

    def named(self, prefix: str, codes: Iterable[str]) -> list[Choice]:
        """Codes to choose from, whose names are under `prefix` in the catalogue."""
        return [(str(code), self.t(f"{prefix}{code}")) for code in codes]

    def marks(self) -> list[Choice]:
        """Marks from 5 (best) to 1 to choose from."""
        return [(str(mark), self.t(f"mark.{mark}")) for mark in range(5, 0, -1)]

    def clarity_choices(self) -> list[Choice]:
        """How clear a need can be, to choose from."""
        return [(kind.value, self.t(f"clarity.type.{kind.value}")) for kind in NeedClarity]

    def render(self, template: str, page: Any, status: int = HTTPStatus.OK) -> Response:
        """The page; `page` is the template's own typed context."""
        html = environment().get_template(template).render(shell=self, t=self.t, show=self.show, page=page)
        response = HTMLResponse(html, status)
        if not self.signed_in and VISITOR_COOKIE not in self.request.cookies:
            set_private_cookie(response, VISITOR_COOKIE, self.csrf_token, self.settings)
        if _DONE_COOKIE in self.request.cookies:
            response.delete_cookie(_DONE_COOKIE)
        return response

    def refuse(self, template: str, page: Any, error: AppError) -> Response:
        """The page again, with the refused form."""
        return self.render(template, page, error.status)

    def go(self, path: str, done: str = "") -> Response:
        """The browser opens another page, which says what was done: `done.<done>` in the catalogue."""
        response = RedirectResponse(path, HTTPStatus.SEE_OTHER)
        if done:
            response.set_cookie(_DONE_COOKIE, done, max_age=60, httponly=True, samesite="lax")
        return response


def _shell(request: Request, signed_in: IdentityDep) -> Shell:
    return Shell(request, signed_in)


ShellDep = Annotated[Shell, Depends(_shell)]
