from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from common import due
from common.messaging import outbox
from pulseworks_contracts import PostDue
from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from scheduler.models import HELD, SERVICE, AccountPause, OperatorPause, ScheduleItem

_POST_DUE = PostDue.model_fields["type"].default


class PauseRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of_account(self) -> AccountPause | None:
        return (await self._session.execute(select(AccountPause))).scalar_one_or_none()

    def add(self, pause: AccountPause) -> None:
        self._session.add(pause)

    async def remove(self, pause: AccountPause) -> None:
        await self._session.delete(pause)
        await self._session.flush()


class OperatorPauseRepository:
    """What only the operator's command does, across accounts and under the role of the loops."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def set(self, reason: str) -> None:
        statement = insert(OperatorPause).values(id=1, paused_at=func.statement_timestamp(), reason=reason)
        await self._session.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"reason": reason}))

    async def clear(self) -> bool:
        result = await self._session.execute(delete(OperatorPause).returning(OperatorPause.id))
        return result.first() is not None

    async def stop_timers(self, ahead: timedelta) -> None:
        """Stop the timers that would run out within ``ahead``: parking the items one by one takes a while."""
        await self._session.execute(
            text(f"""
                UPDATE {SERVICE}.outbox SET due_at = NULL
                WHERE type = :type AND attempts = 0 AND due_at < statement_timestamp() + :ahead
            """),  # noqa: S608 - a name of ours
            {"type": _POST_DUE, "ahead": ahead},
        )

    async def start_timers(self) -> None:
        """Give stopped timers their times again, where the item was not parked meanwhile."""
        await self._session.execute(
            text(f"""
                UPDATE {SERVICE}.outbox AS o SET due_at = i.scheduled_for
                FROM {SERVICE}.schedule_item AS i
                WHERE i.due_event_id = o.id AND i.status = 'QUEUED' AND o.due_at IS NULL AND o.attempts = 0
            """)  # noqa: S608 - a name of ours
        )
        await due.wake(self._session, outbox.table(SERVICE))

    async def accounts_with_waiting_items(self) -> Sequence[UUID]:
        """Return them by their next post."""
        statement = select(ScheduleItem.account_id).where(ScheduleItem.status.in_(HELD))
        statement = statement.group_by(ScheduleItem.account_id).order_by(func.min(ScheduleItem.scheduled_for))
        return (await self._session.execute(statement)).scalars().all()
