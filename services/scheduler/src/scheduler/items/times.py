"""What time it is for decisions about posts, and which times may be named."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.items.errors import TimeInPastError, TimeTooFarError

_FARTHEST = timedelta(days=400)

Now = Callable[[AsyncSession], Awaitable[datetime]]


async def database_now(session: AsyncSession) -> datetime:
    """Return PostgreSQL's time, which timers go by: a process whose own clock is wrong then does no harm."""
    now: datetime = (await session.execute(text("SELECT statement_timestamp()"))).scalar_one()
    return now


def check_future(at: datetime, now: datetime, field: str) -> None:
    """Raise TimeInPastError or TimeTooFarError (422), naming ``field``, unless ``at`` can be scheduled."""
    if at <= now:
        raise TimeInPastError(f"{at.isoformat()} is not after {now.isoformat(timespec='seconds')}.", field=field)
    if at > now + _FARTHEST:
        raise TimeTooFarError(f"{at.isoformat()} is more than {_FARTHEST.days} days away.", field=field)
