"""What the first post would otherwise wait for: connections, compiled statements and filled caches.

The example of each busy event goes through the code that handles real ones, in transactions that are rolled back.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from pulseworks_contracts import EVENT_TYPES, Event, Queue
from pulseworks_contracts.specs import example
from sqlalchemy.ext.asyncio import AsyncSession

from common.database import Database
from common.due import DueRow
from common.errors import AppError
from common.ids import new_id
from common.messaging.processor import Processor
from common.messaging.relay import OnRows
from common.messaging.router import BatchHandler

__all__ = ["rehearse_batch", "rehearse_sent"]


class _RolledBackError(Exception):
    """Ends a rehearsal, so that its transaction is rolled back."""


async def rehearse_batch(processor: Processor[Any], queue: Queue, handler: BatchHandler) -> None:
    """Handle the example of the queue's event type like a batch that has arrived."""

    async def handle(events: Sequence[Event], factory: object) -> None:
        await handler(events, factory)
        raise _RolledBackError

    (event_type,) = queue.events
    # the example's ids are constants, which a person may have used on this system to try it
    with suppress(_RolledBackError, AppError):
        await processor.handle_batch(queue, [event_type.model_validate_json(example(event_type))], handle)


async def rehearse_sent(database: Database, on_sent: OnRows) -> None:
    """Settle a row of each event type of the service that does not exist, as if the relay had sent it."""
    now = datetime.now(UTC)
    source = f"{database.service}."
    rows = [
        DueRow(new_id(), new_id(), now, now, 1, new_id(), redelivered=False, values={"type": name, "expires_at": now})
        for name in EVENT_TYPES
        if name.startswith(source)
    ]
    async with _rolled_back(database) as session:
        await on_sent(session, rows)


@asynccontextmanager
async def _rolled_back(database: Database) -> AsyncIterator[AsyncSession]:
    with suppress(_RolledBackError):
        async with database.cross_account.transaction() as session:
            yield session
            raise _RolledBackError
