"""The running system, and operations on its parts: kill, freeze, disconnect, restart."""

import asyncio
import json
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
from common.database import DATABASE_ERRORS
from sandbox.stack.environment import VARIABLES
from sandbox.stack.ports import free_port, free_ports
from sandbox.stack.processes import ChildProcess
from sandbox.stack.rabbitmq import NODE
from sandbox.stack.rabbitmq_packages import Installation
from sandbox.stack.stack import Stack
from sandbox.stack.wiring import PREFERRED_PORTS, SERVICES, STANDINS

from .sources import python_path
from .troubles import HISTORY_CACHE_SECONDS, SEND_TIMEOUT_SECONDS, SETTLE_SECONDS

Say = Callable[[str], None]

# Production values are minutes. A run must see what happens after them.
SETTINGS = {
    "DELIVERY_LEASE_SECONDS": "2",
    "SEND_TIMEOUT_SECONDS": str(SEND_TIMEOUT_SECONDS),
    "PROVIDER_TIMEOUT_SECONDS": "3",
    "RECONCILE_SETTLE_SECONDS": str(SETTLE_SECONDS),
    "RECONCILE_PAUSE_SECONDS": "0.3",
    "RECONCILE_LIMIT_SECONDS": "240",
    "HISTORY_CACHE_SECONDS": str(HISTORY_CACHE_SECONDS),
    "BREAKER_PAUSE_SECONDS": "2",
    "BREAKER_LONGEST_SECONDS": "8",
    "LOG_LEVEL": "INFO",
    **dict.fromkeys(("LOGIN_LIMIT_PER_CLIENT", "SIGNUP_LIMIT_PER_CLIENT", "TOKEN_LIMIT_PER_CLIENT"), "100000/minute"),
}
SHORT_SERVICES = ("identity", "scheduler", "publisher", "gateway")
_NO_DISK, _ENOUGH_DISK = "100000GB", "50MB"


@dataclass(frozen=True)
class OpenCall:
    """An open call to the provider."""

    key: str
    with_effect: bool


