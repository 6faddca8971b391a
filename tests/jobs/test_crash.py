"""kill -9 of the server while it writes: whatever it had acknowledged is there, whole."""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import text
from sqlmodel import col, select

from core.clock import now
from core.database import Database
from core.i18n import ROOT
from models import Event, Need, NeedRevision, Organisation
from models.enums import SubjectKind
from workflow.installation import set_up
from workflow.sign_in import check_password, sign_in

WRITERS = 3
START_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(url: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A real server process that answers; killed at the end if it still lives."""
    env = os.environ | {"KEQIAO_DATABASE_URL": url, "KEQIAO_PORT": str(port)}
    process = subprocess.Popen([sys.executable, "-m", "jobs.cli.main", "serve"], cwd=ROOT, env=env)
    try:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=2).status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.05)
        else:
            pytest.fail("the server did not start")
        yield process
    finally:
        process.kill()
        process.wait()


def write_until_killed(port: int, token: str, organisation: str, name: str, acknowledged: list[str]) -> None:
    """Submit needs one after the other; note each that the server says it has."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
        client.headers["Authorization"] = f"Bearer {token}"
        for number in range(100_000):
            form = {"organisation": organisation, "title": f"{name}-{number}", "problem": "刀具磨损快，寿命不足 200 件"}
            try:
                answer = client.post("/api/v1/needs", json=form)
            except httpx.TransportError:
                return
            if answer.status_code == 429:  # the rate class: wait as told and go on
                time.sleep(0.2)
                continue
            assert answer.status_code == 201, answer.text
            acknowledged.append(answer.json()["public_id"])


def prepare(database: Database) -> tuple[str, str]:
    """A token of a lead and the id of an organisation that asks."""
    with database.writing() as session:
        set_up(session, society="学会", login="lead", name="甲", password="long-enough-1", now=now())
        signed_in = sign_in(
            session, check_password(session, "lead", "long-enough-1"), now=now(), lifetime=timedelta(hours=2)
        )
        assert isinstance(signed_in, tuple)
        organisation = session.exec(select(Organisation.public_id)).one()
        return signed_in[1], organisation


@pytest.mark.parametrize("kills", [2, pytest.param(10, marks=pytest.mark.slow)])
def test_kills_while_writing_lose_nothing_that_was_acknowledged(database_url: str, kills: int) -> None:
    database = Database(database_url)
    token, organisation = prepare(database)
    rng, port = random.Random(20260302), free_port()
    acknowledged: list[str] = []
    for kill in range(kills):
        with serving(database_url, port) as process:
            writers = [
                threading.Thread(
                    target=write_until_killed, args=(port, token, organisation, f"{kill}-{n}", acknowledged)
                )
                for n in range(WRITERS)
            ]
            for writer in writers:
                writer.start()
            time.sleep(rng.uniform(0.2, 0.9))
            os.kill(process.pid, signal.SIGKILL)
            for writer in writers:
                writer.join()
    assert_nothing_lost(database, acknowledged, at_least=kills)
    database.dispose()


def assert_nothing_lost(database: Database, acknowledged: list[str], *, at_least: int) -> None:
    assert len(acknowledged) >= at_least, "the server was writing when it was killed"
    with database.reading() as session:
        stored = {need.public_id: need.key for need in session.exec(select(Need))}
        assert set(acknowledged) <= set(stored)
        # Nothing is half there: every need, acknowledged or not, has its revision and its event.
        assert set(session.exec(select(NeedRevision.need_id))) == set(stored.values())
        told = select(Event.subject_id).where(col(Event.subject_kind) == SubjectKind.NEED)
        assert set(session.exec(told)) == set(stored.values())
        if database.is_sqlite:
            assert session.execute(text("PRAGMA integrity_check")).scalar() == "ok"
