"""Files of the software: kept by browsers for as long as their address names their content."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).parent / "static"


@cache
def static_path(name: str) -> str:
    """The address of a file, with the beginning of its digest: new content is a new address."""
    digest = sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


class VersionedFiles(StaticFiles):
    """Static files whose addresses carry a version."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file; to be kept for a year when the address names a version."""
        response = await super().get_response(path, scope)
        versioned = scope.get("query_string", b"").startswith(b"v=")
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if versioned else "no-cache"
        return response
