"""The application: routes, pages, files and what stands around them.

Importing this module loads nothing heavy; the search index is loaded by the first request that matches.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from importlib import import_module
from pkgutil import iter_modules
from threading import Lock

from fastapi import APIRouter, FastAPI
from starlette.datastructures import State

import api.routes
import api.web
from api.errors import LastResort, install_handlers
from api.headers import SecurityHeaders
from api.rates import RateLimiter
from api.static_files import STATIC, VersionedFiles
from core.database import Database
from core.logs import configure_logs
from core.settings import Settings, get_settings


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application of one installation, with its own database engine; the database has to be migrated."""
    app = routed_app()
    install(app, settings or get_settings())
    return app


def routed_app() -> FastAPI:
    """Routes, pages, files and what stands around them: the same for every installation, and nothing of one yet."""
    app = FastAPI(
        title="Keqiao",
        docs_url=None,  # the usual page loads its scripts from elsewhere
        redoc_url=None,
        openapi_url=None,
        lifespan=_lifespan,
    )
    for router in _routers():
        app.include_router(router)
    app.mount("/static", VersionedFiles(directory=STATIC), name="static")
    install_handlers(app)
    app.add_middleware(LastResort)
    app.add_middleware(SecurityHeaders)
    return app


def install(app: FastAPI, settings: Settings) -> None:
    """The application works for one installation: with its settings and database, nothing counted and nothing loaded.

    All that requests keep between them is here: routes and what stands around them hold nothing of an installation.
    """
    configure_logs(settings)
    app.state = State(
        {
            "settings": settings,
            "database": Database(settings.effective_database_url),
            "limiter": RateLimiter(),
            "index": None,
            "index_lock": Lock(),
        }
    )


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    app.state.database.dispose()


def _routers() -> Iterator[APIRouter]:
    """The `router` of every module in api.routes and api.web that has one."""
    for package in (api.routes, api.web):
        for module in sorted(iter_modules(package.__path__), key=lambda found: found.name):
            router = getattr(import_module(f"{package.__name__}.{module.name}"), "router", None)
            if isinstance(router, APIRouter):
                yield router
