"""The operator's pause of all accounts.

It is a row in the database that every change of a schedule reads, so all replicas follow it from the same moment.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError

from scheduler.coordination.repository import lock_account, lock_all_accounts
from scheduler.factory import Factory, ProcessContext
from scheduler.holds.rules import HoldResult
from scheduler.pauses.repository import OperatorPauseRepository

log = structlog.get_logger(__name__)

_CONCURRENT_ACCOUNTS = 4
# Long enough to visit every account, however many there are.
_STOP_TIMERS_AHEAD = timedelta(hours=1)


@dataclass
class AllAccountsResult:
    """The effect on the open items of all accounts."""

    holds: HoldResult = field(default_factory=HoldResult)
    accounts: int = 0
    failed: int = 0
    """Accounts that could not be updated: the command must be run again."""


async def pause_all(context: ProcessContext, reason: str) -> AllAccountsResult:
    """Hold back every post of every account, including new ones. May be repeated."""
    async with context.database.cross_account.transaction() as session:
        await lock_all_accounts(session)
        pauses = OperatorPauseRepository(session)
        await pauses.set(reason)
        await pauses.stop_timers(_STOP_TIMERS_AHEAD)
    return await _update_accounts(context)


async def resume_all(context: ProcessContext) -> AllAccountsResult:
    """Release every post that nothing else holds back and that is still in time. May be repeated."""
    async with context.database.cross_account.transaction() as session:
        await lock_all_accounts(session)
        pauses = OperatorPauseRepository(session)
        await pauses.clear()
        await pauses.start_timers()
    return await _update_accounts(context)


async def _update_accounts(context: ProcessContext) -> AllAccountsResult:
    async with context.database.cross_account.transaction() as session:
        accounts = await OperatorPauseRepository(session).accounts_with_open_items()
    result = AllAccountsResult()
    semaphore = asyncio.Semaphore(_CONCURRENT_ACCOUNTS)

    async def update(account_id: UUID) -> None:
        async with semaphore:
            try:
                holds = await _update_account(context, account_id)
            except (SQLAlchemyError, OSError) as error:
                log.warning("account_not_updated", account_id=str(account_id), error=repr(error))
                result.failed += 1
                return
        result.accounts += 1
        result.holds += holds

    await asyncio.gather(*(update(account_id) for account_id in accounts))
    return result


async def _update_account(context: ProcessContext, account_id: UUID) -> HoldResult:
    async with context.database.transaction(account_id) as session:
        await lock_account(session)
        return await Factory(context, session).holds().park_or_release()
