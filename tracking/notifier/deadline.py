"""A bound on how long a receiver may keep us waiting, whatever it does in the meantime."""

from threading import Thread

from tracking.notifier.message import Message
from tracking.notifier.seam import Notifier, ReceiverFailed


class WithDeadline:
    """Another notifier that gives up after so many seconds.

    Time limits of sockets count from byte to byte: a receiver that sends one now and then would hold us for ever. The
    attempt goes on by itself in a thread that nobody waits for; if it still succeeds, the receiver gets the message
    twice, with the same key.
    """

    def __init__(self, notifier: Notifier, seconds: float) -> None:
        self._notifier, self._seconds = notifier, seconds

    def send(self, message: Message) -> None:
        """The message is delivered in time."""
        failure: list[BaseException] = []

        def attempt() -> None:
            try:
                self._notifier.send(message)
            except BaseException as error:  # passed on to whoever waits
                failure.append(error)

        thread = Thread(target=attempt, name=f"send-{message.channel}", daemon=True)
        thread.start()
        thread.join(self._seconds)
        if thread.is_alive():
            raise ReceiverFailed(f"no answer within {self._seconds:g} s")
        if failure:
            raise failure[0]
