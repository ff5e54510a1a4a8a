from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from publisher.models import Delivery
from publisher.protocol.states import Status


class PendingDeliveryRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def all(self) -> Sequence[tuple[UUID, UUID]]:
        """Return id and account of the pending deliveries of all accounts, under the cross-account role."""
        statement = select(Delivery.id, Delivery.account_id).where(
            Delivery.due_at.is_not(None), Delivery.status == Status.PENDING
        )
        return [(row.id, row.account_id) for row in (await self._session.execute(statement)).all()]

    async def lock(self, delivery_id: UUID) -> Delivery | None:
        statement = select(Delivery).where(Delivery.id == delivery_id, Delivery.status == Status.PENDING)
        return (await self._session.execute(statement.with_for_update())).scalar_one_or_none()
