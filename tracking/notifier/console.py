"""The console, for installations without mail."""

import sys
from typing import TextIO

from tracking.notifier.message import Message


class ConsoleNotifier:
    """Writes each message as a line, and each item of a digest as another."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream

    def send(self, message: Message) -> None:
        """The line is written and flushed."""
        print(f"→ {message.recipient.name}: {message.text}", file=self._stream or sys.stdout, flush=True)
