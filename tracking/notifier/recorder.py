"""A notifier that only remembers, for tests."""

from tracking.notifier.message import Message


class RecordingNotifier:
    """Keeps what it was given, for tests."""

    def __init__(self) -> None:
        self.sent: list[Message] = []

    def send(self, message: Message) -> None:
        """The message is in `sent`."""
        self.sent.append(message)
