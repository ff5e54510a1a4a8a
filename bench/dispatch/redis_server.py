"""A private Redis: the installed program, else Debian's packages unpacked into a cache folder (no root, 1.5 MB)."""

import os
import shutil
import socket
from contextlib import closing
from pathlib import Path
from typing import ClassVar

from debian import unpacked
from sandbox.stack.ports import free_port
from sandbox.stack.server import PrivateServer

# redis-server and those of its libraries that a minimal system may lack
_PACKAGES = (
    "redis-server",
    "redis-tools",
    "libatomic1",
    "libjemalloc2",
    "liblua5.1-0",
    "liblzf1",
    "lua-bitop",
    "lua-cjson",
)


class Redis(PrivateServer):
    """Redis on 127.0.0.1 that appends each command to its file and waits for the disk."""

    title: ClassVar[str] = "Redis"

    def __init__(self, directory: Path, cache: Path) -> None:
        super().__init__(directory)
        self._cache = cache

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def _prepare(self) -> None:
        self.port = free_port()
        self._program, self._libraries = _redis(self._cache)

    def _spawn(self) -> None:
        self._process = self._run(
            [
                self._program, "--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self.directory),
                "--save", "", "--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction",
            ],
            environ={**os.environ, "LD_LIBRARY_PATH": self._libraries},
        )  # fmt: skip

    def _is_ready(self) -> bool:
        try:
            with closing(socket.create_connection(("127.0.0.1", self.port), timeout=1)) as probe:
                probe.sendall(b"PING\r\n")
                return probe.recv(7).startswith(b"+PONG")
        except OSError:
            return False


def _redis(cache: Path) -> tuple[str, str]:
    """Return the program and the folder of its libraries."""
    found = shutil.which("redis-server")
    if found:
        return found, os.environ.get("LD_LIBRARY_PATH", "")
    folder = unpacked(Redis.title, _PACKAGES, cache / "redis")
    libraries = next(folder.glob("usr/lib/*/liblzf.so.1")).parent
    return str(folder / "usr" / "bin" / "redis-server"), str(libraries)
