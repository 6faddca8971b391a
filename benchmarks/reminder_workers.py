"""A mail server that notes what it gets and kills who sends it, and the worker processes that send."""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from email import message_from_bytes
from typing import Final

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from core.settings import ROOT

POINTS: Final = ("claimed", "connected", "taken")
"""Where a sender is killed: before it names a recipient, before it sends the text, and before it hears that it came."""
_DOMAIN: Final = "sender.example"
_REVIVED_AFTER: Final = 0.5
"""Seconds until whoever watches over the workers starts a killed one again."""


class Workers:
    """Worker processes, each known by the address it sends from; a killed one is started again."""

    def __init__(self, environment: Mapping[str, str], count: int) -> None:
        self._environment = environment
        self._running = {f"w{number}@{_DOMAIN}": self._start(f"w{number}@{_DOMAIN}") for number in range(count)}
        self._lock = threading.Lock()
        self._closed = False

    def kill(self, sender: str) -> None:
        """SIGKILL for the worker that sends from this address, which begins anew a little later."""
        with self._lock:
            os.kill(self._running[sender].pid, signal.SIGKILL)
        threading.Timer(_REVIVED_AFTER, self._revive, [sender]).start()

    def close(self) -> None:
        """No worker runs any more."""
        with self._lock:
            self._closed = True
            for process in self._running.values():
                process.kill()
                process.wait()

    def _revive(self, sender: str) -> None:
        with self._lock:
            self._running[sender].wait()
            if not self._closed:
                self._running[sender] = self._start(sender)

    def _start(self, sender: str) -> subprocess.Popen[bytes]:
        environment = os.environ | self._environment | {"KEQIAO_SMTP_FROM": sender}
        command = [sys.executable, "-m", "jobs.cli.main", "worker"]
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)


@contextmanager
def working(environment: Mapping[str, str], count: int) -> Iterator[Workers]:
    """So many workers are running."""
    workers = Workers(environment, count)
    try:
        yield workers
    finally:
        workers.close()


class Receiver:
    """The handler of a mail server: every mail that reached it whole, and the kills on the way."""

    def __init__(self, kills: Sequence[int] = (), seed: int = 0) -> None:
        self.keys: Counter[str] = Counter()
        self.first_at: dict[str, float] = {}
        """When each key came for the first time, in seconds since 1970."""
        self.people: Counter[str] = Counter()
        self.killed: list[str] = []
        """At which points senders were killed."""
        self.workers: Workers | None = None
        self._rng = random.Random(seed)  # noqa: S311  # repeatable, no secret
        self._kills = sorted(kills)
        self._point = self._rng.choice(POINTS)

    async def handle_MAIL(  # noqa: N802  # named by aiosmtpd
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Somebody has claimed a message and begins to send it."""
        envelope.mail_from = address
        self._reached("claimed", envelope)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802  # the same
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """It is about to send the text."""
        envelope.rcpt_tos.append(address)
        self._reached("connected", envelope)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # the same
        """The whole mail is here; that it is, its sender hears after this."""
        content = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        key = str(message_from_bytes(content)["X-Keqiao-Key"])
        self.keys[key] += 1
        self.first_at.setdefault(key, time.time())
        self.people.update(envelope.rcpt_tos)
        self._reached("taken", envelope)
        return "250 taken"

    def _reached(self, point: str, envelope: Envelope) -> None:
        """The sender dies here when its time has come: after so many mails, at the point that was drawn."""
        due = bool(self._kills) and self.keys.total() >= self._kills[0]
        if due and point == self._point and self.workers is not None and envelope.mail_from:
            self._kills.pop(0)
            self.killed.append(point)
            self._point = self._rng.choice(POINTS)
            time.sleep(self._rng.uniform(0.0, 0.02))
            self.workers.kill(envelope.mail_from)


@contextmanager
def receiving(receiver: Receiver) -> Iterator[int]:
    """The port at which the mail server listens."""
    controller = Controller(receiver, hostname="127.0.0.1", port=_free_port())
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
