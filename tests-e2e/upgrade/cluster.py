"""The processes of the services as Deployments, and their roll-out: the new one is ready before the old one stops."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.stack.ports import free_port, release_ports
from sandbox.stack.processes import ChildProcess, http_get
from sandbox.stack.secrets_file import SERVICES_WITH_DATABASE
from sandbox.stack.stack import Stack
from sandbox.stack.wiring import SERVICES, STANDINS

from .balancer import Balancer
from .releases import Release

# As in k8s/base/shape/pod: first no new connections, then SIGTERM, and 25 s until SIGKILL.
_PRE_STOP_SECONDS = 1.0
_GRACE_SECONDS = 25.0
_REQUESTS = re.compile(r'^http_request_seconds_count\{.*route="/api/.*\} (\S+)$', re.MULTILINE)


@dataclass
class Replica:
    release: Release
    process: ChildProcess
    ports: tuple[int, int]
    """Of the API, and of health and metrics."""


@dataclass
class Deployment:
    """Replicas of one kind of process."""

    service: str
    kind: str
    count: int = 1
    replicas: list[Replica] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.service}-{self.kind}"


class Cluster:
    """All deployments, of which each can run another release."""

    def __init__(self, stack: Stack, services: Sequence[str], say: Callable[[str], None]) -> None:
        self.stack = stack
        self.databases = [name for name in services if name in SERVICES_WITH_DATABASE]
        self.deployments = [Deployment("gateway", "serve", count=2)]
        self.deployments += [Deployment(name, kind) for name in self.databases for kind in ("api", "worker")]
        self.balancers = {name: Balancer(stack.wiring.ports[name]) for name in services}
        self.served: Counter[str] = Counter()
        """Requests by release, of the replicas that have stopped."""
        self.breaches: list[str] = []
        self._say = say
        self._started = 0

    async def start(self, release: Release) -> None:
        """Migrate and start everything."""
        await self.migrate(release, self.databases)
        for balancer in self.balancers.values():
            await balancer.start()
        await asyncio.gather(*(self._fill(deployment, release) for deployment in self.deployments))

    async def stop(self) -> None:
        replicas = [replica for deployment in self.deployments for replica in deployment.replicas]
        await asyncio.gather(*(replica.process.kill() for replica in replicas))
        await asyncio.gather(*(balancer.stop() for balancer in self.balancers.values()))

    async def migrate(self, release: Release, services: Sequence[str]) -> None:
        """Run `migrate` of a release, as the Jobs do. Raises ServerFailedError if one fails."""
        await asyncio.gather(*(self._migrate(release, service) for service in services if service in self.databases))

    async def _migrate(self, release: Release, service: str) -> None:
        wiring = self.stack.wiring
        environ = wiring.service_environ(service) | {"MIGRATION_DATABASE_URL": wiring.admin_database_url}
        program = [release.python, "-m", service, "migrate"]
        log = self.stack.logs / f"{service}-migration.log"
        await ChildProcess(f"{service}-migration", program, environ={**environ, **release.environ}, log=log).run()

    async def roll(self, release: Release, services: Sequence[str], *, together: float) -> None:
        """Replace each replica of the services in turn. Both releases run side by side for ``together`` seconds."""
        for service in [name for name in services if name in self.balancers]:
            own = [deployment for deployment in self.deployments if deployment.service == service]
            await asyncio.gather(*(self._roll(deployment, release, together) for deployment in own))
            self._say(f"{service} runs {release.name}")

    async def requests_served(self) -> Counter[str]:
        """Return how many requests each release has answered."""
        served = Counter(self.served)
        for deployment in self.deployments:
            for replica in deployment.replicas:
                served[replica.release.name] += await _requests(replica)
        return served

    async def _fill(self, deployment: Deployment, release: Release) -> None:
        for _ in range(deployment.count):
            await self._add(deployment, release)

    async def _roll(self, deployment: Deployment, release: Release, together: float) -> None:
        for old in list(deployment.replicas):
            await self._add(deployment, release)
            await asyncio.sleep(together)
            await self._remove(deployment, old)

    async def _add(self, deployment: Deployment, release: Release) -> None:
        replica = self.replica(deployment, release)
        deployment.replicas.append(replica)
        await replica.process.start()
        await replica.process.wait_until_ready()
        if deployment.kind != "worker":
            self.balancers[deployment.service].endpoints.append(replica.ports[0])

    async def _remove(self, deployment: Deployment, replica: Replica) -> None:
        if deployment.kind != "worker":
            self.balancers[deployment.service].endpoints.remove(replica.ports[0])
        await asyncio.sleep(_PRE_STOP_SECONDS)
        self.served[replica.release.name] += await _requests(replica)
        deployment.replicas.remove(replica)
        await replica.process.stop(_GRACE_SECONDS)
        if replica.process.returncode != 0:
            self.breaches.append(f"{replica.process.name} ended with {replica.process.returncode}")
        release_ports(replica.ports)

    def replica(self, deployment: Deployment, release: Release) -> Replica:
        """Return a replica that is not started yet."""
        self._started += 1
        ports = free_port(), free_port()
        environ = self.stack.wiring.service_environ(deployment.service)
        environ |= {"PORT": str(ports[0]), "OPERATIONS_PORT": str(ports[1]), **release.environ}
        process = ChildProcess(
            f"{deployment.name} of {release.name}",
            [release.python, "-m", deployment.service, deployment.kind],
            environ=environ,
            log=self.stack.logs / f"{self._started:02d}-{deployment.name}-{release.name.replace(' ', '-')}.log",
            ready_url=f"http://127.0.0.1:{ports[1]}/readyz",
        )
        return Replica(release, process, ports)


async def _requests(replica: Replica) -> int:
    status, metrics = await http_get(f"http://127.0.0.1:{replica.ports[1]}/metrics")
    return round(sum(float(count) for count in _REQUESTS.findall(metrics))) if status == 200 else 0


@asynccontextmanager
async def running(
    directory: Path,
    environ: dict[str, str],
    release: Release,
    say: Callable[[str], None],
    *,
    services: Sequence[str] = SERVICES,
    standins: Sequence[str] = STANDINS,
) -> AsyncIterator[Cluster]:
    """Start servers and stand-ins, and the services of a release on them."""
    async with Stack(directory, environ, durable=False, services=(), standins=standins) as stack:
        cluster = Cluster(stack, services, say)
        try:
            await cluster.start(release)
            yield cluster
        finally:
            await cluster.stop()
