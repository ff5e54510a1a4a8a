from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from common import due
from common.messaging import outbox
from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.lifecycle.events import POST_DUE
from scheduler.models import OPEN_STATUSES, SERVICE, AccountPause, OperatorPause, ScheduleItem


class AccountPauseRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, pause: AccountPause) -> None:
        self._session.add(pause)

    async def remove(self, pause: AccountPause) -> None:
        await self._session.delete(pause)
        await self._session.flush()


class OperatorPauseRepository:
    """The operator's commands: across accounts, as the loop role."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def set(self, reason: str) -> None:
        statement = insert(OperatorPause).values(id=1, paused_at=func.statement_timestamp(), reason=reason)
        await self._session.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"reason": reason}))

    async def clear(self) -> None:
        await self._session.execute(delete(OperatorPause))

    async def stop_timers(self, ahead: timedelta) -> None:
        """Stop the timers that are due within ``ahead``, because parking their items one by one takes time."""
        await self._session.execute(
            text(f"""
                UPDATE {SERVICE}.outbox SET due_at = NULL
                WHERE type = :type AND attempts = 0 AND due_at < statement_timestamp() + :ahead
            """),
            {"type": POST_DUE, "ahead": ahead},
        )

    async def start_timers(self) -> None:
        """Restart the stopped timers of items that were not parked."""
        await self._session.execute(
            text(f"""
                UPDATE {SERVICE}.outbox AS o SET due_at = i.scheduled_for
                FROM {SERVICE}.schedule_item AS i
                WHERE i.due_event_id = o.id AND i.status = 'QUEUED' AND o.due_at IS NULL AND o.attempts = 0
            """)
        )
        await due.wake(self._session, outbox.table(SERVICE))

    async def accounts_with_open_items(self) -> Sequence[UUID]:
        """Return the accounts, ordered by their next post."""
        statement = select(ScheduleItem.account_id).where(ScheduleItem.status.in_(OPEN_STATUSES))
        statement = statement.group_by(ScheduleItem.account_id).order_by(func.min(ScheduleItem.scheduled_for))
        return (await self._session.execute(statement)).scalars().all()
