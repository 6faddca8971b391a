"""What a notifier is, and how it says that it could not deliver.

A notifier delivers or raises; it is called at least once for each message, and again for the same `dedupe_key` after a
crash, so a receiver that can drop repeats does it by that key. What it raises says what to do: nothing more of this
message (Undeliverable), nothing to this receiver for a while (ReceiverFailed), or try again (anything else). The text
of an error is stored and shown to administrators: it holds no secret.
"""

from typing import Protocol

from tracking.notifier.message import Message


class Undeliverable(Exception):
    """The receiver will never take this message: a mailbox that does not exist."""


class ReceiverFailed(Exception):
    """The receiver takes nothing now: it does not answer, refuses us, or has not been set up."""


class Notifier(Protocol):
    """One way out of the system."""

    def send(self, message: Message) -> None:
        """The message is delivered; any exception means that it was not."""
        ...
