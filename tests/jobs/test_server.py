import os
import socket
import subprocess
import sys
from pathlib import Path

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


def test_who_is_told_to_stop_stops_the_worker_too(tmp_path: Path) -> None:
    told = (
        "import os, signal\n"
        "from jobs.server import worker_beside\n"
        "with worker_beside() as worker:\n"
        "    print(worker.pid, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGTERM)\n"
    )
    environment = os.environ | {"KEQIAO_DATA_DIR": str(tmp_path)}
    ended = subprocess.run([sys.executable, "-c", told], env=environment, capture_output=True, text=True, check=True)
    with pytest.raises(ProcessLookupError):
        os.kill(int(ended.stdout), 0)
