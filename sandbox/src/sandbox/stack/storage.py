import os
import sys
from pathlib import Path
from typing import ClassVar

from .lifetime import read_pid, stop_orphan
from .ports import free_port, is_listening
from .server import PrivateServer

DEFAULT_BUCKET = "pulseworks-media"


class Storage(PrivateServer):
    """S3 on 127.0.0.1: moto's server in its own process, with one bucket that is publicly readable.

    moto keeps objects in memory. `storage_server` also writes them to disk before it responds to a write, so they
    survive a restart or a kill. Any access key is accepted.
    """

    title: ClassVar[str] = "S3 (moto)"
    stop_seconds: ClassVar[float] = 5.0

    def __init__(
        self, directory: Path | str | None = None, *, bucket: str = DEFAULT_BUCKET, port: int | None = None
    ) -> None:
        super().__init__(directory)
        self.bucket = bucket
        self._preferred_port = port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def public_base_url(self) -> str:
        """Base URL of the bucket's objects for browsers, without a trailing slash."""
        return f"{self.url}/{self.bucket}"

    @property
    def objects(self) -> Path:
        return self.directory / "objects"

    def _prepare(self) -> None:
        stop_orphan(read_pid(self.directory / "pid"), str(self.objects), grace_seconds=self.stop_seconds)
        self.objects.mkdir(exist_ok=True)
        self.port = self.port or free_port(self._preferred_port)

    def _spawn(self) -> None:
        program = [sys.executable, "-m", "sandbox.stack.storage_server"]
        # moto must not find real credentials or configuration
        environ = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MOTO_"))}
        self._process = self._run([*program, str(self.port), self.bucket, str(self.objects)], environ=environ)
        (self.directory / "pid").write_text(f"{self._process.pid}\n")

    def _is_ready(self) -> bool:
        return is_listening(self.port)
