import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import rmtree
from types import TracebackType
from typing import Literal, Self

from .databases import create_database, migrate
from .environment import Component, ExternalServices
from .errors import ServerFailedError
from .lifetime import DirectoryLock
from .ports import free_port, release_ports
from .postgres import Postgres
from .processes import ChildProcess
from .rabbitmq import RabbitMQ
from .restarts import Restartable, RestartableServer
from .secrets_file import Secrets
from .server import PrivateServer
from .storage import Storage
from .wiring import PREFERRED_PORTS, SERVICES, STANDINS, Wiring, own_storage

WATCH_SECONDS = 0.25
State = Literal["starting", "ready", "external", "stopped"]


@dataclass(frozen=True)
class Progress:
    """A step of the start or stop of the stack. `seconds` is how long it took, `detail` is shown to people."""

    name: str
    state: State
    seconds: float = 0.0
    detail: str = ""


def ignore(_: Progress) -> None:
    """Discard the progress."""


class Stack:
    """All of PulseWorks on one machine: servers, stand-ins and the six services, each in its own process.

    `async with Stack(directory)` returns when everything is ready. On exit it stops what it has started, in reverse
    order, and nothing else. State is kept in `directory`; without one it is temporary. The environment can replace
    components (`environment.SWITCHES`); `services` and `standins` can name a subset. Raises StackError and its
    subclasses, with texts for the person at the terminal.
    """

    def __init__(
        self,
        directory: Path | str | None = None,
        environ: Mapping[str, str] | None = None,
        *,
        progress: Callable[[Progress], None] = ignore,
        durable: bool = True,
        services: Sequence[str] = SERVICES,
        standins: Sequence[str] = STANDINS,
    ) -> None:
        self._temporary = directory is None
        self.directory = Path(directory or tempfile.mkdtemp(prefix="pulseworks-")).absolute()
        self.logs = self.directory / "logs"
        self.external = ExternalServices(dict(os.environ if environ is None else environ))
        self.postgres = Postgres(self.directory / "postgres", durable=durable)
        self.rabbitmq = RabbitMQ(self.directory / "rabbitmq", environ=self.external.environ)
        self.storage = Storage(self.directory / "storage")
        self.processes: dict[str, ChildProcess] = {}
        self._services = services
        self._standins = standins
        self._progress = progress
        self._lock = DirectoryLock(self.directory)
        self._servers: list[PrivateServer] = []
        self._wiring: Wiring | None = None
        self._ports: dict[str, int] = {}

    @property
    def wiring(self) -> Wiring:
        """Addresses, secrets and the environment of each process. Available while the stack is running."""
        if self._wiring is None:
            raise RuntimeError("the stack has not been started")
        return self._wiring

    @property
    def url(self) -> str:
        """The address of the gateway, for frontends."""
        return self.wiring.url("gateway")

    async def start(self) -> Self:
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
            await self._start()
        except BaseException:  # nothing may be left running, whatever failed; it is raised again
            await self.stop()
            raise
        return self

    async def stop(self) -> None:
        """Stop what was started: services, stand-ins, then the servers."""
        for names in (self._services, self._standins):
            await asyncio.gather(*(self._stop_process(name) for name in names if name in self.processes))
        await asyncio.gather(*(self._stop_server(server) for server in reversed(self._servers)))
        self.processes.clear()
        self._servers.clear()
        release_ports(self._ports.values())
        self._lock.release()
        if self._temporary:
            rmtree(self.directory, ignore_errors=True)

    @property
    def services(self) -> Mapping[str, ChildProcess]:
        """The processes of PulseWorks itself, without servers and stand-ins."""
        return {name: child for name, child in self.processes.items() if name in self._services}

    def restartable(self) -> list[Restartable]:
        """Return the services and the servers that were started here."""
        return [*self.services.values(), *map(RestartableServer, self._servers)]

    async def wait(self, *, standins_only: bool = False) -> ServerFailedError:
        """Wait until a process or server exits without being stopped; return an error that describes it.

        ``standins_only``: something else watches the others (`restarts`).
        """
        while True:
            for name, child in self.processes.items():
                is_watched = not (standins_only and name in self._services)
                if is_watched and child.pid is None and not child.stopped:
                    return ServerFailedError(f"{child.name} exited with code {child.returncode}", child.log)
            for server in () if standins_only else self._servers:
                if server.has_ended:
                    return ServerFailedError(f"{server.title} ended", server.log)
            await asyncio.sleep(WATCH_SECONDS)

    def service(self, name: str, *, port: int | None = None, log: str | None = None) -> ChildProcess:
        """Return a service's process, not started yet: the stack's own, or a replica if given a port and a log."""
        environ = self.wiring.service_environ(name) | ({"PORT": str(port)} if port else {})
        return ChildProcess(
            name,
            [sys.executable, "-m", name, "serve"],
            environ=environ,
            log=self.logs / f"{log or name}.log",
            ready_url=f"http://127.0.0.1:{environ.get('OPERATIONS_PORT', environ['PORT'])}/readyz",
        )

    async def _start(self) -> None:
        ports = self._choose_ports()
        secrets = Secrets.load(self.directory / "secrets.json")
        self.storage.port = ports["storage"]
        external = self.external
        storage = storage_variables(external, self.storage)
        for component in (Component.OPENAI, Component.AYRSHARE, Component.STRIPE):
            if external.replaces(component):
                external.provider(component)  # raises at once if a variable is missing
        async with _task_group() as group:
            group.create_task(self._start_storage())
            broker = group.create_task(self._start_rabbitmq())
            database_url = await self._start_postgres()
            wiring = self._wiring = Wiring(external, secrets, ports, database_url, "", storage)
            for name in self._needed_standins():
                group.create_task(self._start_standin(name))
            await self._migrate()
            self._wiring = replace(wiring, amqp_url=await broker)
            for name in self._services:
                group.create_task(self._start_process(self.service(name)))

    def _choose_ports(self) -> dict[str, int]:
        """Use the ports of the last run if they are free: image URLs in the database contain one."""
        file = self.directory / "ports.json"
        preferred = {**PREFERRED_PORTS, **(json.loads(file.read_text()) if file.exists() else {})}
        for name in PREFERRED_PORTS:
            self._ports[name] = free_port(preferred[name])
        file.write_text(json.dumps(self._ports, indent=2))
        return self._ports

    def _needed_standins(self) -> Iterable[str]:
        for name in self._standins:
            if name in set(Component) and self.external.replaces(Component(name)):
                self._report_external(Component(name))
            else:
                yield name

    async def _start_postgres(self) -> str:
        external = self.external.get("DATABASE_URL")
        if external:
            self._report_external(Component.POSTGRES)
            return external
        await self._start_server("postgres", self.postgres)
        return await create_database(self.postgres.url)

    async def _start_rabbitmq(self) -> str:
        external = self.external.get("AMQP_URL")
        if external:
            self._report_external(Component.RABBITMQ)
            return external
        await self._start_server("rabbitmq", self.rabbitmq)
        return self.rabbitmq.url

    async def _start_storage(self) -> None:
        if self.external.replaces(Component.STORAGE):
            self._report_external(Component.STORAGE)
        else:
            await self._start_server("storage", self.storage)

    async def _start_server(self, name: str, server: PrivateServer) -> None:
        with self._step(name) as done:
            self._servers.append(server)
            await server.start_async()
            done(f"127.0.0.1:{server.port}")

    async def _migrate(self) -> None:
        with self._step("migrations") as done:
            done("applied" if await migrate(self.wiring, self._services, self.logs) else "up to date")

    def _standin(self, name: str) -> ChildProcess:
        program = [sys.executable, "-m", f"sandbox.{name}", "--port", str(self.wiring.ports[name])]
        state = self.directory / "standins" / f"{name}.jsonl"
        options = ["--state", str(state), *self.wiring.standin_options(name)]
        url = f"{self.wiring.url(name)}/livez"
        return ChildProcess(
            name, program + options, environ=dict(os.environ), log=self.logs / f"{name}.log", ready_url=url
        )

    async def _start_standin(self, name: str) -> None:
        await self._start_process(self._standin(name))
        await self.wiring.register_webhooks(name)

    async def _start_process(self, child: ChildProcess) -> None:
        with self._step(child.name) as done:
            self.processes[child.name] = child
            await child.start()
            await child.wait_until_ready()
            done(self.wiring.url(child.name))

    async def _stop_process(self, name: str) -> None:
        child = self.processes[name]
        started = time.monotonic()
        await child.stop()
        self._progress(Progress(name, "stopped", time.monotonic() - started))

    async def _stop_server(self, server: PrivateServer) -> None:
        started = time.monotonic()
        await server.stop_async()
        self._progress(Progress(server.directory.name, "stopped", time.monotonic() - started))

    @contextmanager
    def _step(self, name: str) -> Iterator[Callable[[str], None]]:
        """Report the start of a step and, after success, its end with the detail passed to the yielded function."""
        details: list[str] = [""]
        started = time.monotonic()
        self._progress(Progress(name, "starting"))
        yield details.append
        self._progress(Progress(name, "ready", time.monotonic() - started, details[-1]))

    def _report_external(self, component: Component) -> None:
        self._progress(Progress(component, "external", detail=f"by {', '.join(self.external.switches(component))}"))

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()


def storage_variables(external: ExternalServices, own: Storage) -> Mapping[str, str]:
    """Return the S3 variables of the external store, or those of the stack's own."""
    if external.replaces(Component.STORAGE):
        return external.storage()
    return own_storage(own.url, own.public_base_url)


@asynccontextmanager
async def _task_group() -> AsyncIterator[asyncio.TaskGroup]:
    """Open a task group that raises the first error itself instead of an exception group."""
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except BaseExceptionGroup as failures:
        first: BaseException = failures
        while isinstance(first, BaseExceptionGroup):
            first = first.exceptions[0]
        raise first from None
