"""Groups in 企业微信, 钉钉 and 飞书, through their robots."""

from collections.abc import Callable

from tracking.notifier.message import Message
from tracking.notifier.seam import ReceiverFailed


class ChatNotifier:
    """Sends each message to the group whose address is set at that moment."""

    def __init__(self, address: Callable[[], str]) -> None:
        """`address` gives the present one, "" where the channel is not set up."""
        self._address = address

    def send(self, message: Message) -> None:
        """The service has confirmed that the group got the text."""
        address = self._address()
        if not address:
            raise ReceiverFailed("the channel is not set up")
        from tracking.notifier.chat_robots import robot_at  # apprise: a quarter of a second, where it is needed

        robot_at(address).notify(body=message.group_text)
