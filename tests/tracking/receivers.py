"""Receivers on this machine for tests: mail servers, chat services behind a proxy that maps names, and bad ones."""

import json
import os
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from core.i18n import Language
from models.notice_enums import Channel, NoticeKind
from tracking.notifier import Message, Recipient

HOSTS = ("qyapi.weixin.qq.com", "oapi.dingtalk.com", "open.feishu.cn", "open.larksuite.com")
LINK = "https://keqiao.example/deals/abc"
POLL_SECONDS = 0.02
"""How long a service that is told to stop may take to hear it."""


def message(channel: Channel = Channel.MAIL, *, name: str = "李工", email: str = "li@example.org") -> Message:
    """A reminder about a deal whose title is nobody else's business."""
    params = {"title": "保密的合金项目", "next_step": "寄样品", "due": "2026-03-10", "deal": "abc"}
    recipient = Recipient(name, email, Language.ZH)
    return Message(
        "deal:1:next_step:mail", channel, recipient, "reminder.next_step", params, NoticeKind.NEXT_STEP, LINK
    )


class Mailbox:
    """A mail server's handler that keeps what it gets, and refuses recipients with a code where one is set."""

    def __init__(self, refusal: str = "") -> None:
        self.mails: list[Envelope] = []
        self.refusal = refusal

    async def handle_RCPT(  # noqa: N802  # named by aiosmtpd
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # the same
        self.mails.append(envelope)
        return "250 taken"


@contextmanager
def mail_server(handler: Mailbox, **options: Any) -> Iterator[int]:
    """The port of a running mail server."""
    with socket.create_server(("127.0.0.1", 0)) as free:  # the library wants to know its port before it starts
        port: int = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@contextmanager
def rude_server(words: bytes = b"", pause: float = 0.05) -> Iterator[int]:
    """The port of a server that says nothing, or one byte now and then, and never comes to an end."""
    done = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while not done.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=drip, args=(connection,), daemon=True).start()

    def drip(connection: socket.socket) -> None:
        with connection:
            for place in range(10_000):
                if done.wait(pause):
                    return
                try:
                    connection.sendall(words[place % len(words) : place % len(words) + 1] if words else b"")
                except OSError:
                    return

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        done.set()
        listener.close()


@dataclass
class ChatServices:
    """All chat services as one TLS server; each request is kept, and answered as `answer` says."""

    requests: list[tuple[str, str, dict[str, list[str]], Any]] = field(default_factory=list)
    """Host, path, query and body."""
    answer: tuple[int, dict[str, str], Any] = (200, {}, {"errcode": 0, "code": 0})
    hangs: threading.Event | None = None


class _Service(BaseHTTPRequestHandler):
    services: ClassVar[ChatServices]

    def do_POST(self) -> None:  # named by http.server
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        parts = urlsplit(self.path)
        self.services.requests.append((self.headers["Host"], parts.path, parse_qs(parts.query), body))
        if self.services.hangs is not None:
            self.services.hangs.wait()
        status, headers, answer = self.services.answer
        content = json.dumps(answer).encode() if not isinstance(answer, bytes) else answer
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST  # noqa: N815  # what a followed redirect would ask for

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # named by http.server
        """Nothing is written to the terminal."""


@contextmanager
def chat_services(
    authority: trustme.CA, folder: Path, monkeypatch: pytest.MonkeyPatch, *, trusted: bool = True
) -> Iterator[ChatServices]:
    """The services under their own names, reached through a proxy as an installation behind one would reach them."""
    services = ChatServices()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Service", (_Service,), {"services": services}))
    server.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*HOSTS).configure_cert(context)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(POLL_SECONDS,), daemon=True).start()
    bundle = folder / "authority.pem"
    (authority if trusted else trustme.CA()).cert_pem.write_to_path(str(bundle))
    for name in [name for name in os.environ if name.lower() in ("no_proxy", "all_proxy", "curl_ca_bundle")]:
        monkeypatch.delenv(name)
    with _proxy_to(server.server_address[1]) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
        try:
            yield services
        finally:
            if services.hangs is not None:
                services.hangs.set()
            server.shutdown()
            server.server_close()


@contextmanager
def _proxy_to(target: int) -> Iterator[int]:
    """The port of a proxy that leads every CONNECT to one port of this machine."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=connect, args=(client,), daemon=True).start()

    def connect(client: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head and (piece := client.recv(4096)):
            head += piece
        upstream = socket.create_connection(("127.0.0.1", target))
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        threading.Thread(target=pipe, args=(upstream, client), daemon=True).start()
        pipe(client, upstream)

    def pipe(source: socket.socket, sink: socket.socket) -> None:
        try:
            while piece := source.recv(65536):
                sink.sendall(piece)
        except OSError:
            pass
        finally:
            source.close()
            sink.close()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()
