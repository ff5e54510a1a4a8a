"""``make bench-unit-costs``: what each operation costs on the real services, written into ``unit_costs.json``."""

import asyncio
import json
import secrets
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import asyncpg
from content.rendering.design import Palette, PostDesign
from content.rendering.render import render
from dispatch.processes import processor_seconds
from dispatch.report import machine
from sandbox.demo.businesses import BUSINESSES
from sandbox.demo.client import Api
from sandbox.demo.story import Pace, Result, Story
from sandbox.stack.stack import Stack

from capacity.tables import table_bytes

FILE = Path(__file__).with_name("unit_costs.json")
_PHASES = {
    "signing up": "onboarding",
    "generating": "generation",
    "approving the posts": "approval",
    "planning the month": "scheduling",
}
_READS = 300
_SIGN_INS = 5
_PICTURES = 10


class Meter:
    """Processor milliseconds by phase and process, without what the processes use when nothing happens."""

    def __init__(self, stack: Stack) -> None:
        pids = {name: child.pid for name, child in stack.services.items()}
        pids |= {"postgresql": stack.postgres.pid, "rabbitmq": stack.rabbitmq.pid}
        self._pids = {name: pid for name, pid in pids.items() if pid is not None}
        self._idle = dict.fromkeys(self._pids, 0.0)
        self.phase = "idle"
        self._last, self._since = self._read(), time.monotonic()
        self.used: dict[str, dict[str, float]] = defaultdict(lambda: dict.fromkeys(self._pids, 0.0))

    def _read(self) -> dict[str, float]:
        return {name: processor_seconds(pid) * 1000 for name, pid in self._pids.items()}

    def enter(self, phase: str) -> None:
        """Charge what was used until now to the phase that ends."""
        now, seconds = self._read(), time.monotonic() - self._since
        for name, value in now.items():
            self.used[self.phase][name] += value - self._last[name] - self._idle[name] * seconds
        self.phase, self._last, self._since = phase, now, time.monotonic()

    async def measure_idle(self, seconds: float = 6.0) -> dict[str, float]:
        """Return processor milliseconds per second of idle processes."""
        before = self._read()
        await asyncio.sleep(seconds)
        self._idle = {name: (value - before[name]) / seconds for name, value in self._read().items()}
        self._last, self._since = self._read(), time.monotonic()
        return self._idle

    def each(self, phase: str, count: int) -> dict[str, float]:
        return {name: round(max(value, 0.0) / count, 3) for name, value in self.used[phase].items()}


async def _play(stack: Stack, api: Api, meter: Meter, number: int) -> tuple[Result, str]:
    run = secrets.token_hex(6)

    def report(activity: str, _ready: int, _planned: int) -> None:
        if activity in _PHASES:
            meter.enter(_PHASES[activity])

    business = BUSINESSES[number]
    pace = Pace(posts=100)
    story = Story(api, business, website=stack.wiring.url("website"), report=report, pace=pace)
    result = await story.play_until_scheduled(run)
    meter.enter("delivery")
    return result, run


async def _until_published(admin: asyncpg.Connection, count: int) -> None:
    statement = "SELECT count(*) FROM scheduler.schedule_item WHERE status = 'PUBLISHED'"
    for _ in range(180):
        if await admin.fetchval(statement) >= count:
            break
        await asyncio.sleep(0.5)
    else:
        raise RuntimeError(f"fewer than {count} posts were published within 90 s")
    await asyncio.sleep(2)  # webhooks and the events about the outcomes


async def _repeat(meter: Meter, phase: str, api: Api, path: str, **parameters: object) -> None:
    meter.enter(phase)
    for _ in range(_READS):
        await api.call("GET", path, **parameters)
    meter.enter("between")


