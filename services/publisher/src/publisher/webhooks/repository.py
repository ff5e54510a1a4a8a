from datetime import datetime
from uuid import UUID

from common import due
from common.ids import new_id
from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from publisher.models import AYRSHARE_EVENTS, UNMATCHED_EVENTS, AyrshareEvent, UnmatchedEvent


class AyrshareEventRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def account_of(self, ref_id: str) -> UUID | None:
        """Return the account of a profile at Ayrshare. Works before the transaction has an account."""
        statement = text("SELECT publisher.account_of_provider_profile(:ref_id)")
        found: UUID | None = (await self.session.execute(statement, {"ref_id": ref_id})).scalar_one()
        return found

    async def add(self, account_id: UUID, event_id: str, action: str, body: bytes, now: datetime) -> bool:
        """Store an event that is due now. False: it is already stored."""
        statement = (
            insert(AyrshareEvent.__table__)  # type: ignore[arg-type]  # SQLAlchemy types __table__ as FromClause
            .values(
                id=new_id(),
                account_id=account_id,
                event_id=event_id,
                action=action,
                body=body,
                received_at=now,
                due_at=func.now(),
            )
            .on_conflict_do_nothing(index_elements=["account_id", "event_id"])
            .returning(AyrshareEvent.id)
        )
        is_new = (await self.session.execute(statement)).first() is not None
        if is_new:
            await due.wake(self.session, AYRSHARE_EVENTS)
        return is_new

    async def keep_unmatched(self, ref_id: str, event_id: str, action: str, body: bytes, now: datetime) -> bool:
        """Keep an event of a profile that is not known, due now. False: it is already kept."""
        statement = insert(UnmatchedEvent).values(
            id=new_id(), ref_id=ref_id, event_id=event_id, action=action, body=body, received_at=now, due_at=func.now()
        )
        # naming the columns of the conflict would require the right to read them
        kept = await self.session.execute(statement.on_conflict_do_nothing())
        is_new = bool(getattr(kept, "rowcount", 0))
        if is_new:
            await due.wake(self.session, UNMATCHED_EVENTS)
        return is_new

    async def get(self, row_id: UUID) -> AyrshareEvent:
        return (await self.session.execute(select(AyrshareEvent).where(AyrshareEvent.id == row_id))).scalar_one()
