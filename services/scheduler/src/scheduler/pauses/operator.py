"""The operator's word over all accounts: hold every post back, and let them go again.

It lies in the database and is read by each change of a schedule, so all replicas act on it from the same moment on.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError

from scheduler.factory import Factory, ProcessContext
from scheduler.locks import lock_account, lock_everything
from scheduler.pauses.repository import OperatorPauseRepository
from scheduler.standing.service import Held

log = structlog.get_logger(__name__)

_AT_ONCE = 4
# Until then every account has been seen to, however many there are.
_STOP_TIMERS_AHEAD = timedelta(hours=1)


@dataclass
class Settled:
    """What became of the waiting items of all accounts."""

    held: Held
    accounts: int = 0
    failed: int = 0
    """Accounts that could not be seen to: the command must be run again."""


async def pause_all(context: ProcessContext, reason: str) -> Settled:
    """Hold back every post of every account, and those too that will be scheduled. May be repeated."""
    async with context.database.cross_account.transaction() as session:
        await lock_everything(session)
        pauses = OperatorPauseRepository(session)
        await pauses.set(reason)
        await pauses.stop_timers(_STOP_TIMERS_AHEAD)
    return await _settle(context)


async def resume_all(context: ProcessContext) -> Settled:
    """Bring back every post that nothing else holds and that is still in time. May be repeated."""
    async with context.database.cross_account.transaction() as session:
        await lock_everything(session)
        pauses = OperatorPauseRepository(session)
        await pauses.clear()
        await pauses.start_timers()
    return await _settle(context)


async def _settle(context: ProcessContext) -> Settled:
    async with context.database.cross_account.transaction() as session:
        accounts = await OperatorPauseRepository(session).accounts_with_waiting_items()
    settled = Settled(Held())
    slots = asyncio.Semaphore(_AT_ONCE)

    async def settle(account_id: UUID) -> None:
        async with slots:
            try:
                held = await _settle_account(context, account_id)
            except (SQLAlchemyError, OSError) as error:
                log.warning("account_not_settled", account_id=str(account_id), error=repr(error))
                settled.failed += 1
                return
        settled.accounts += 1
        settled.held += held

    await asyncio.gather(*(settle(account_id) for account_id in accounts))
    return settled


async def _settle_account(context: ProcessContext, account_id: UUID) -> Held:
    async with context.database.transaction(account_id) as session:
        await lock_account(session)
        return await Factory(context, session).standing().hold_or_release()
