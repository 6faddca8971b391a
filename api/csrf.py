"""That a request which changes something was meant: the caller hands back what only our own pages know.

Pages send the form field `csrf_token`, scripts the header `X-CSRF-Token`. A request with a bearer token needs neither,
because no other site can make a browser send one. JSON without a session needs neither: other sites cannot send it.
"""

from hmac import compare_digest

from fastapi import Request

from api.identity import VISITOR_COOKIE, bearer_of
from core.errors import Refused
from workflow.sign_in import SignedIn

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FIELD, HEADER = "csrf_token", "x-csrf-token"
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


async def check_csrf(request: Request, signed_in: SignedIn | None) -> None:
    """Nothing, when the request is our own page's. Raises Refused otherwise."""
    if request.method in SAFE_METHODS or bearer_of(request):
        return
    is_form = request.headers.get("content-type", "").startswith(_FORMS)
    if signed_in is None and not is_form and request.url.path.startswith("/api/"):
        return
    expected = signed_in.csrf_token if signed_in else request.cookies.get(VISITOR_COOKIE, "")
    given = request.headers.get(HEADER) or (await _form_field(request) if is_form else "")
    if not expected or not compare_digest(expected.encode(), given.encode()):
        raise Refused("csrf")


async def _form_field(request: Request) -> str:
    value = (await request.form()).get(FIELD, "")
    return value if isinstance(value, str) else ""
