"""Every route says who may call it; what it says is enforced, and written to the audit log."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import select

from api.app import create_app
from api.csrf import SAFE_METHODS
from api.policy import ANYONE, Audience, Policy, PolicyRouter, RateClass, policies
from api.web.audit import action_name, audited_actions
from core.database import Database
from core.i18n import Language, translator
from core.settings import Settings
from models.enums import AuditOutcome, Role
from models.history import AuditEntry
from tests.api.page_reader import Browser


@pytest.fixture
def bare_app(tmp_path: Path) -> FastAPI:
    """The application; its database is never opened."""
    return create_app(Settings(data_dir=tmp_path))


def test_every_route_has_a_policy(bare_app: FastAPI) -> None:
    found = list(policies(bare_app))
    assert len(found) > 50
    assert [(method, path) for method, path, policy in found if policy is None] == []


def test_every_route_that_changes_something_has_a_name_in_the_audit_log(bare_app: FastAPI) -> None:
    unnamed = [p for m, p, policy in policies(bare_app) if m not in SAFE_METHODS and not (policy and policy.audit)]
    assert unnamed == []


def test_every_audited_act_has_a_text_in_both_languages(bare_app: FastAPI) -> None:
    for language in Language:
        t = translator(language)
        assert [name for name in audited_actions(bare_app) if not t.has(f"audit.action.{name}")] == []


def test_a_read_that_may_be_refused_is_named_in_words_in_the_audit_log(bare_app: FastAPI) -> None:
    reads = {
        path for _, path, policy in policies(bare_app) if policy and policy.roles is not ANYONE and not policy.audit
    }
    assert len(reads) > 20
    for language in Language:
        assert [path for path in reads if action_name(translator(language), path).startswith("/")] == []


def test_only_signing_in_and_choosing_a_language_are_for_everybody(bare_app: FastAPI) -> None:
    open_to_all = {
        path
        for method, path, policy in policies(bare_app)
        if policy and policy.roles is ANYONE and method not in SAFE_METHODS
    }
    assert open_to_all <= {"/sign-in", "/language", "/api/v1/session"}


def test_a_route_that_changes_something_cannot_be_declared_without_an_audit_name() -> None:
    router = PolicyRouter()
    with pytest.raises(ValueError, match="audit log"):
        router.post("/x", roles=ANYONE, rate=RateClass.WRITE, audit="")


def test_a_policy_for_roles_admits_nobody_who_is_not_signed_in() -> None:
    for roles in (frozenset(Role), Audience.SIGNED_IN):
        with pytest.raises(Exception, match="sign_in_needed"):
            Policy(roles, RateClass.READ).admit(None)


@pytest.mark.parametrize(
    ("login", "path"), [("staff", "/users"), ("visitor", "/deals"), ("supplier", "/needs/new"), ("admin", "/search")]
)
def test_a_page_of_other_roles_is_refused_and_the_refusal_is_audited(
    as_user: Callable[[str], Browser], database: Database, login: str, path: str
) -> None:
    assert as_user(login).get(path).status_code == 403
    with database.reading() as session:
        entry = session.exec(select(AuditEntry).where(AuditEntry.outcome == AuditOutcome.REFUSED)).one()
        assert entry.action == path
        assert entry.user_id is not None


def test_visitors_are_led_to_the_sign_in_page_and_back(app: FastAPI) -> None:
    response = TestClient(app).get("/needs/new?a=1", follow_redirects=False)
    assert response.status_code == 303
    assert response.headers["location"] == "/sign-in?next=%2Fneeds%2Fnew%3Fa%3D1"


def test_importing_the_application_loads_no_numerical_library() -> None:
    heavy = "torch sentence_transformers sklearn faiss tantivy"
    code = f"import sys, api.app; print([m for m in {heavy.split()!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
