"""What every route declares: who may call it, how often, and under which name it is audited.

Rules a maintainer must keep: routes are made with a `PolicyRouter` only (a test walks them all); who may see which
object is not decided here but by `models.access`; who calls, how often and as what is checked before a byte of the
body is read (only a form's token stands in the body), and everything before a writing session is opened.
"""

from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.concurrency import run_in_threadpool

from api.bodies import BODY_MAX, bounded, file_max
from api.csrf import SAFE_METHODS, check_csrf
from api.identity import IdentityDep, address_of, identify
from api.rates import RateClass, RateLimiter
from core import clock
from core.errors import Refused, SignInNeeded
from models.enums import Role
from workflow.sign_in import SignedIn

__all__ = ["ANYONE", "SIGNED_IN", "Audience", "Policy", "PolicyRouter", "RateClass", "policies"]

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


class Audience(Enum):
    """Sets of callers that are not sets of roles."""

    ANYONE = "anyone"
    SIGNED_IN = "signed_in"


ANYONE, SIGNED_IN = Audience.ANYONE, Audience.SIGNED_IN


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may call a route, how often, and what the audit log calls it ("" for reads that are not logged)."""

    roles: frozenset[Role] | Audience
    rate: RateClass
    audit: str = ""
    takes_files: bool = False

    def admit(self, signed_in: SignedIn | None) -> None:
        """Nothing, when the caller may. Raises SignInNeeded or Refused."""
        if self.roles is ANYONE:
            return
        if signed_in is None:
            raise SignInNeeded("sign_in_needed")
        if isinstance(self.roles, frozenset) and not self.roles & signed_in.viewer.roles:
            raise Refused("role_refused")


class Enforce:
    """What carries out a policy: `admit` before the body is read, and as a dependency what needs the body."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy

    async def __call__(self, request: Request, signed_in: IdentityDep) -> AsyncIterator[None]:
        """The request is our own page's, and its form is here; uploads are closed when the answer is sent."""
        try:
            await check_csrf(request, signed_in)
            await request.form()  # now, not when a writing session waits for it; reads nothing that is no form
            yield
        finally:
            await request.close()

    async def admit(self, request: Request) -> None:
        """The caller is known to `request.state`, counted and admitted. Raises TooMany, SignInNeeded, Refused."""
        request.state.policy = self.policy
        signed_in = request.state.signed_in = await run_in_threadpool(identify, request)
        limiter: RateLimiter = request.app.state.limiter
        caller = f"session {signed_in.session.id}" if signed_in else f"address {address_of(request)}"
        limiter.spend(self.policy.rate, caller, clock.now())
        self.policy.admit(signed_in)

    def bound(self, request: Request) -> Request:
        """The request, cut off where it gets larger than the route takes. Raises TooLarge."""
        most = file_max(request.app.state.settings) if self.policy.takes_files else BODY_MAX
        return bounded(request, most)


class PolicyRoute(APIRoute):
    """A route whose policy is asked before anything of the request but its head is read."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler behind its policy."""
        handle, enforced = super().get_route_handler(), _enforced(self)

        async def admit_and_handle(request: Request) -> Response:
            for enforce in enforced:
                await enforce.admit(request)
                request = enforce.bound(request)
            return await handle(request)

        return admit_and_handle


class PolicyRouter(APIRouter):
    """A router on which no route can be declared without saying who may call it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(route_class=PolicyRoute, **options)

    def get(  # type: ignore[override]  # narrower on purpose: a policy is required
        self, path: str, *, roles: frozenset[Role] | Audience, rate: RateClass, audit: str = "", **options: Any
    ) -> Callable[[Endpoint], Endpoint]:
        """A route that reads; `audit` names it where reading a full object is logged (see AuditDep)."""
        return self._route("GET", path, Policy(roles, rate, audit), options)

    def post(  # type: ignore[override]  # narrower on purpose
        self,
        path: str,
        *,
        roles: frozenset[Role] | Audience,
        rate: RateClass,
        audit: str,
        takes_files: bool = False,
        **options: Any,
    ) -> Callable[[Endpoint], Endpoint]:
        """A route that creates something or takes a step; `takes_files`: as large as the installation's uploads."""
        return self._route("POST", path, Policy(roles, rate, audit, takes_files), options)

    def put(  # type: ignore[override]  # narrower on purpose
        self, path: str, *, roles: frozenset[Role] | Audience, rate: RateClass, audit: str, **options: Any
    ) -> Callable[[Endpoint], Endpoint]:
        """A route that replaces something."""
        return self._route("PUT", path, Policy(roles, rate, audit), options)

    def patch(  # type: ignore[override]  # narrower on purpose
        self, path: str, *, roles: frozenset[Role] | Audience, rate: RateClass, audit: str, **options: Any
    ) -> Callable[[Endpoint], Endpoint]:
        """A route that changes part of something."""
        return self._route("PATCH", path, Policy(roles, rate, audit), options)

    def delete(  # type: ignore[override]  # narrower on purpose
        self, path: str, *, roles: frozenset[Role] | Audience, rate: RateClass, audit: str, **options: Any
    ) -> Callable[[Endpoint], Endpoint]:
        """A route that ends something."""
        return self._route("DELETE", path, Policy(roles, rate, audit), options)

    def _route(self, method: str, path: str, policy: Policy, options: dict[str, Any]) -> Callable[[Endpoint], Endpoint]:
        if method not in SAFE_METHODS and not policy.audit:
            raise ValueError(f"{method} {path} changes something and so needs a name in the audit log")
        dependencies = [Depends(Enforce(policy)), *options.pop("dependencies", ())]
        return self.api_route(path, methods=[method], dependencies=dependencies, **options)


def policies(app: FastAPI) -> Iterable[tuple[str, str, Policy | None]]:
    """Every route of `app` as method, path and policy (None where it has none); mounts are not routes."""
    for route in iter_route_contexts(app.routes):
        found = _enforced(route)
        for method in sorted(route.methods or ()):
            yield method, route.path or "", found[0].policy if len(found) == 1 else None


def _enforced(route: Any) -> list[Enforce]:
    dependencies = getattr(route, "dependencies", None) or ()
    return [d.dependency for d in dependencies if isinstance(d.dependency, Enforce)]
