import fcntl
import os
import random
import socket
import tempfile
from collections.abc import Collection, Iterable
from contextlib import closing
from pathlib import Path

# Below the range from which Linux and macOS take ports for outgoing connections: a port chosen here is not taken while
# a server that a test has killed is down.
LOWEST, HIGHEST = 15_000, 31_999
# Ports commonly used by other servers. 25672 is RabbitMQ's default distribution port.
RESERVED = frozenset({3000, 4369, 5432, 5672, 6379, 8000, 8080, 15672, 25672, 27017})
ATTEMPTS = 200


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def is_listening(port: int, host: str = "127.0.0.1") -> bool:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


# Lock files of the ports that this process has chosen. A server starts listening seconds after its port was chosen;
# without the locks, two stacks that start together could choose the same port.
_claims: dict[int, int] = {}


def _claim(port: int) -> bool:
    """Return whether this process now owns the port. The kernel releases it when the process ends."""
    if port in _claims:
        return False
    folder = Path(tempfile.gettempdir()) / f"pulseworks-ports-{os.geteuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(folder / str(port), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return False
    _claims[port] = descriptor
    return True


def release_ports(ports: Iterable[int]) -> None:
    """Release ports that `free_port` returned."""
    for port in ports:
        descriptor = _claims.pop(port, None)
        if descriptor is not None:
            os.close(descriptor)


def free_port(preferred: int | None = None, *, taken: Collection[int] = ()) -> int:
    """Return a free TCP port on 127.0.0.1: `preferred` if it is free, else any other."""
    if preferred is not None and _is_available(preferred, taken):
        return preferred
    for _ in range(ATTEMPTS):
        port = random.randint(LOWEST, HIGHEST)
        if _is_available(port, taken):
            return port
    raise OSError(f"no free TCP port on 127.0.0.1 between {LOWEST} and {HIGHEST} after {ATTEMPTS} attempts")


def _is_available(port: int, taken: Collection[int]) -> bool:
    return port not in taken and port not in RESERVED and is_free(port) and _claim(port)


def free_ports(count: int) -> list[int]:
    """Return `count` different free ports."""
    ports: list[int] = []
    while len(ports) < count:
        ports.append(free_port(taken=ports))
    return ports
