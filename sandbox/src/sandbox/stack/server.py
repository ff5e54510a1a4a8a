import asyncio
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from .errors import ServerFailedError
from .lifetime import POLL_SECONDS, DirectoryLock, dies_with_parent


class PrivateServer(ABC):
    """A private server in one directory. It ends when this process ends.

    `start` and `stop` block. `async with` does the same without blocking the loop; `with` works too. Start it from the
    main thread: the server ends with the thread that started it (`lifetime.dies_with_parent`).
    Without a directory the data is temporary and `stop` removes it.
    """

    title: ClassVar[str]
    start_seconds: ClassVar[float] = 120.0
    stop_seconds: ClassVar[float] = 15.0
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM

    def __init__(self, directory: Path | str | None = None) -> None:
        self._temporary = directory is None
        self.directory = Path(directory or tempfile.mkdtemp(prefix="pulseworks-")).absolute()
        self.port = 0
        self._lock = DirectoryLock(self.directory)
        self._process: subprocess.Popen[bytes] | None = None
        self.started_at: datetime | None = None
        self._starts = 0

    @property
    @abstractmethod
    def url(self) -> str:
        """The URL for clients, including credentials."""

    @property
    def log(self) -> Path:
        return self.directory / "server.log"

    @property
    def pid(self) -> int | None:
        """Process id of the running server, or None if it is not running."""
        return self._process.pid if self._process and self._process.poll() is None else None

    @property
    def restarts(self) -> int:
        return max(self._starts - 1, 0)

    @property
    def returncode(self) -> int | None:
        """Exit code after it has ended without `stop` or `kill`."""
        return self._process.poll() if self._process else None

    @property
    def has_ended(self) -> bool:
        """Whether it exited without `stop` or `kill`."""
        return self._process is not None and self._process.poll() is not None

    @abstractmethod
    def _prepare(self) -> None:
        """Prepare the start of the process. Runs in any thread."""

    @abstractmethod
    def _spawn(self) -> None:
        """Start the process. Must not wait."""

    @abstractmethod
    def _is_ready(self) -> bool:
        """Return whether the server is ready. Called repeatedly, in any thread."""

    def _clean_up(self) -> None:  # noqa: B027 - most servers leave nothing behind
        """Remove what the stopped server left behind."""

    def start(self) -> Self:
        try:
            self._open()
            self._begin()
            self._wait_until_ready()
        except BaseException:  # nothing may be left running, whatever failed; it is raised again
            self.stop()
            raise
        return self

    async def start_async(self) -> Self:
        try:
            await asyncio.to_thread(self._open)
            self._begin()
            await asyncio.to_thread(self._wait_until_ready)
        except BaseException:  # as above
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop the server and wait until it has exited. Does nothing if it is not running."""
        self._end(signal.SIGKILL if self._temporary else self.stop_signal)  # temporary data is not read again
        self._clean_up()
        self._lock.release()
        if self._temporary:
            shutil.rmtree(self.directory, ignore_errors=True)

    async def stop_async(self) -> None:
        await asyncio.to_thread(self.stop)

    def kill(self) -> None:
        """Kill the server like a crash (SIGKILL) and wait until it has exited. `restart` starts it again."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Start the server again on the same port and data. Stops it first if it is running."""
        self._end(self.stop_signal)
        self._begin()
        self._wait_until_ready()

    async def restart_async(self) -> None:
        await asyncio.to_thread(self._end, self.stop_signal)
        self._begin()
        await asyncio.to_thread(self._wait_until_ready)

    def _begin(self) -> None:
        self._spawn()
        self.started_at = datetime.now(UTC)
        self._starts += 1

    def _open(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        self._lock.acquire()
        self._prepare()

    def _run(
        self,
        arguments: list[str],
        *,
        environ: dict[str, str] | None = None,
        ends_by: signal.Signals | None = None,
        log: Path | None = None,
    ) -> subprocess.Popen[bytes]:
        with (log or self.log).open("ab") as output:
            return subprocess.Popen(
                arguments,
                env=environ,
                cwd=self.directory,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=dies_with_parent(ends_by or self.stop_signal),
            )

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + self.start_seconds
        while not self._is_ready():
            if self._process is None or self._process.poll() is not None:
                raise ServerFailedError(f"{self.title} exited during its start", self.log)
            if time.monotonic() > deadline:
                raise ServerFailedError(f"{self.title} was not ready within {self.start_seconds:.0f} s", self.log)
            time.sleep(POLL_SECONDS)

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        end_process(process, number, self.stop_seconds)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    async def __aenter__(self) -> Self:
        return await self.start_async()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop_async()


def end_process(process: subprocess.Popen[bytes], number: signal.Signals, grace_seconds: float) -> None:
    """Signal a child process; after `grace_seconds` seconds kill it with its process group."""
    if number is not signal.SIGKILL:
        with suppress(ProcessLookupError):
            process.send_signal(number)
        try:
            process.wait(grace_seconds)
        except subprocess.TimeoutExpired:
            pass
        else:
            return
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def load_or_create_secret(
    file: Path, make: Callable[[], str] = lambda: secrets.token_urlsafe(24), mode: int = 0o600
) -> str:
    """Return the text of a file that only its owner may read. Creates it first if it is missing."""
    if not file.exists():
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "w") as output:
            output.write(make())
    return file.read_text().strip()
