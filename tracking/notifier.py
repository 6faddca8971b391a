"""The seam through which messages leave the system.

A notifier delivers or raises; it is called at least once for each message, and again for the same `dedupe_key` after a
crash, so a receiver that can drop repeats does it by that key.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TextIO

from core.i18n import Language, translator
from models.enums import Channel


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is to be told, in which language."""

    name: str
    email: str
    language: Language


@dataclass(frozen=True, slots=True)
class Message:
    """Something to be told: `message.<code>` in the recipient's language, filled with the parameters."""

    dedupe_key: str
    channel: Channel
    recipient: Recipient
    code: str
    params: Mapping[str, Any]

    @property
    def text(self) -> str:
        """What the recipient reads."""
        return translator(self.recipient.language)(f"message.{self.code}", **self.params)


class Notifier(Protocol):
    """One way out of the system."""

    def send(self, message: Message) -> None:
        """The message is delivered; any exception means that it was not."""
        ...


class ConsoleNotifier:
    """Writes each message as a line, for installations without mail."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream

    def send(self, message: Message) -> None:
        """The line is written and flushed."""
        print(f"→ {message.recipient.name}: {message.text}", file=self._stream or sys.stdout, flush=True)


class RecordingNotifier:
    """Keeps what it was given, for tests."""

    def __init__(self) -> None:
        self.sent: list[Message] = []

    def send(self, message: Message) -> None:
        """The message is in `sent`."""
        self.sent.append(message)
