"""The page that says why something could not be done."""

from collections.abc import Callable
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from markupsafe import escape

from api.language import language_of
from core.errors import AppError
from core.i18n import Translator, translator


def sign_in_path(request: Request) -> str:
    """The sign-in page, which afterwards leads back to where the reader wanted to go."""
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return "/sign-in" if target == "/" else f"/sign-in?next={quote(target, safe='')}"


def refusal_page(request: Request, error: AppError, message_of: Callable[[Translator, AppError], str]) -> Response:
    """The sentence that says what is wrong, and a way back."""
    t = translator(language_of(request, getattr(request.state, "signed_in", None)))
    return HTMLResponse(f"<p>{escape(message_of(t, error))}</p>", error.status)
