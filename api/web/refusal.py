"""The page that says why something could not be done."""

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from fastapi import Request, Response

from api.failures import Unexpected
from api.identity import identify
from api.web.shell import Shell
from core.errors import AppError
from workflow.sign_in import SignedIn


@dataclass(frozen=True, slots=True)
class RefusalPage:
    """Why, and under which number; `back` is the page on which a button was pressed in vain."""

    status: int
    message: str
    back: str = ""


def sign_in_path(request: Request) -> str:
    """The sign-in page, which afterwards leads back to where the reader wanted to go."""
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return "/sign-in" if target == "/" else f"/sign-in?next={quote(target, safe='')}"


def refusal_page(request: Request, error: AppError) -> Response:
    """The sentence that says what is wrong, and a way back."""
    shell = Shell(request, _reader(request, error))
    page = RefusalPage(int(error.status), shell.message(error), _back(request))
    return shell.render("refusal.html", page, error.status)


def _back(request: Request) -> str:
    """The path of the page from which something was sent; nothing for what was only read, or sent from elsewhere."""
    if request.method != "POST":
        return ""
    came = urlsplit(request.headers.get("referer", ""))
    if came.netloc != request.headers.get("host") or not came.path.startswith("/") or came.path.startswith("//"):
        return ""
    return came.path + (f"?{came.query}" if came.query else "")


def _reader(request: Request, error: AppError) -> SignedIn | None:
    """Who reads; not looked up anew after a fault of the software, which may lie in the looking up."""
    if hasattr(request.state, "signed_in"):
        known: SignedIn | None = request.state.signed_in
        return known
    return None if isinstance(error, Unexpected) else identify(request)
