"""``make bench-lists``: pages of lists at the gateway, with 1,000,000 posts and 100,000 of them in one account."""

import asyncio
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode, urlsplit

import asyncpg
import typer
from dispatch.report import machine
from dispatch.statistics import percentile
from gateway_overhead.load import Request, load
from sandbox.demo.businesses import BUSINESSES
from sandbox.demo.client import Api
from sandbox.demo.story import Pace, Story
from sandbox.stack.stack import Stack

P95_MS = 50
ACCOUNTS = 5_000
TABLES = ("content.content_item", "content.platform_post", "scheduler.schedule_item", "publisher.delivery")
_MONTH = "to_char(date '2027-01-01' + make_interval(months => (n / 100)::int), 'YYYY-MM')"
# The real rows of the business are copied: their ids by number, so that the copies of a post and of its posts on
# platforms belong together.
_VALUES = {
    "id": "copied_id(id, n)",
    "content_id": "copied_id(content_id, n)",
    "schedule_item_id": "copied_id(schedule_item_id, n)",
    "item_id": "copied_id(item_id, n)",
    "account_id": "account",
    "month": _MONTH,
    "scheduled_for": "scheduled_for + n * interval '1 hour'",
    "due_event_id": "NULL",
    "upcoming_event_id": "NULL",
    "due_at": "NULL",
}
_FUNCTION = """
    CREATE FUNCTION copied_id(id uuid, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
    AS $$ SELECT overlay(md5(id::text || n) PLACING substr(id::text, 1, 8) FROM 1)::uuid $$;
    SET session_replication_role = replica
"""


_COLUMNS = """
    SELECT attname FROM pg_attribute WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped
"""


async def fill(admin: asyncpg.Connection, account_id: str, posts: int, in_one: int) -> None:
    """Copy the posts of the account until it has ``in_one``, then into new accounts until there are ``posts``.

    Beside its own, the account's schedule items and deliveries have as many of other accounts.
    """
    await admin.execute(_FUNCTION)
    count = "SELECT count(*) FROM content.content_item WHERE account_id = $1::text::uuid"
    originals = await admin.fetchval(count, account_id)
    for table in TABLES:
        schema = table.partition(".")[0]
        copies = (posts if schema == "content" else in_one) // originals
        columns = [row[0] for row in await admin.fetch(_COLUMNS, table)]
        values = ", ".join(_VALUES.get(column, f'"{column}"') for column in columns)
        names = ", ".join(f'"{column}"' for column in columns)
        published = "AND status = 'PUBLISHED'" if schema == "scheduler" else ""
        own = in_one // originals if schema == "content" else copies // 2
        await admin.execute(
            f"INSERT INTO {table} ({names}) SELECT {values} FROM (SELECT original.*, n, "
            f"CASE WHEN n <= {own} THEN account_id ELSE md5((n % {ACCOUNTS})::text)::uuid END AS account "
            f"FROM {table} AS original, generate_series(1, {copies}) AS n "
            f"WHERE account_id = '{account_id}' {published}) AS copied"
        )
    await admin.execute("VACUUM ANALYZE")


def requests() -> Iterator[tuple[str, str, dict[str, str]]]:
    yield "all", "/api/content", {}
    yield "a month", "/api/content", {"month": "2027-06"}
    yield "drafts (none)", "/api/content", {"status": "DRAFT"}
    yield "published", "/api/content", {"status": "PUBLISHED"}
    yield "all", "/api/schedule", {}
    yield "a month", "/api/schedule", {"month": "2027-06"}
    yield "failed (none)", "/api/schedule", {"status": "FAILED"}
    yield "all", "/api/social/deliveries", {}
    yield "unknown (none)", "/api/social/deliveries", {"status": "unknown"}


async def _deep(api: Api, path: str, parameters: dict[str, str], pages: int) -> str | None:
    cursor: str | None = None
    for _ in range(pages):
        page = await api.call("GET", path, **parameters, limit=100, **({"cursor": cursor} if cursor else {}))
        if page["next_cursor"] is None:
            return cursor
        cursor = page["next_cursor"]
    return cursor


async def measure(rows: int, in_one: int, seconds: float, pages: int) -> list[str]:
    lines = ["| list | filter | page | p50 ms | p95 ms |", "|---|---|---|---:|---:|"]
    slow = []
    with tempfile.TemporaryDirectory(prefix="pulseworks-bench-") as folder:
        async with Stack(Path(folder), durable=False) as stack, Api(stack.url) as api:
            story = Story(
                api, BUSINESSES[0], website=stack.wiring.url("website"), report=lambda *_: None, pace=Pace(posts=100)
            )
            await story.play(secrets.token_hex(6))
            account_id = (await api.call("GET", "/api/account"))["id"]
            admin = await asyncpg.connect(stack.wiring.admin_database_url)
            await fill(admin, account_id, rows, in_one)
            await admin.close()
            port = urlsplit(stack.url).port
            assert port is not None
            for name, path, parameters in requests():
                deep = await _deep(api, path, parameters, pages)
                for page, cursor in {"first": None, "deep": deep}.items():
                    if page == "deep" and cursor is None:
                        continue
                    query = urlencode({**parameters, "limit": "50", **({"cursor": cursor} if cursor else {})})
                    request = Request(path, "gateway", "GET", f"{path}?{query}", api.access_token)
                    done = await load(request, port, 1, seconds)
                    p50, p95 = percentile(done.latencies, 0.5), percentile(done.latencies, 0.95)
                    lines.append(f"| {path} | {name} | {page} | {p50:.1f} | {p95:.1f} |")
                    if done.refused or p95 > P95_MS:
                        slow.append(lines[-1])
    if slow:
        raise SystemExit("\n".join([*lines, "", f"above {P95_MS} ms or refused:", *slow]))
    return lines


def main(
    *,
    rows: Annotated[int, typer.Option(help="Posts of all accounts.")] = 1_000_000,
    in_one: Annotated[int, typer.Option(help="Posts of one account.")] = 100_000,
    seconds: Annotated[float, typer.Option(help="How long each page is requested, over one connection.")] = 2.0,
    pages: Annotated[int, typer.Option(help="Pages of 100 before the deep page.")] = 200,
) -> None:
    """Print the times of the pages; fail if the p95 of one is above 50 ms."""
    print("\n".join([machine().strip(), "", *asyncio.run(measure(rows, in_one, seconds, pages))]))


if __name__ == "__main__":
    typer.run(main)
