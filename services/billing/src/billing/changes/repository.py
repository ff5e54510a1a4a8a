from typing import Any
from uuid import UUID

from common.database import Repository
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from billing.models import ChangeStatus, PlanChange


class PlanChangeRepository(Repository[PlanChange]):
    model = PlanChange

    async def insert(self, **values: Any) -> None:
        """Add a change unless one with this id exists."""
        statement = insert(PlanChange).values(status=ChangeStatus.PENDING, attempt=1, **values)
        await self.session.execute(statement.on_conflict_do_nothing())

    async def mark_done(self, change_id: UUID) -> None:
        await self.session.execute(
            update(PlanChange).where(PlanChange.id == change_id).values(status=ChangeStatus.DONE)
        )
