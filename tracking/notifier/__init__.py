"""The seam through which messages leave the system: `send(message)` on the console, by mail or to a chat group."""

from tracking.notifier.chat import ChatNotifier
from tracking.notifier.console import ConsoleNotifier
from tracking.notifier.deadline import WithDeadline
from tracking.notifier.mail import MailNotifier, MailServer
from tracking.notifier.message import Message, Recipient
from tracking.notifier.recorder import RecordingNotifier
from tracking.notifier.seam import Notifier, ReceiverFailed, Undeliverable

__all__ = [
    "ChatNotifier",
    "ConsoleNotifier",
    "MailNotifier",
    "MailServer",
    "Message",
    "Notifier",
    "ReceiverFailed",
    "Recipient",
    "RecordingNotifier",
    "Undeliverable",
    "WithDeadline",
]
