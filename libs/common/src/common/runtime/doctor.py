"""`doctor`: checks what a service depends on and says what to do about each fault."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from pulseworks_contracts import ALL_QUEUES
from sqlalchemy import text

from common.auth import JwksKeySource
from common.database import Database
from common.database.schema import check_isolation, check_revision
from common.errors import AppError
from common.messaging import topology
from common.telemetry import redact
from common.zone_data import ZONE_DATA_VERSION

__all__ = ["Diagnosis", "Result", "broker", "database", "examine", "keys", "only", "zone_data"]

_LONGEST_SECONDS = 10.0
_CLOCK_SECONDS = 2.0


@dataclass(frozen=True)
class Diagnosis:
    """One check. It must cost nothing at a provider and change nothing."""

    name: str
    probe: Callable[[], Awaitable[str]]
    """Returns what is worth knowing, and raises if something is wrong."""
    cure: str
    needs: str | None = None
    """An earlier check without which this one says nothing new."""


@dataclass(frozen=True)
class Result:
    name: str
    ok: bool | None
    """None: not checked."""
    text: str

    def __str__(self) -> str:
        mark = {True: "ok", False: "FAIL", None: "-"}[self.ok]
        return f"{mark:<4} {self.name:<12} {self.text}".rstrip()


async def examine(diagnoses: Sequence[Diagnosis]) -> list[Result]:
    """Return a result for each check, in their order."""
    results: dict[str, Result] = {}
    for diagnosis in diagnoses:
        needed = results.get(diagnosis.needs or "")
        results[diagnosis.name] = (
            Result(diagnosis.name, None, f"not checked, since it needs the {needed.name}")
            if needed is not None and not needed.ok
            else await _examine(diagnosis)
        )
    return list(results.values())


async def _examine(diagnosis: Diagnosis) -> Result:
    try:
        async with asyncio.timeout(_LONGEST_SECONDS):
            return Result(diagnosis.name, True, await diagnosis.probe())
    except TimeoutError:
        reason = f"no answer within {_LONGEST_SECONDS:g} s"
    except Exception as error:  # noqa: BLE001 - any exception is a finding, which is shown
        reason = _reason(error)
    return Result(diagnosis.name, False, f"{reason}. Cure: {diagnosis.cure}")


def _reason(error: Exception) -> str:
    said = str(error)
    if isinstance(error, AppError):
        # what an SDK says about a key may contain a part of it
        cause = error.__cause__
        said = f"{error.title}: {error.detail}" if cause is None else f"{error.title} ({type(cause).__name__})"
    line = " ".join(said.split())
    shown = str(redact(None, "", {"reason": line})["reason"]).rstrip(".")
    ours = isinstance(error, AppError | RuntimeError) and line
    return shown if ours else f"{type(error).__name__}: {shown}".rstrip(": ")


def zone_data() -> Diagnosis:
    async def probe() -> str:
        ZoneInfo("Pacific/Auckland")
        return f"IANA {ZONE_DATA_VERSION}"

    return Diagnosis("zone data", probe, "install what requirements.lock names: the package tzdata is missing")


def database(opened: Database, versions: Path) -> list[Diagnosis]:
    """Return the checks of a service's database: connection, clock, schema and roles."""
    migrate = f"run `python -m {opened.service} migrate`"

    async def connects() -> str:
        async with opened.engine.connect() as connection:
            return f"PostgreSQL {(await connection.execute(text('SHOW server_version'))).scalar_one()}"

    async def clock() -> str:
        async with opened.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))  # the connection is open when the time is taken
            now = (await connection.execute(text("SELECT clock_timestamp()"))).scalar_one()
        apart = abs((datetime.now(UTC) - now).total_seconds())
        if apart > _CLOCK_SECONDS:
            raise RuntimeError(f"this clock and the database's are {apart:.0f} s apart")
        return "agrees with the database's"

    async def revision() -> str:
        await check_revision(opened, versions)
        return "up to date"

    async def roles() -> str:
        await check_isolation(opened)
        return "keep accounts apart"

    return [
        Diagnosis("database", connects, "start PostgreSQL, correct DATABASE_URL, or " + migrate),
        Diagnosis("clock", clock, "synchronise the clocks of both hosts (NTP)", needs="database"),
        Diagnosis("schema", revision, migrate, needs="database"),
        Diagnosis("roles", roles, migrate + ", which repairs this", needs="database"),
    ]


def broker(url: str, namespace: str, service: str) -> list[Diagnosis]:
    """Return the checks of the broker: connection, and every exchange and queue that must exist."""
    own = [queue for queue in ALL_QUEUES if queue.service == service]

    async def connects() -> str:
        async with topology.connection(url):
            return "accepts the login"

    async def complete() -> str:
        await topology.check(url, namespace, service=service)
        depths = await topology.depths(url, namespace, own)
        dead = sum(letters for _, letters in depths.values())
        return f"complete; {dead} dead letters" + (f", see `python -m {service} dead-letters list`" if dead else "")

    declare = "start the workers of all services, or run `python -m common.topology declare` as an administrator"
    return [
        Diagnosis("broker", connects, "start RabbitMQ, or correct AMQP_URL"),
        Diagnosis("queues", complete, declare, needs="broker"),
    ]


def keys(jwks_url: str) -> Diagnosis:
    """Return the check of identity's public keys."""

    async def probe() -> str:
        source = JwksKeySource(jwks_url)
        try:
            await source.find("")
        finally:
            await source.close()
        return "identity answers"

    return Diagnosis("token keys", probe, f"start identity, or correct the address {jwks_url}")


def only(probe: Callable[[], Awaitable[object]], said: str) -> Callable[[], Awaitable[str]]:
    """Return a probe that says ``said`` when ``probe`` does not raise."""
    return partial(_say, probe, said)


async def _say(probe: Callable[[], Awaitable[object]], said: str) -> str:
    await probe()
    return said
