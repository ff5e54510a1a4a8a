"""Whether a test run uses containers, and what it uses of a RabbitMQ."""

import os
import shutil
import subprocess
from typing import Protocol

_SECONDS = 10.0


class BrokerServer(Protocol):
    @property
    def url(self) -> str: ...

    def control(self, *arguments: str, given: str | None = None) -> str:
        """Run `rabbitmqctl` with `given` on its standard input; return its output."""
        ...


def engine_answers() -> bool:
    """Return whether a container engine answers. PULSEWORKS_TEST_SERVERS=private keeps the tests off it."""
    program = shutil.which("docker")
    if program is None or os.environ.get("PULSEWORKS_TEST_SERVERS") == "private":
        return False
    try:
        info = subprocess.run([program, "info"], capture_output=True, check=False, timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    return info.returncode == 0
