"""Signed in as after the right password, without comparing one: that takes a fifth of a second, on purpose."""

from datetime import timedelta

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import select

from core import clock
from core.database import Database
from models.user import User
from workflow.sign_in import PasswordCheck, sign_in

ADDRESS = "https://testserver"


def token_of(app: FastAPI, login: str) -> str:
    """The token of a new session of a demo user."""
    database: Database = app.state.database
    with database.writing() as session:
        stored = session.exec(select(User.password_hash).where(User.login == login)).one()
        lifetime = timedelta(hours=app.state.settings.session_hours)
        opened = sign_in(session, PasswordCheck(login, stored, is_right=True), now=clock.now(), lifetime=lifetime)
        assert isinstance(opened, tuple)
        return opened[1]


def program_of(app: FastAPI, login: str, *, language: str = "en", hides_faults: bool = False) -> TestClient:
    """A program that sends the token of a demo user; faults of the server are answers where it hides them."""
    headers = {"Authorization": f"Bearer {token_of(app, login)}", "Accept-Language": language}
    return TestClient(app, base_url=ADDRESS, headers=headers, raise_server_exceptions=not hides_faults)
