from common.database import account_of
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.models import SERVICE

_EVERYTHING = f"{SERVICE}/everything"


async def lock_account(session: AsyncSession) -> None:
    """Let the changes of one account's schedule happen one after the other, until this transaction ends.

    What an item may be depends on four read models that four queues fill. A request that looks at them while an event
    changes them would let a post through that nobody holds back afterwards.
    """
    statement = text(
        "SELECT pg_advisory_xact_lock_shared(hashtextextended(:everything, 0)), "
        "pg_advisory_xact_lock(hashtextextended(:account, 0))"
    )
    names = {"everything": _EVERYTHING, "account": f"{SERVICE}/{account_of(session)}"}
    await session.execute(statement, names)


async def lock_everything(session: AsyncSession) -> None:
    """Wait until no account's schedule is being changed, and let none be changed until this transaction ends.

    What the operator says in it holds from there on: a change is either done before, or reads the new word.
    """
    statement = text("SELECT pg_advisory_xact_lock(hashtextextended(:everything, 0))")
    await session.execute(statement, {"everything": _EVERYTHING})
