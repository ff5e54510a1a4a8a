from datetime import datetime, timedelta
from uuid import UUID

from common import due
from common.due import DueRow
from common.ids import new_id
from pulseworks_contracts import FrozenPost
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from publisher.models import PREFLIGHTS, Preflight
from publisher.read_models.rules import frozen_columns


class PreflightRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def put(self, account_id: UUID, post: FrozenPost, now: datetime) -> None:
        """Add a preflight that is due now. An item has one preflight; a newer revision replaces it."""
        columns = {**frozen_columns(post), "status": "waiting", "asked_at": now, "due_at": func.now()}
        fresh = {"lease_owner": None, "tries": 0, "checked_at": None}
        fresh |= {"error_code": None, "error_message": None, "error_remedy": None}
        await self.session.execute(
            insert(Preflight.__table__)  # type: ignore[arg-type]  # SQLAlchemy types __table__ as FromClause
            .values(id=new_id(), account_id=account_id, schedule_item_id=post.item_id, **columns)
            .on_conflict_do_update(
                index_elements=["account_id", "schedule_item_id"],
                set_={**columns, **fresh},
                where=Preflight.item_revision < post.revision,
            )
        )
        await due.wake(self.session, PREFLIGHTS)

    async def lock_leased(self, row: DueRow) -> Preflight | None:
        """Return the preflight, locked. None: the claim's lease is no longer the current one."""
        statement = select(Preflight).where(Preflight.id == row.id, Preflight.lease_owner == row.lease)
        return (await self.session.execute(statement.with_for_update())).scalar_one_or_none()

    async def release(self, preflight: Preflight, after: timedelta | None) -> None:
        """Give up the lease: the preflight is due again ``after`` this long, or (None) not at all."""
        preflight.lease_owner = None
        preflight.due_at = None
        if after is not None:
            now = (await self.session.execute(select(func.clock_timestamp()))).scalar_one()
            preflight.due_at = now + after
            await due.wake(self.session, PREFLIGHTS, preflight.due_at)
