import socket

import pytest

from core.errors import Unavailable
from jobs.server import check_port


def test_a_taken_port_is_told_before_anything_starts() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Unavailable, match="port_taken") as caught:
            check_port("127.0.0.1", port)
    assert caught.value.params == {"port": port}
    check_port("127.0.0.1", port)  # free again


def test_an_address_of_another_machine_is_told_too() -> None:
    with pytest.raises(Unavailable, match="address_unusable"):
        check_port("192.0.2.1", 8000)