class System:
    """A stack with a second publisher and a supervisor that restarts processes that exit."""

    def __init__(self, stack: Stack, say: Say) -> None:
        self.stack = stack
        self.children: dict[str, ChildProcess] = {}
        self.provider = httpx2.AsyncClient(base_url=stack.wiring.url("ayrshare"), timeout=20)
        self.done: Counter[str] = Counter()
        """Counts of the faults, for the report."""
        self.breaches: list[str] = []
        """Forbidden behaviour of a process during a fault."""
        self.say = say
        self._down: set[str] = set()
        self.one_server = asyncio.Lock()
        """Held while a server, or the database under a service, is disturbed: one at a time."""
        self._rules: list[dict[str, Any]] = []

    # --- processes ---

    async def add_replica(self) -> None:
        self.children = {name: self.stack.processes[name] for name in SERVICES if name in self.stack.processes}
        self.children["publisher-1"] = self.children.pop("publisher")
        replica = self.stack.service("publisher", port=free_port(), log="publisher-2")
        self.children["publisher-2"] = replica
        await replica.start()
        await replica.wait_until_ready()

    async def supervise(self) -> None:
        """Restart processes that exit, as any supervisor does, and count it."""
        while True:
            for name, child in self.children.items():
                if child.pid is None and not child.stopped and name not in self._down:
                    self.done["exited and was restarted"] += 1
                    self.say(f"{name} exited with {child.returncode}")
                    await child.start()
            await asyncio.sleep(0.3)

    async def kill(self, names: Sequence[str], seconds: float) -> None:
        """Kill all of them at once (SIGKILL) and start them again after a delay."""
        names = [name for name in names if name in self.children and name not in self._down]
        self._down.update(names)
        try:
            await asyncio.gather(*(self.children[name].kill() for name in names))
            for name in names:
                self.done[f"kill -9 {name.partition('-')[0]}"] += 1
            await asyncio.sleep(seconds)
            for name in names:
                await self.children[name].start()
        finally:
            self._down.difference_update(names)

    @asynccontextmanager
    async def alone_with(self, service: str) -> AsyncIterator[dict[str, ChildProcess]]:
        """Yield all processes of a service once they are not in use. Meanwhile nothing else kills or starts them."""
        replicas = {name: child for name, child in self.children.items() if name.partition("-")[0] == service}
        while self._down.intersection(replicas):
            await asyncio.sleep(0.05)
        self._down.update(replicas)
        try:
            yield replicas
        finally:
            self._down.difference_update(replicas)

    async def stall(self, name: str, seconds: float) -> None:
        """Freeze a process, like a virtual machine that is migrated, then let it continue."""
        pid = self.children[name].pid
        if pid is None or name in self._down:
            return
        self.done[f"stall {name.partition('-')[0]}"] += 1
        os.kill(pid, signal.SIGSTOP)
        await asyncio.sleep(seconds)
        with suppress(ProcessLookupError):  # it may have been killed in the meantime
            os.kill(pid, signal.SIGCONT)

    # --- servers, one at a time ---

    async def break_broker(self, seconds: float) -> None:
        async with self.one_server:
            await asyncio.to_thread(self.stack.rabbitmq.kill)
            await asyncio.sleep(seconds)
            await self.stack.rabbitmq.restart_async()
        self.done["kill -9 broker" if seconds < 30 else f"broker down for {seconds:.0f} s"] += 1

    async def break_database(self, seconds: float) -> None:
        async with self.one_server:
            await asyncio.to_thread(self.stack.postgres.kill)
            await asyncio.sleep(seconds)
            await self.stack.postgres.restart_async()
        self.done["kill -9 database"] += 1

    async def break_provider(self, seconds: float) -> None:
        """Kill the stand-in. Its counts are on disk; its rules are not, so they are restored."""
        async with self.one_server:
            left = await self.rules_left()
            child = self.stack.processes["ayrshare"]
            await child.kill()
            await asyncio.sleep(seconds)
            await child.start()
            await child.wait_until_ready()
            await self.trouble(left)
        self.done["kill -9 provider"] += 1

    async def raise_disk_alarm(self, seconds: float) -> None:
        """Raise the broker's disk alarm: it accepts nothing more from publishers."""
        async with self.one_server:
            await self.rabbitmqctl("set_disk_free_limit", _NO_DISK)
            await asyncio.sleep(seconds)
            await self.rabbitmqctl("set_disk_free_limit", _ENOUGH_DISK)
        self.done["disk alarm of the broker"] += 1

    async def rabbitmqctl(self, *words: str) -> str:
        server = self.stack.rabbitmq
        program = server._program
        assert isinstance(program, Installation), "the alarm needs a local RabbitMQ, not a container"
        child = await asyncio.create_subprocess_exec(
            str(program.server.with_name("rabbitmqctl")),
            "-n",
            NODE,
            *words,
            env=server._node_environ(program),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await child.communicate()
        assert child.returncode == 0, output.decode()
        return output.decode()

    # --- the provider's stand-in ---

    async def configure(self, **switches: object) -> None:
        (await self.provider.post("/_control/config", json=switches)).raise_for_status()

    async def trouble(self, rules: list[dict[str, Any]]) -> None:
        (await self.provider.post("/_control/faults", json=rules)).raise_for_status()

    async def rules_left(self) -> list[dict[str, Any]]:
        """Return the rules of the stand-in that are not used up, in a form that can be posted again."""
        left = []
        for rule in (await self.provider.get("/_control/faults")).raise_for_status().json():
            self._rules.append(dict(rule))
            times = rule["times"] if rule["times"] == "forever" else rule["times"] - rule.pop("hits")
            if times:
                left.append({**rule, "times": times, "hits": 0, "id": ""})
        return left

    async def troubles_made(self) -> Counter[str]:
        """Count the calls disturbed by the stand-in, by kind of rule."""
        made: Counter[str] = Counter()
        current = (await self.provider.get("/_control/faults")).raise_for_status().json()
        for rule in [*self._rules, *current]:
            if rule["match"].endswith("/api/post") and rule.get("hits"):
                made[f"{rule['kind']} {rule['status'] if 'status' in rule['kind'] else ''}".strip()] += rule["hits"]
        return made

    async def live_posts(self, **only: str) -> list[dict[str, Any]]:
        response = (await self.provider.get("/_control/posts", params=only)).raise_for_status()
        found: list[dict[str, Any]] = response.json()["posts"]
        return found

    async def open_calls(self) -> list[OpenCall]:
        """Return the posts that the provider has not responded to yet, according to its log."""
        query = {"method": "POST", "path": "/api/post", "limit": "15"}
        log = (await self.provider.get("/_control/requests", params=query)).raise_for_status().json()["requests"]
        since = datetime.now(UTC) - timedelta(seconds=SEND_TIMEOUT_SECONDS - 0.2)
        return [
            OpenCall(json.loads(call["body"])["idempotencyKey"], with_effect=call["fault"] == "timeout_after")
            for call in log
            if datetime.fromisoformat(call["at"]) > since
            and (str(call["fault"]).startswith("timeout") or call["status"] is call["fault"] is None)
        ]

    async def last_profile_key(self) -> str:
        """Return the Profile-Key of the latest call to the provider that had one."""
        log = (await self.provider.get("/_control/requests", params={"path": "/api/user"})).raise_for_status().json()
        key: str = log["requests"][-1]["headers"]["profile-key"]
        return key

    # --- the database, as an operator sees it ---

    async def calls_by_our_rows(self) -> list[str]:
        """Return the keys of the calls whose rows have the status `sending`."""
        rows = await self.query("SELECT id, attempt FROM publisher.delivery WHERE status = 'sending'")
        return [f"{row['id']}-{row['attempt']}" for row in rows or []]

    async def administer(self, *statements: str) -> None:
        """Run statements in one transaction as the database's administrator. Raises if one fails."""
        connection = await asyncpg.connect(self.stack.wiring.admin_database_url, timeout=10)
        try:
            await connection.execute("; ".join(statements), timeout=30)
        finally:
            await connection.close(timeout=2)

    async def query(self, statement: str, *values: object) -> list[asyncpg.Record] | None:
        """Return rows, or None while the database is down."""
        try:
            connection = await asyncpg.connect(self.stack.wiring.admin_database_url, timeout=3)
        except DATABASE_ERRORS:
            return None
        try:
            return list(await connection.fetch(statement, *values, timeout=5))
        except DATABASE_ERRORS:
            return None
        finally:
            with suppress(*DATABASE_ERRORS):
                await connection.close(timeout=2)


@asynccontextmanager
async def running(directory: Path, say: Say, *, full: bool, sources: Path | None = None) -> AsyncIterator[System]:
    """Start everything. ``sources`` is a copy of the repository whose code the processes run instead of this one's."""
    environ = {name: value for name, value in os.environ.items() if name not in VARIABLES} | SETTINGS
    if sources is not None:
        environ |= python_path(sources)
    services = SERVICES if full else SHORT_SERVICES
    choose_ports(directory)
    standins = [name for name in STANDINS if name in ({"ayrshare", "stripe"} if full else {"ayrshare"})]
    async with Stack(directory, environ, durable=False, services=services, standins=standins) as stack:
        system = System(stack, say)
        await system.add_replica()
        supervisor = asyncio.create_task(system.supervise())
        try:
            yield system
        finally:
            supervisor.cancel()
            await asyncio.gather(supervisor, return_exceptions=True)
            # the data is no longer needed, and an orderly stop takes time
            await asyncio.gather(*(child.kill() for child in system.children.values()))
            await system.provider.aclose()


def choose_ports(directory: Path) -> None:
    """Use ports far from the stack's usual ones: a killed service must find its own port free when it restarts."""
    directory.mkdir(parents=True, exist_ok=True)
    ports = dict(zip(PREFERRED_PORTS, free_ports(len(PREFERRED_PORTS)), strict=True))
    (directory / "ports.json").write_text(json.dumps(ports))
