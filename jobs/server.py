"""The web server, with the worker beside it as a process of its own."""

import errno
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from core.database import ReadSession
from core.errors import Refused, Unavailable
from workflow.installation import holds_demo

WORKER_STOP_SECONDS = 10
ADDRESS_MOST = 2**20
"""Bytes of a request's line and headers: a search text far too long is refused by us in words, not by the protocol."""
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Announce(Protocol):
    """Tells the person at the terminal something, by message key."""

    def __call__(self, key: str, **params: object) -> None:
        """Show the message `key`, filled with `params`."""


def check_port(host: str, port: int) -> None:
    """Nothing, when the address is free; `Unavailable` says what to do when it is not."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Unavailable("port_taken", port=port) from None
            raise Unavailable("address_unusable", host=host, port=port, reason=error.strerror or "") from None


def check_demo(session: ReadSession, host: str, *, demo_mode: bool) -> None:
    """Nothing, unless users with a public password would be served outside demo mode or to other machines."""
    if holds_demo(session) and not (demo_mode and host in LOOPBACK):
        raise Refused("demo_stays_here", host=host)


def run_server(host: str, port: int, *, with_worker: bool, announce: Announce) -> None:
    """Serve until interrupted."""
    import uvicorn

    check_port(host, port)
    with worker_beside() if with_worker else _nothing():
        announce("cli.serve.started", url=f"http://{host}:{port}")
        uvicorn.run(
            "api.app:create_app",
            factory=True,
            host=host,
            port=port,
            log_level="warning",
            access_log=False,
            h11_max_incomplete_event_size=ADDRESS_MOST,
        )


@contextmanager
def worker_beside() -> Iterator["subprocess.Popen[bytes]"]:
    """The worker runs as long as the block, also when the block ends by a signal to stop.

    The server gives the signal on to us once it has stopped, and unheard it would end us before the worker is told.
    """
    signal.signal(signal.SIGTERM, _stop)
    process = subprocess.Popen([sys.executable, "-m", "jobs.cli.main", "worker"])
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(WORKER_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()


def _stop(*_: object) -> None:
    raise SystemExit(0)


@contextmanager
def _nothing() -> Iterator[None]:
    yield
