import ssl
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword

from core.settings import SmtpSecurity
from models.notice_enums import Channel
from tests.tracking.receivers import LINK, Mailbox, mail_server, message, rude_server
from tracking.notifier import MailNotifier, MailServer, ReceiverFailed, Undeliverable, WithDeadline


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """The machine trusts the test's certificate authority."""
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return authority


def server_at(port: int, security: SmtpSecurity = SmtpSecurity.NONE, **options: Any) -> MailServer:
    return MailServer("127.0.0.1", port, security, "keqiao@example.org", **{"timeout": 5.0, **options})


def context_of(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


def read(mail: Envelope) -> EmailMessage:
    assert isinstance(mail.content, bytes)
    parsed = message_from_bytes(mail.content, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def test_a_message_arrives_as_a_mail_that_names_what_it_is_about() -> None:
    box = Mailbox()
    with mail_server(box) as port:
        MailNotifier(server_at(port)).send(message())
    [envelope] = box.mails
    mail = read(envelope)
    assert envelope.rcpt_tos == ["li@example.org"]
    assert mail["Subject"] == "科桥：下一步到期"
    assert str(mail["To"]) == "李工 <li@example.org>"
    assert "“保密的合金项目”的下一步（寄样品）应于 2026-03-10 完成。" in mail.get_content()
    assert LINK in mail.get_content()


def test_a_repeat_after_a_crash_carries_the_same_id() -> None:
    box = Mailbox()
    with mail_server(box) as port:
        for _ in range(2):
            MailNotifier(server_at(port)).send(message())
    first, second = map(read, box.mails)
    assert first["Message-ID"] == second["Message-ID"]
    assert first["X-Keqiao-Key"] == second["X-Keqiao-Key"]


def test_starttls_protects_the_password_and_the_mail(trusted: trustme.CA) -> None:
    box, seen = Mailbox(), []

    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        seen.append((session.ssl is not None, isinstance(data, LoginPassword) and data.password.decode()))
        return AuthResult(success=True)

    options: dict[str, Any] = {"tls_context": context_of(trusted), "authenticator": check, "auth_required": True}
    with mail_server(box, **options) as port:
        MailNotifier(server_at(port, SmtpSecurity.STARTTLS, user="keqiao", password="secret")).send(message())
    assert seen == [(True, "secret")]
    assert len(box.mails) == 1


def test_a_certificate_nobody_vouches_for_gets_neither_password_nor_mail(authority: trustme.CA) -> None:
    box, seen = Mailbox(), []

    def check(*_: Any) -> AuthResult:
        seen.append(True)
        return AuthResult(success=True)

    with mail_server(box, tls_context=context_of(authority), authenticator=check) as port:
        server = server_at(port, SmtpSecurity.STARTTLS, user="keqiao", password="secret")
        with pytest.raises(ReceiverFailed, match="CERTIFICATE_VERIFY_FAILED"):
            MailNotifier(server).send(message())
    assert (seen, box.mails) == ([], [])


def test_a_server_without_starttls_gets_no_mail_where_it_is_asked_for() -> None:
    box = Mailbox()
    with mail_server(box) as port, pytest.raises(ReceiverFailed, match="STARTTLS"):
        MailNotifier(server_at(port, SmtpSecurity.STARTTLS)).send(message())
    assert box.mails == []


def test_a_refused_password_is_the_receivers_failure_and_is_not_repeated(trusted: trustme.CA) -> None:
    options: dict[str, Any] = {
        "tls_context": context_of(trusted),
        "authenticator": lambda *_: AuthResult(success=False, handled=False),
    }
    with mail_server(Mailbox(), **options) as port:
        server = server_at(port, SmtpSecurity.STARTTLS, user="keqiao", password="secret-word")
        with pytest.raises(ReceiverFailed) as refused:
            MailNotifier(server).send(message())
    assert "535" in str(refused.value)
    assert "secret-word" not in str(refused.value)


@pytest.mark.parametrize(
    ("refusal", "expected"), [("550 no such mailbox", Undeliverable), ("451 try later", ConnectionError)]
)
def test_a_refused_recipient_is_given_up_or_tried_again_as_the_server_says(
    refusal: str, expected: type[Exception]
) -> None:
    with mail_server(Mailbox(refusal)) as port, pytest.raises(expected, match=refusal[:3]):
        MailNotifier(server_at(port)).send(message())


@pytest.mark.parametrize(
    "email", ["", "nobody", "a@b@c", "a@b.org\r\nBcc: all@example.org", "a@b.org, c@d.org", "<a@b.org>"]
)
def test_an_address_that_is_none_is_given_up(email: str) -> None:
    box = Mailbox()
    with mail_server(box) as port, pytest.raises(Undeliverable):
        MailNotifier(server_at(port)).send(message(email=email))
    assert box.mails == []


def test_a_name_with_line_breaks_adds_no_header() -> None:
    box = Mailbox()
    with mail_server(box) as port:
        MailNotifier(server_at(port)).send(message(name="李\r\nBcc: all@example.org"))
    [envelope] = box.mails
    assert envelope.rcpt_tos == ["li@example.org"]
    assert read(envelope)["Bcc"] is None


@pytest.mark.parametrize("goodbye", ["421 closing", "500 what"])
def test_a_mail_that_was_taken_is_sent_however_the_server_takes_its_leave(goodbye: str) -> None:
    class Curt(Mailbox):
        async def handle_QUIT(self, *_: Any) -> str:  # noqa: N802  # named by aiosmtpd
            return goodbye

    box = Curt()
    with mail_server(box) as port:
        MailNotifier(server_at(port)).send(message())
    assert len(box.mails) == 1


def test_a_domain_in_chinese_is_one_that_every_mail_server_knows() -> None:
    box = Mailbox()
    with mail_server(box, enable_SMTPUTF8=False) as port:
        MailNotifier(server_at(port)).send(message(email="li@例子.中国"))
    [envelope] = box.mails
    assert envelope.rcpt_tos == ["li@xn--fsqu00a.xn--fiqs8s"]


@pytest.mark.parametrize("email", ["李@example.org", "李@例子.中国", f"li@{'长' * 70}.中国"])
def test_an_address_that_the_server_cannot_take_is_no_failure_of_the_server(email: str) -> None:
    box = Mailbox()
    with mail_server(box, enable_SMTPUTF8=False) as port, pytest.raises(Undeliverable):
        MailNotifier(server_at(port)).send(message(email=email))
    assert box.mails == []


def test_a_server_that_says_nothing_is_given_up() -> None:
    with rude_server() as port, pytest.raises(ReceiverFailed, match="timed out"):
        MailNotifier(server_at(port, timeout=0.2)).send(message(Channel.MAIL))


def test_a_server_that_goes_on_talking_is_given_up_too() -> None:
    with rude_server(b"2", pause=0.05) as port:
        notifier = MailNotifier(server_at(port, timeout=5.0))
        with pytest.raises(ReceiverFailed, match=r"no answer within 0\.4 s"):
            WithDeadline(notifier, 0.4).send(message())


def test_nobody_listens() -> None:
    with pytest.raises(ReceiverFailed, match="ConnectionRefusedError"):
        MailNotifier(server_at(9)).send(message())
