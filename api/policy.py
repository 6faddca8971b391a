"""What every route declares: who may call it, how often, and under which name it is audited.

Rules a maintainer must keep: routes are made with a `PolicyRouter` only (a test walks them all); who may see which
object is not decided here but by `models.access`; the check runs before the body is validated and before a writing
session is opened.
"""

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.routing import iter_route_contexts

from api.csrf import SAFE_METHODS, check_csrf
from api.identity import IdentityDep, address_of
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

    def admit(self, signed_in: SignedIn | None) -> None:
        """Nothing, when the caller may. Raises SignInNeeded or Refused."""
        if self.roles is ANYONE:
            return
        if signed_in is None:
            raise SignInNeeded("sign_in_needed")
        if isinstance(self.roles, frozenset) and not self.roles & signed_in.viewer.roles:
            raise Refused("role_refused")


class Enforce:
    """The dependency that carries out a policy."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy

    async def __call__(self, request: Request, signed_in: IdentityDep) -> AsyncIterator[None]:
        """The caller is known to `request.state` and admitted; uploads are closed when the answer is sent."""
        try:
            await self._admit(request, signed_in)
            yield
        finally:
            await request.close()

    async def _admit(self, request: Request, signed_in: SignedIn | None) -> None:
        request.state.policy, request.state.signed_in = self.policy, signed_in
        limiter: RateLimiter = request.app.state.limiter
        caller = f"session {signed_in.session.id}" if signed_in else f"address {address_of(request)}"
        limiter.spend(self.policy.rate, caller, clock.now())
        self.policy.admit(signed_in)
        await check_csrf(request, signed_in)


class PolicyRouter(APIRouter):
    """A router on which no route can be declared without saying who may call it."""

    def get(  # type: ignore[override]  # narrower on purpose: a policy is required
        self, path: str, *, roles: frozenset[Role] | Audience, rate: RateClass, audit: str = "", **options: Any
    ) -> Callable[[Endpoint], Endpoint]:
        """A route that reads; `audit` names it where reading a full object is logged (see AuditDep)."""
        return self._route("GET", path, Policy(roles, rate, audit), options)

    def post(  # type: ignore[override]  # narrower on purpose
        self, path: str, *, roles: frozenset[Role] | Audience, rate: RateClass, audit: str, **options: Any
    ) -> Callable[[Endpoint], Endpoint]:
        """A route that creates something or takes a step."""
        return self._route("POST", path, Policy(roles, rate, audit), options)

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
        found = [d.dependency.policy for d in _dependencies(route) if isinstance(d.dependency, Enforce)]
        for method in sorted(route.methods or ()):
            yield method, route.path or "", found[0] if len(found) == 1 else None


def _dependencies(route: Any) -> Iterable[Any]:
    return getattr(route, "dependencies", None) or ()
