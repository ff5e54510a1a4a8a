import os
import sys
from pathlib import Path
from typing import ClassVar

from .lifetime import read_pid, stop_leftover
from .ports import free_port, somebody_listens
from .server import PrivateServer

DEFAULT_BUCKET = "pulseworks-media"


class Storage(PrivateServer):
    """S3 on 127.0.0.1 by moto's server, in a process of its own; one bucket that everybody may read.

    moto keeps objects in memory; ours are also on disk before a write is answered (`storage_server`), so they
    outlive the process, killed or not. Any access key is accepted.
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
        """Where a browser reads the bucket's objects, without a slash at the end."""
        return f"{self.url}/{self.bucket}"

    @property
    def objects(self) -> Path:
        return self.directory / "objects"

    def _prepare(self) -> None:
        stop_leftover(read_pid(self.directory / "pid"), str(self.objects), patience=self.stop_seconds)
        self.objects.mkdir(exist_ok=True)
        self.port = self.port or free_port(self._preferred_port)

    def _spawn(self) -> None:
        program = [sys.executable, "-m", "sandbox.stack.storage_server"]
        # moto must not find anybody's real credentials or configuration
        environ = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MOTO_"))}
        self._process = self._run([*program, str(self.port), self.bucket, str(self.objects)], environ=environ)
        (self.directory / "pid").write_text(f"{self._process.pid}\n")

    def _is_ready(self) -> bool:
        return somebody_listens(self.port)
