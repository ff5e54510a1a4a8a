import random
import socket
from collections.abc import Collection
from contextlib import closing

# Below the range from which Linux and macOS take ports for outgoing connections: a port chosen here
# stays ours while a server that a test has killed is away.
LOWEST, HIGHEST = 15_000, 31_999
# Ports at which other people's servers are expected; 25672 is RabbitMQ's own default for its distribution.
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


def somebody_listens(port: int, host: str = "127.0.0.1") -> bool:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


def free_port(preferred: int | None = None, *, taken: Collection[int] = ()) -> int:
    """Return a TCP port on 127.0.0.1 at which nobody listens: `preferred` if it is free, else any other."""
    if preferred is not None and preferred not in taken and preferred not in RESERVED and is_free(preferred):
        return preferred
    for _ in range(ATTEMPTS):
        port = random.randint(LOWEST, HIGHEST)
        if port not in taken and port not in RESERVED and is_free(port):
            return port
    raise OSError(f"no free TCP port on 127.0.0.1 between {LOWEST} and {HIGHEST} after {ATTEMPTS} attempts")


def free_ports(count: int) -> list[int]:
    """Return `count` different free ports."""
    ports: list[int] = []
    while len(ports) < count:
        ports.append(free_port(taken=ports))
    return ports
