"""What all replicas share through PostgreSQL: locks on schedules, and one clock."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from common.database import account_of
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.models import SERVICE

_ALL_ACCOUNTS = f"{SERVICE}/everything"

Now = Callable[[AsyncSession], Awaitable[datetime]]


async def lock_account(session: AsyncSession) -> None:
    """Serialize the changes of one account's schedule until this transaction ends.

    Whether a post may go out depends on four read models, which four queues fill. A request that read them while an
    event changed them could schedule a post that nothing parks afterwards.
    """
    statement = text(
        "SELECT pg_advisory_xact_lock_shared(hashtextextended(:everything, 0)), "
        "pg_advisory_xact_lock(hashtextextended(:account, 0))"
    )
    names = {"everything": _ALL_ACCOUNTS, "account": f"{SERVICE}/{account_of(session)}"}
    await session.execute(statement, names)


async def lock_all_accounts(session: AsyncSession) -> None:
    """Wait for running changes of all schedules, and block new ones until this transaction ends.

    A change therefore either commits before the operator's pause or reads it.
    """
    statement = text("SELECT pg_advisory_xact_lock(hashtextextended(:everything, 0))")
    await session.execute(statement, {"everything": _ALL_ACCOUNTS})


async def database_now(session: AsyncSession) -> datetime:
    """Return PostgreSQL's time. Timers use it too, so a process with a wrong clock does no harm."""
    now: datetime = (await session.execute(text("SELECT statement_timestamp()"))).scalar_one()
    return now
