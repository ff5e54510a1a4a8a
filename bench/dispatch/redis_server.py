"""A private Redis: the installed program, else Debian's packages unpacked into a cache folder (no root, 1.5 MB)."""

import os
import shutil
import socket
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path
from typing import ClassVar

from sandbox.stack.errors import PrerequisiteError
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
    folder = cache / "redis"
    if not folder.exists():
        _unpack(folder)
    libraries = next(folder.glob("usr/lib/*/liblzf.so.1")).parent
    return str(folder / "usr" / "bin" / "redis-server"), str(libraries)


def _unpack(folder: Path) -> None:
    for tool in ("apt-get", "dpkg"):
        if not shutil.which(tool):
            raise PrerequisiteError(f"Redis is not installed and can't be downloaded without {tool}: install Redis.")
    options = ["-o", "Debug::NoLocking=1"] + (["-o", "APT::Sandbox::User=root"] if os.geteuid() == 0 else [])
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        work = Path(name)
        done = subprocess.run(
            ["apt-get", *options, "download", *_PACKAGES], cwd=work, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise PrerequisiteError(f"Redis could not be downloaded; install it. apt-get said:\n{done.stderr.strip()}")
        for package in work.glob("*.deb"):
            subprocess.run(["dpkg", "-x", package, work / "root"], check=True)
        (work / "root").rename(folder)
