import asyncio
import signal
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from .errors import ServerFailedError
from .lifetime import dies_with_parent

POLL_SECONDS = 0.2  # /readyz runs real checks, which slow the start of the service down
ANSWER_SECONDS = 5.0
STOP_SECONDS = 65.0
"""As for docker-compose.yml: the longest grace period of a service (common.runtime.stopping)."""
LOG_BYTES = 5_000_000


class ChildProcess:
    """A program of the stack. It ends when this process ends.

    Its output is appended to `log`, which is truncated on start when it exceeds 5 MB. `ready_url` is polled until it
    returns 200; without one, the child counts as ready once it runs.
    """

    def __init__(
        self,
        name: str,
        arguments: Sequence[str],
        *,
        environ: Mapping[str, str],
        log: Path,
        ready_url: str | None = None,
        directory: Path | None = None,
    ) -> None:
        self.name = name
        self.arguments = list(arguments)
        self.environ = dict(environ)
        self.log = log
        self.ready_url = ready_url
        self.directory = directory
        self.stopped = False
        """Whether `stop` or `kill` has ended it, as opposed to an exit of its own."""
        self.started_at: datetime | None = None
        self._starts = 0
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int | None:
        """Process id while it is running, else None."""
        return self._process.pid if self._process and self._process.returncode is None else None

    @property
    def restarts(self) -> int:
        return max(self._starts - 1, 0)

    @property
    def returncode(self) -> int | None:
        """Exit code after it has ended. A negative number is the signal that ended it."""
        return self._process.returncode if self._process else None

    async def start(self, *, reads: bool = False) -> None:
        """Start the program. Call this from the main thread's event loop (`lifetime.dies_with_parent`)."""
        self.stopped = False
        self.started_at = datetime.now(UTC)
        self._starts += 1
        self.log.parent.mkdir(parents=True, exist_ok=True)
        too_long = self.log.exists() and self.log.stat().st_size > LOG_BYTES
        with self.log.open("wb" if too_long else "ab") as output:
            output.write(f"--- {self.name} started at {datetime.now().astimezone():%Y-%m-%d %H:%M:%S %z}\n".encode())
            output.flush()
            self._process = await asyncio.create_subprocess_exec(
                *self.arguments,
                env=self.environ,
                cwd=self.directory,
                stdin=asyncio.subprocess.PIPE if reads else asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # only this process receives Ctrl-C; it stops the children in order
                preexec_fn=dies_with_parent(signal.SIGTERM),
            )

    async def wait_until_ready(self, seconds: float = 120.0) -> None:
        """Return when it is ready. Raises ServerFailedError if it exits first or takes longer."""
        deadline = time.monotonic() + seconds
        answer = "nothing"
        while self.pid is not None:
            if self.ready_url is None:
                return
            status, answer = await http_get(self.ready_url)
            if status == 200:
                return
            if time.monotonic() > deadline:
                raise ServerFailedError(
                    f"{self.name} was not ready within {seconds:.0f} s: {self.ready_url} returned {answer}", self.log
                )
            await asyncio.sleep(POLL_SECONDS)
        raise ServerFailedError(f"{self.name} exited with code {self.returncode} during its start", self.log)

    async def run(self, given: str | None = None) -> None:
        """Run it until it exits, with `given` on its standard input. Raises ServerFailedError if it fails."""
        await self.start(reads=given is not None)
        if self._process and self._process.stdin and given is not None:
            self._process.stdin.write(given.encode())
            self._process.stdin.close()
        if await self.wait() != 0:
            raise ServerFailedError(f"{self.name} failed with exit code {self.returncode}", self.log)

    async def wait(self) -> int:
        """Wait until it exits and return the exit code."""
        if self._process is None:
            raise RuntimeError(f"{self.name} has not been started")
        return await self._process.wait()

    async def stop(self, grace_seconds: float = STOP_SECONDS) -> None:
        """Stop it with SIGTERM; kill it after `grace_seconds` seconds."""
        await self._end(signal.SIGTERM, grace_seconds)

    async def kill(self) -> None:
        """Kill it like a crash (SIGKILL). `start` starts it again."""
        await self._end(signal.SIGKILL, STOP_SECONDS)

    async def _end(self, number: signal.Signals, grace_seconds: float) -> None:
        if self._process is None:
            return
        self.stopped = True
        with suppress(ProcessLookupError):
            self._process.send_signal(number)
        try:
            async with asyncio.timeout(grace_seconds):
                await self._process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()


async def http_get(url: str) -> tuple[int, str]:
    """GET a plain http:// URL of this machine; return status and body, or status 0 without a response."""
    return await http_call("GET", url)


async def http_call(method: str, url: str, body: str = "", headers: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Send a request to a plain http:// URL of this machine; return the same as `http_get`.

    A few lines instead of a client library: the stack waits for each program, and imports would add to that.
    """
    host, _, path = url.removeprefix("http://").partition("/")
    name, _, port = host.partition(":")
    sent = {"Host": host, "Connection": "close", "Content-Length": str(len(body.encode())), **(headers or {})}
    lines = [f"{method} /{path} HTTP/1.0", *(f"{key}: {value}" for key, value in sent.items()), "", body]
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            reader, writer = await asyncio.open_connection(name, int(port or 80))
            try:
                writer.write("\r\n".join(lines).encode())
                raw = await reader.read()
            finally:
                writer.close()
    except (OSError, TimeoutError) as error:
        return 0, str(error) or type(error).__name__
    head, _, answer = raw.partition(b"\r\n\r\n")
    words = head.split(None, 2)
    if len(words) < 2 or not words[1].isdigit():
        return 0, "not an HTTP response"
    return int(words[1]), answer.decode(errors="replace")
