"""Mail by SMTP.

Rules a maintainer must keep: a password travels only over a connection whose certificate was verified; the headers are
built by the standard library, which refuses line breaks in them; a mail is plain text; a mail that the server has taken
counts as sent, whatever the server says afterwards, and what is wrong with one address is no failure of the server.
"""

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from functools import cached_property
from hashlib import sha256

from core.settings import SmtpSecurity
from tracking.notifier.message import Message, Recipient
from tracking.notifier.seam import ReceiverFailed, Undeliverable

_PERMANENT = 500
"""From this SMTP code on, trying again does not help."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """The server that takes our mail, and as whom we send."""

    host: str
    port: int
    security: SmtpSecurity
    sender: str
    user: str = ""
    password: str = ""
    timeout: float = 10.0
    """Seconds without a byte after which a connection is given up."""


class MailNotifier:
    """Sends each message as one mail, over a connection of its own."""

    def __init__(self, server: MailServer) -> None:
        self._server = server

    def send(self, message: Message) -> None:
        """The server has taken the mail."""
        mail = mail_of(message, self._server.sender)
        try:
            connection = self._connection()
            try:
                if self._server.user:
                    connection.login(self._server.user, self._server.password)
                connection.send_message(mail)
            finally:
                _take_leave(connection)
        except smtplib.SMTPRecipientsRefused as error:
            [(code, answer)] = error.recipients.values()
            _refuse(code, answer)
        except smtplib.SMTPAuthenticationError as error:
            raise ReceiverFailed(f"the mail server refuses our password ({error.smtp_code})") from None
        except smtplib.SMTPDataError as error:
            _refuse(error.smtp_code, error.smtp_error)
        except smtplib.SMTPResponseException as error:
            raise ReceiverFailed(_said(error.smtp_code, error.smtp_error)) from None
        except (smtplib.SMTPException, OSError) as error:
            raise ReceiverFailed(f"{type(error).__name__}: {error}") from None

    @cached_property
    def _trusted(self) -> ssl.SSLContext:
        """Whose certificates count: those that the machine trusts, read once, since that costs more than a mail."""
        return ssl.create_default_context()

    def _connection(self) -> smtplib.SMTP:
        server = self._server
        if server.security is SmtpSecurity.TLS:
            return smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout, context=self._trusted)
        connection = smtplib.SMTP(server.host, server.port, timeout=server.timeout)
        if server.security is SmtpSecurity.STARTTLS:
            try:
                connection.starttls(context=self._trusted)
            except BaseException:
                connection.close()
                raise
        return connection


def mail_of(message: Message, sender: str) -> EmailMessage:
    """The mail that tells the message. Raises Undeliverable for a recipient without a mailbox."""
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = _mailbox(message.recipient)
    mail["Subject"] = " ".join(message.subject.split())
    digest = sha256(message.dedupe_key.encode()).hexdigest()[:32]
    mail["Message-ID"] = f"<{digest}@{sender.rpartition('@')[2].rstrip('>')}>"
    mail["X-Keqiao-Key"] = digest
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.body, cte="base64")
    return mail


def _take_leave(connection: smtplib.SMTP) -> None:
    """The connection is closed; whether the server says goodbye as it should changes nothing."""
    with suppress(smtplib.SMTPException, OSError):
        connection.quit()
    connection.close()


def _mailbox(recipient: Recipient) -> Address:
    try:
        return Address(" ".join(recipient.name.split()), addr_spec=_in_ascii(recipient.email))
    except (ValueError, IndexError):
        raise Undeliverable("the recipient has no usable mail address") from None
    except Exception as error:  # the parser of addresses has errors of its own that share no base
        raise Undeliverable(f"the recipient has no usable mail address ({type(error).__name__})") from None


def _in_ascii(email: str) -> str:
    """The address with its domain as every mail server knows it: 例子.中国 is xn--fsqu00a.xn--fiqs8s."""
    local, at, domain = email.rpartition("@")
    return email if domain.isascii() else f"{local}{at}{domain.encode('idna').decode()}"


def _refuse(code: int, answer: bytes | str) -> None:
    if code >= _PERMANENT:
        raise Undeliverable(_said(code, answer)) from None
    raise ConnectionError(_said(code, answer)) from None


def _said(code: int, answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return f"{code} {' '.join(text.split())[:200]}"
