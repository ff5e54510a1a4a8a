"""Due rows, deliveries and what needs a person, read with the privileged login past row-level security."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from sandbox.status.snapshot import Concern, DueDepth, Post

ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)
POSTS = 12
CONCERNS = 20
_SECONDS = 3.0
_MOST = 10_000

MEANINGS: Mapping[str, str] = {
    "billing.outbox": "Events to be sent",
    "billing.stripe_event": "Stripe's events to be processed",
    "content.brand_profile": "Websites to be read",
    "content.generation": "Months of posts to be written",
    "content.outbox": "Events to be sent",
    "content.post_pictures": "Pictures that nothing uses, to be removed",
    "content.usage_entry": "Work whose cost is to be settled",
    "identity.failed_sign_in": "Failed sign-ins to be forgotten",
    "identity.outbox": "Events to be sent",
    "publisher.ayrshare_event": "Ayrshare's webhooks to be processed",
    "publisher.delivery": "Posts to be sent to Ayrshare, or searched for there",
    "publisher.outbox": "Events to be sent",
    "publisher.preflight": "Upcoming posts to be checked",
    "publisher.profile_check": "Profiles to be checked for whether they are used",
    "publisher.unmatched_event": "Webhooks whose account is not known yet",
    "scheduler.outbox": "Events to be sent; later ones are the timers of the posts",
    "scheduler.schedule_item": "Posts whose outcome is awaited",
}

_TABLES = """
    SELECT n.nspname AS schema, c.relname AS name FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND 3 = (
        SELECT count(*) FROM pg_attribute AS a
        WHERE a.attrelid = c.oid AND a.attname IN ('due_at', 'lease_owner', 'attempts') AND NOT a.attisdropped
    ) ORDER BY 1, 2
"""
# each count is bounded, as that of the workers is: the page must not burden a full table
_DEPTH = """
    SELECT
        (SELECT count(*) FROM (SELECT FROM {table} WHERE due_at <= now() LIMIT {most}) AS due) AS due,
        coalesce(extract(epoch FROM now() - (SELECT min(due_at) FROM {table} WHERE due_at <= now())), 0)::float
            AS oldest,
        (SELECT count(*) FROM (
            SELECT FROM {table} WHERE due_at > now() AND lease_owner IS NOT NULL LIMIT {most}) AS held) AS running,
        (SELECT count(*) FROM (
            SELECT FROM {table} WHERE due_at > now() AND lease_owner IS NULL LIMIT {most}) AS waiting) AS later,
        (SELECT min(due_at) FROM {table} WHERE due_at > now() AND lease_owner IS NULL) AS next_at
"""
_DELIVERIES = """
    SELECT d.id, d.platform, d.platform_account_id, d.payload, d.scheduled_for, d.published_at, d.post_url, d.status,
        d.error_message, a.name AS business, c.display_name AS account
    FROM publisher.delivery AS d
    LEFT JOIN publisher.account AS a ON a.account_id = d.account_id
    LEFT JOIN publisher.social_connection AS c ON c.account_id = d.account_id AND c.platform = d.platform
        AND c.platform_account_id = d.platform_account_id
    ORDER BY d.id DESC LIMIT $1
"""
_ITEMS = """
    SELECT i.status, i.platform, i.title, i.scheduled_for, i.error_message, i.error_remedy, a.name AS business
    FROM scheduler.schedule_item AS i LEFT JOIN identity.account AS a ON a.id = i.account_id
    WHERE i.status IN ('UNKNOWN', 'MISSED', 'FAILED') ORDER BY i.scheduled_for DESC LIMIT $1
"""
_STRIPE = """
    SELECT type, event_id, error, received_at FROM billing.stripe_event
    WHERE set_aside_at IS NOT NULL AND processed_at IS NULL ORDER BY received_at DESC LIMIT $1
"""
_CURES: Mapping[str, str] = {
    "UNKNOWN": "Look at the account on the network, then resolve it: the post is live, or send it again "
    "(POST /api/social/deliveries/{id}/resolve)",
    "MISSED": "Schedule it again if it still matters",
    "reconnect": "Connect the social account again, then schedule it again",
    "edit": "Edit the post, approve it and schedule it again",
    "subscribe": "Subscribe to posting, then schedule it again",
    "retry": "Schedule it again",
    "contact_support": "Look at the log of publisher",
}


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    async with asyncio.timeout(_SECONDS):
        connection = await asyncpg.connect(
            url, timeout=_SECONDS, server_settings={"application_name": "pulseworks-status"}
        )
        try:
            yield connection
        finally:
            connection.terminate()


async def read_due(url: str) -> list[DueDepth]:
    """Return the backlog of every due table. Raises one of `ERRORS`."""
    async with _connected(url) as connection:
        depths = []
        for row in await connection.fetch(_TABLES):
            table = f"{row['schema']}.{row['name']}"
            depth = await connection.fetchrow(_DEPTH.format(table=table, most=_MOST))
            depths.append(
                DueDepth(
                    table,
                    MEANINGS.get(table, ""),
                    depth["due"],
                    depth["oldest"],
                    depth["running"],
                    depth["later"],
                    depth["next_at"],
                )
            )
        return depths


async def read_posts(url: str, live: Sequence[Mapping[str, Any]] | None) -> list[Post]:
    """Return the last deliveries. `live` are the posts at the stand-in of Ayrshare. Raises one of `ERRORS`."""
    async with _connected(url) as connection:
        return [_post(row, live) for row in await connection.fetch(_DELIVERIES, POSTS)]


def _post(row: Mapping[str, Any], live: Sequence[Mapping[str, Any]] | None) -> Post:
    payload = json.loads(row["payload"])
    own = [post for post in live or () if str(post["notes"]).startswith(str(row["id"]))]
    return Post(
        business=row["business"] or "unknown",
        platform=row["platform"].title(),
        account=row["account"] or row["platform_account_id"],
        text=payload["text"],
        picture=next((media["url"] for media in payload["media"]), None),
        due_at=row["scheduled_for"],
        posted_at=row["published_at"],
        url=row["post_url"],
        status=row["status"],
        reason=row["error_message"],
        arrivals=None if live is None else len(own),
        misplaced=any(post["platform_account_id"] != row["platform_account_id"] for post in own),
    )


async def read_concerns(url: str) -> list[Concern]:
    """Return what only a person can settle. Raises one of `ERRORS`."""
    async with _connected(url) as connection:
        items = [_item(row) for row in await connection.fetch(_ITEMS, CONCERNS)]
        return items + [_stripe_event(row) for row in await connection.fetch(_STRIPE, CONCERNS)]


def _item(row: Mapping[str, Any]) -> Concern:
    status = row["status"]
    return Concern(
        what={"UNKNOWN": "Outcome unknown", "MISSED": "Missed", "FAILED": "Failed"}[status],
        where=f"{row['business'] or 'unknown'}, {row['platform'].title()}",
        text=f"{row['title']}: {row['error_message'] or 'no reason was given'}",
        at=row["scheduled_for"],
        cure=_CURES.get(status) or _CURES.get(row["error_remedy"] or "", "Look at the log of publisher"),
    )


def _stripe_event(row: Mapping[str, Any]) -> Concern:
    return Concern(
        what="Stripe event set aside",
        where="billing",
        text=f"{row['type']} ({row['event_id']}): {row['error'] or 'no reason was given'}",
        at=row["received_at"],
        cure="python -m billing stripe-events",
    )
