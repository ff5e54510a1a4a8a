from datetime import datetime, timedelta
from uuid import UUID

from common import due
from common.due import DueRow
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from publisher.models import DELIVERIES, ApprovedContent, Delivery, DeliveryAttempt


class LeasedDeliveryRepository:
    """A delivery in the hands of the run that claimed it, and the calls made for it."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def lock(self, row: DueRow) -> Delivery | None:
        """Return the delivery, locked. None: the claim's lease is no longer the current one."""
        statement = select(Delivery).where(Delivery.id == row.id, Delivery.lease_owner == row.lease).with_for_update()
        return (await self.session.execute(statement)).scalar_one_or_none()

    async def get(self, delivery_id: UUID) -> Delivery | None:
        return await self.session.get(Delivery, delivery_id)

    async def release(self, delivery: Delivery, after: timedelta | None) -> None:
        """Give up the lease: the delivery is due again ``after`` this long, or (None) not at all."""
        delivery.lease_owner = None
        if after is None:
            delivery.due_at = None
            return
        now = (await self.session.execute(select(func.clock_timestamp()))).scalar_one()
        delivery.due_at = now + after
        await due.wake(self.session, DELIVERIES, delivery.due_at)

    async def start_attempt(self, delivery: Delivery) -> None:
        """Add the row of the call that is about to be made with the delivery's current key."""
        earlier = select(func.count()).where(
            DeliveryAttempt.delivery_id == delivery.id, DeliveryAttempt.number == delivery.attempt
        )
        attempt = DeliveryAttempt(
            account_id=delivery.account_id,
            delivery_id=delivery.id,
            number=delivery.attempt,
            call=(await self.session.execute(earlier)).scalar_one() + 1,
            idempotency_key=delivery.idempotency_key,
            started_at=delivery.sent_at,
        )
        self.session.add(attempt)

    async def last_attempt(self, delivery: Delivery) -> DeliveryAttempt | None:
        statement = (
            select(DeliveryAttempt)
            .where(DeliveryAttempt.delivery_id == delivery.id)
            .order_by(DeliveryAttempt.number.desc(), DeliveryAttempt.call.desc())
            .limit(1)
        )
        return (await self.session.execute(statement)).scalar_one_or_none()

    async def first_call_at(self, delivery: Delivery) -> datetime | None:
        """Return when the first call with the delivery's current key was made."""
        statement = select(func.min(DeliveryAttempt.started_at)).where(
            DeliveryAttempt.delivery_id == delivery.id, DeliveryAttempt.number == delivery.attempt
        )
        return (await self.session.execute(statement)).scalar_one()

    async def approver(self, delivery: Delivery) -> UUID | None:
        content = await self.session.get(ApprovedContent, (delivery.account_id, delivery.content_id))
        return None if content is None else content.approved_by