def _pictures() -> dict[str, float]:
    """Return the processor milliseconds of a picture and its bytes, PNG and JPEG together."""
    palette = Palette(primary="#1f4d3a", accent="#e8a13a", paper="#faf6ef")
    texts = {"headline": "Two minutes for your calves", "subline": "Before each run", "business_name": "Harbour Physio"}
    designs = [PostDesign(**texts, palette=palette, index=index) for index in range(_PICTURES)]
    for design in designs:
        render(design)  # fonts are read once
    began = time.process_time()
    drawn = [render(design) for design in designs]
    used = (time.process_time() - began) * 1000
    size = sum(len(picture.png) + len(picture.jpeg) for picture in drawn)
    return {"picture_ms": round(used / _PICTURES, 1), "picture_bytes": round(size / _PICTURES)}


async def measure() -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="pulseworks-bench-") as folder:
        async with Stack(Path(folder)) as stack:
            meter = Meter(stack)
            idle = await meter.measure_idle()
            admin = await asyncpg.connect(stack.wiring.admin_database_url)
            try:
                return {"machine": machine().strip(), "idle_ms_a_second": idle} | await _journey(stack, meter, admin)
            finally:
                await admin.close()


async def _journey(stack: Stack, meter: Meter, admin: asyncpg.Connection) -> dict[str, Any]:
    posts = items = 0
    started = await admin.fetchval("SELECT pg_current_wal_lsn()::text")
    for number, business in enumerate(BUSINESSES):
        async with Api(stack.url) as api:
            result, run = await _play(stack, api, meter, number)
            posts += len(result.contents)
            items += len(result.items)
            await _until_published(admin, items)
            meter.enter("between")
            wal = await admin.fetchval("SELECT pg_current_wal_lsn() - $1::text::pg_lsn", started)
            if number:
                continue
            await _repeat(meter, "get", api, "/api/auth/me")
            await _repeat(meter, "list", api, "/api/content", month=result.contents[0]["month"], limit=100)
            meter.enter("sign_in")
            email = f"owner-{run}@{business.site}.example"
            for _ in range(_SIGN_INS):
                body = {"email": email, "password": f"{run} is a long enough password"}
                await api.call("POST", "/api/auth/login", body)
            meter.enter("between")
    accounts, events = len(BUSINESSES), await _events(admin)
    counts = {"onboarding": accounts, "generation": posts, "approval": posts, "scheduling": items, "delivery": items}
    counts |= {"get": _READS, "list": _READS, "sign_in": _SIGN_INS}
    return {
        "processor_ms": {phase: meter.each(phase, count) for phase, count in counts.items()},
        **_pictures(),
        "wal_bytes_a_post": round(wal / posts),
        "event_bytes": round(_stream_bytes(stack) / events),
        "events_a_post": round(events / posts, 1),
        "table_bytes": await table_bytes(admin),
        "rows_a_post": await _rows(admin, posts),
    }


def _stream_bytes(stack: Stack) -> int:
    """Return the bytes of all events in the stream, as they are on disk."""
    segments = (stack.directory / "rabbitmq").glob("data/*/stream/*/*.segment")
    return sum(segment.stat().st_size for segment in segments)


async def _schemas(admin: asyncpg.Connection, table: str) -> list[str]:
    statement = "SELECT schemaname FROM pg_tables WHERE tablename = $1 AND schemaname NOT LIKE 'pg_%'"
    return [row[0] for row in await admin.fetch(statement, table)]


async def _events(admin: asyncpg.Connection) -> int:
    schemas = await _schemas(admin, "inbox")
    union = " UNION ".join(f"SELECT event_id FROM {schema}.inbox" for schema in schemas)
    return int(await admin.fetchval(f"SELECT count(*) FROM ({union}) AS events"))


async def _rows(admin: asyncpg.Connection, posts: int) -> dict[str, float]:
    tables = await admin.fetch(
        "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema', "
        "'public', 'bench') AND tablename <> 'alembic_version'"
    )
    found = {}
    for schema, table in sorted(tuple(row) for row in tables):
        count = await admin.fetchval(f'SELECT count(*) FROM {schema}."{table}"')
        found[f"{schema}.{table}"] = round(count / posts, 3)
    return found


def main() -> None:
    costs = asyncio.run(measure())
    FILE.write_text(json.dumps(costs, indent=2) + "\n", encoding="utf-8")
    print(FILE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
