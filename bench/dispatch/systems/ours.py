"""PulseWorks: outbox row → relay → RabbitMQ → the publisher's consumer, with the real schemas and handlers."""

import asyncio
import json
import os
import sys
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
from common.ids import new_id
from cryptography.fernet import Fernet
from testing.servers import DatabaseServer

from dispatch.posts import Post, index_of
from dispatch.processes import Program
from dispatch.systems.base import Place, Round, System

NAMESPACE = "bench"
NOWHERE = "http://127.0.0.1:9"
SERVICES = ("scheduler", "publisher")


class Ours(System):
    name = "PulseWorks"
    note = "PostgreSQL 18 + RabbitMQ 3.10 quorum queue"
    publisher = "our_publisher"
    form = ""
    namespace = NAMESPACE
    password = "bench"
    """The roles of the services belong to the whole server: two versions of PulseWorks share them."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.python = sys.executable
        self.path = sys.path

    def prepare(self) -> None:
        self.server = DatabaseServer(self.place.postgres_url, self.password)
        for service in SERVICES:
            self.server.migrate(service)

    def start(self, round_: Round) -> list[Program]:
        for service in SERVICES:
            self.server.empty(service, large=True)
        environ = {
            **round_.environ,
            "AMQP_URL": self.place.amqp_url,
            "EVENTS_NAMESPACE": self.namespace,
            "FORM": self.form,
            "IDENTITY_JWKS_URL": NOWHERE,
            "AYRSHARE_BASE_URL": NOWHERE,
            "AYRSHARE_API_KEY": "unused",
            "AYRSHARE_WEBHOOK_SECRET": "unused",
            "PROFILE_KEY_SECRETS": Fernet.generate_key().decode(),
            "PYTHONPATH": os.pathsep.join(self.path),
            "PYTHONSAFEPATH": "1",  # not the folder that this bench runs in
        }
        return [
            Program(
                f"our {service}",
                [self.python, "-m", f"dispatch.programs.{program}"],
                {**environ, "DATABASE_URL": self.server.runtime_url(service)},
                round_.folder / f"our_{service}.log",
            )
            for service, program in (("scheduler", "our_scheduler"), ("publisher", self.publisher))
        ]

    def enqueue(self, posts: list[Post]) -> None:
        asyncio.run(_insert(self.server.url, posts))

    def further_marks(self, posts: list[Post]) -> dict[str, list[float]]:
        """Return the commit time of each delivery, as recorded by PostgreSQL."""
        return {"committed": asyncio.run(_committed(self.server.url, len(posts)))}


class CollectingMiddleware(Ours):
    """Another form of batching: a middleware collects, behind FastStream's parser and context."""

    name = "PulseWorks, a middleware collects"
    publisher = "our_publisher_forms"
    form = "middleware"


class AwaitingMiddleware(Ours):
    """A third form: the middleware waits for its batch, and FastStream acknowledges one by one."""

    name = "PulseWorks, each message waits for its batch"
    publisher = "our_publisher_forms"
    form = "awaiting"


async def _insert(url: str, posts: list[Post]) -> None:
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await connection.copy_records_to_table(
                "schedule_item", schema_name="scheduler", records=[_item(post) for post in posts], columns=_ITEM
            )
            await connection.copy_records_to_table(
                "outbox",
                schema_name="scheduler",
                records=[_timer(post) for post in posts],
                columns=["id", "account_id", "type", "body", "due_at", "expires_at"],
            )
            await connection.execute("SELECT pg_notify('due_scheduler_outbox', $1)", repr(posts[0].due))
        await connection.execute("ANALYZE scheduler.outbox, scheduler.schedule_item, publisher.delivery")
    finally:
        await connection.close()


_ITEM = [
    "id", "account_id", "content_id", "content_revision", "content_hash", "title", "platform", "payload",
    "provider_profile_id", "platform_account_id", "scheduled_for", "why", "status", "revision", "due_event_id",
    "created_by",
]  # fmt: skip


def _item(post: Post) -> tuple[Any, ...]:
    event, data = post.event, post.event.data
    payload = json.dumps(data.payload.model_dump(mode="json"))
    return (
        data.item_id, event.account_id, data.content_id, data.content_revision, data.content_hash, "Stretch first",
        data.payload.platform, payload, data.provider_profile_id, data.platform_account_id, data.scheduled_for, "{}",
        "QUEUED", data.revision, event.id, new_id(),
    )  # fmt: skip


def _timer(post: Post) -> tuple[Any, ...]:
    event = post.event
    at = datetime.fromtimestamp(post.due, UTC)
    return (event.id, event.account_id, event.type, event.to_json(), at, event.data.expires_at)


async def _committed(url: str, count: int) -> list[float]:
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(
            "SELECT schedule_item_id, extract(epoch FROM pg_xact_commit_timestamp(xmin))::float8 "
            "FROM publisher.delivery"
        )
    finally:
        await connection.close()
    found = [0.0] * count
    for item, at in rows:
        found[index_of(UUID(int=item.int))] = at
    return found
