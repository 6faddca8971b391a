"""From the answer to a form to the same page in the other language.

The address of a form's answer is often one that nothing can be read at. So the language button leads to the page the
form stood on, or, where a page can show what was typed again, hands that back to it: nothing of it is stored.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

from fastapi import Request
from starlette.routing import Match

AGAIN: Final = "again"
"""In an address: the form is shown as it was typed, and nothing is done. In a form: what was typed."""


def page_behind(request: Request) -> str:
    """The address of the page that is shown; of the answer to a form, that of the page on which the form stood.

    Where that is not known, the nearest address above it at which something can be read.
    """
    query = request.url.query
    if request.method in ("GET", "HEAD"):
        return f"{request.url.path}?{query}" if query else request.url.path
    return next(address for address in _candidates(request) if _can_be_read(request, urlsplit(address).path))


def packed(fields: Mapping[str, Sequence[str]]) -> str:
    """What was typed, as one field of another form."""
    return json.dumps({name: list(values) for name, values in fields.items()}, ensure_ascii=False)


def unpacked(text: str) -> dict[str, list[str]]:
    """What `packed` put together; nothing for what it did not."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    if not isinstance(found, dict) or not all(isinstance(values, list) for values in found.values()):
        return {}
    return {name: [str(value) for value in values] for name, values in found.items()}


def _candidates(request: Request) -> Iterator[str]:
    came_from = urlsplit(request.headers.get("referer", ""))
    if came_from.netloc == request.url.netloc and came_from.path.startswith("/"):
        yield f"{came_from.path}?{came_from.query}" if came_from.query else came_from.path
    path = request.url.path
    while path.strip("/"):
        yield path
        path = path.rpartition("/")[0]
    yield "/"


def _can_be_read(request: Request, path: str) -> bool:
    """Whether some page answers at this address, if what it names is there."""
    scope = {**request.scope, "method": "GET", "path": path}
    return path == "/" or any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)
