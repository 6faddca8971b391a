"""One form of a deal's page, handed in: what it asks for is done, or the page comes again with everything typed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Response
from pydantic import BaseModel

from api.dependencies import NowDep, ViewerDep, WriteSessionDep
from api.web.deal_page import refused_page
from api.web.forms import FormDep, Typed, attempt_of, build
from api.web.returning import AGAIN, unpacked
from api.web.shell import Shell, ShellDep
from core.database import WriteSession
from core.errors import AppError, Invalid
from models.access import Viewer

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DealForm:
    """What was typed, by whom, about which deal."""

    shell: Shell
    session: WriteSession
    viewer: Viewer
    typed: Typed
    now: datetime
    public_id: str
    is_shown_again: bool = False
    """Whether nothing is to be done but to show the form as it was typed, in the language chosen meanwhile."""

    @property
    def of(self) -> tuple[WriteSession, Viewer, str]:
        """What every use case about a deal begins with."""
        return self.session, self.viewer, self.public_id

    @property
    def here(self) -> str:
        """The deal's page."""
        return f"/deals/{self.public_id}"

    def text(self, name: str) -> str:
        """What was typed into a field."""
        return self.typed.text(name)

    def build(self, model: type[M], **more: Any) -> M:
        """The model from what was typed; `more` is what the page itself knows. Raises Invalid naming every field."""
        return build(model, self.typed, **more)

    def submit(
        self, form: str, act: Callable[[], T], done: str = "saved", *, to: Callable[[T], str] | None = None
    ) -> Response:
        """`act` is done and the deal's page, or the one `to` tells, says so; refused, the page has `form` open."""
        try:
            if self.is_shown_again:
                raise Invalid("form.again")
            result = act()
        except AppError as error:
            attempt = attempt_of(form, self.typed, error)
            return refused_page(self.shell, self.session, self.viewer, self.public_id, self.now, attempt, error)
        return self.shell.go(to(result) if to else self.here, done)


def _deal_form(
    shell: ShellDep, session: WriteSessionDep, viewer: ViewerDep, form: FormDep, now: NowDep, public_id: str
) -> DealForm:
    again = AGAIN in shell.request.query_params
    typed = Typed(unpacked(form.text(AGAIN))) if again else form
    return DealForm(shell, session, viewer, typed, now, public_id, again)


DealFormDep = Annotated[DealForm, Depends(_deal_form, scope="function")]
