from common.database import account_of
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.models import SERVICE


async def lock_account(session: AsyncSession) -> None:
    """Let the changes of one account's schedule happen one after the other, until this transaction ends.

    What an item may be depends on four read models that four queues fill. A request that looks at them while an event
    changes them would let a post through that nobody holds back afterwards.
    """
    statement = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
    await session.execute(statement, {"name": f"{SERVICE}/{account_of(session)}"})
