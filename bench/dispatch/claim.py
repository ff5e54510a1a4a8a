"""Measures a claim with 1,000 and with 1,000,000 rows waiting for their time.

Two outboxes of the same structure in one PostgreSQL: the billing service's has few rows, the scheduler's many. Each
sample inserts due rows, claims them like the due loop, and removes them. The two alternate.
"""

import asyncio
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from statistics import median

import asyncpg
from common.database import Database
from common.due.claim_connection import ClaimConnection
from common.ids import new_id
from common.messaging import outbox
from testing.servers import DatabaseServer

from dispatch.statistics import percentile
from dispatch.systems.base import Place

_BATCHES = (0, 1, 100)
_LEASE = timedelta(seconds=30)
_BODY = b"{" + b" " * 1200 + b"}"


def measure(place: Place, rounds: int, few: int = 1_000, many: int = 1_000_000, samples: int = 200) -> str:
    """Return the medians as a Markdown table."""
    return asyncio.run(_measure(place, {"billing": few, "scheduler": many}, rounds, samples))


async def _measure(place: Place, waiting: Mapping[str, int], rounds: int, samples: int) -> str:
    server = DatabaseServer(place.postgres_url)
    admin = await asyncpg.connect(place.postgres_url)
    databases = {service: Database(server.migrate(service), service=service) for service in waiting}
    connections = {
        service: ClaimConnection(database.cross_account, outbox.table(service), lambda _: None)
        for service, database in databases.items()
    }
    try:
        for service, count in waiting.items():
            server.empty(service, large=True)
            await _wait_for_later(admin, service, count)
        medians: dict[tuple[str, int], list[float]] = {}
        for number in range(rounds):
            for batch in _BATCHES:
                times: dict[str, list[float]] = {service: [] for service in waiting}
                for _ in range(samples):
                    for service in waiting:
                        times[service].append(await _claim(admin, service, connections[service], batch))
                for service, each in times.items():
                    medians.setdefault((service, batch), []).append(median(each))
                text = ", ".join(
                    f"{waiting[service]:,} waiting: {median(each):.3f} ms (p99 {percentile(sorted(each), 0.99):.3f})"
                    for service, each in times.items()
                )
                print(f"{number + 1} claim of {batch} due rows: {text}", flush=True)
    finally:
        for service, connection in connections.items():
            await connection.close()
            await databases[service].close()
        await admin.close()
    few, many = waiting
    found = ["", "**claim**", ""]
    found += [f"| due rows | ms, {waiting[few]:,} waiting | ms, {waiting[many]:,} waiting | ratio |"]
    found += ["|---:|---:|---:|---:|"]
    for batch in _BATCHES:
        one, other = (median(medians[service, batch]) for service in (few, many))
        found.append(f"| {batch} | {one:.3f} | {other:.3f} | {other / one:.2f} |")
    return "\n".join(found)


async def _wait_for_later(admin: asyncpg.Connection, service: str, count: int) -> None:
    """Insert rows that are due from tomorrow on, spread over a year."""
    await admin.execute(
        f"""
        INSERT INTO {service}.outbox (id, account_id, type, body, due_at)
        SELECT gen_random_uuid(), gen_random_uuid(), 'scheduler.post_due.v1', $2::bytea,
               now() + interval '1 day' + random() * interval '365 days'
        FROM generate_series(1, $1::int)
        """,
        count,
        _BODY,
    )
    await admin.execute(f"VACUUM (ANALYZE) {service}.outbox")


async def _claim(admin: asyncpg.Connection, service: str, connection: ClaimConnection, batch: int) -> float:
    """Return how many milliseconds it takes to claim ``batch`` rows that have just become due."""
    at = datetime.now(UTC) - timedelta(milliseconds=1)
    rows = [(new_id(), new_id(), "scheduler.post_due.v1", _BODY, at) for _ in range(batch)]
    columns = ["id", "account_id", "type", "body", "due_at"]
    await admin.copy_records_to_table("outbox", schema_name=service, records=rows, columns=columns)
    began = time.perf_counter()
    claimed, _ = await connection.claim(100, _LEASE)
    took = (time.perf_counter() - began) * 1000
    if len(claimed) != batch:
        raise RuntimeError(f"{len(claimed)} of {batch} due rows were claimed")
    ids = [row.id for row in claimed]
    await admin.execute(f"DELETE FROM {service}.outbox WHERE id = ANY($1::uuid[])", ids)
    return took
