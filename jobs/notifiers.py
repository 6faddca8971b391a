"""The ways out of this installation, as its settings and administrators have set them up."""

from collections.abc import Mapping
from functools import partial

from core.database import Database
from core.settings import Settings
from models.notice_enums import Channel
from tracking.notifier import ChatNotifier, ConsoleNotifier, MailNotifier, MailServer, Notifier, WithDeadline
from workflow.notifications.channels import CHAT, address_of

PATIENCE = 25.0
"""Seconds that one attempt may take; less than passes before the next one may begin."""


def notifiers_of(settings: Settings, database: Database) -> Mapping[Channel, Notifier]:
    """A notifier for each channel; without a mail server there is none for mail."""
    outside: dict[Channel, Notifier] = {channel: ChatNotifier(partial(_address, database, channel)) for channel in CHAT}
    if settings.smtp_host:
        outside[Channel.MAIL] = MailNotifier(mail_server(settings))
    bounded = {channel: WithDeadline(notifier, PATIENCE) for channel, notifier in outside.items()}
    return {Channel.CONSOLE: ConsoleNotifier(), **bounded}


def mail_server(settings: Settings) -> MailServer:
    """The mail server of the settings."""
    return MailServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        security=settings.smtp_security,
        sender=settings.smtp_from,
        user=settings.smtp_user,
        password=settings.smtp_password.get_secret_value(),
    )


def _address(database: Database, channel: Channel) -> str:
    with database.reading() as session:
        return address_of(session, channel)
