"""Deletes old inbox rows and idempotency keys, and what a service adds."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta

import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from common.clock import Clock, SystemClock
from common.database import Database
from common.http.idempotency import KEEP_KEYS, IdempotencyKeys

__all__ = ["KEEP_INBOX", "Purge", "Retention"]

log = structlog.get_logger(__name__)

KEEP_INBOX = timedelta(days=31)
"""Longer than the stream keeps events: one that is replayed from it must still be recognised."""
_EVERY = timedelta(hours=1)
# After a long pause there is much to delete; the limit for requests would end that each time.
_NO_TIMEOUT = text("SET LOCAL statement_timeout = 0")

Purge = Callable[[AsyncSession], Awaitable[None]]
"""Deletes old rows in a transaction of the cross-account role."""


class Retention:
    """Runs in each worker, once an hour. Several replicas may run it at the same time.

    Each of ``purges`` runs in a transaction of its own.
    """

    def __init__(self, database: Database, clock: Clock | None = None, purges: Sequence[Purge] = ()) -> None:
        self._database = database
        self._clock = clock or SystemClock()
        self._purges = [self._purge_infrastructure, *purges]
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._repeat(), name="retention")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def run_once(self) -> None:
        """Delete old rows of all accounts, under the cross-account role."""
        for purge in self._purges:
            async with self._database.cross_account.transaction() as session:
                await session.execute(_NO_TIMEOUT)
                await purge(session)

    async def _purge_infrastructure(self, session: AsyncSession) -> None:
        now = self._clock.now()
        service = self._database.service
        await IdempotencyKeys(service).purge(session, before=now - KEEP_KEYS)
        statement = text(f"DELETE FROM {service}.inbox WHERE received_at < :before")
        await session.execute(statement, {"before": now - KEEP_INBOX})

    async def _repeat(self) -> None:
        while True:
            try:
                await self.run_once()
            except (SQLAlchemyError, OSError) as error:
                log.warning("retention_failed", error=repr(error))
            await asyncio.sleep(_EVERY.total_seconds())
