from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from common import due
from common.auth import Principal
from common.clock import Clock
from common.http import PageParams
from common.ids import new_id
from pulseworks_contracts import PostDueData
from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from publisher.deliveries.classification import Accepted
from publisher.deliveries.errors import (
    DeliveryBusyError,
    DeliveryNotFoundError,
    DeliveryNotUnknownError,
    DueAgainError,
    ForeignItemError,
)
from publisher.deliveries.outcomes import Outcomes
from publisher.deliveries.repository import DeliveryRepository
from publisher.deliveries.schemas import Live, SendAgain
from publisher.deliveries.states import TAKES_DUE, UNCERTAIN, Cause, Status
from publisher.models import DELIVERIES, Delivery, DeliveryAttempt
from publisher.read_models.frozen import frozen_columns


class DeliveryService:
    def __init__(self, session: AsyncSession, deliveries: DeliveryRepository, clock: Clock) -> None:
        self._session = session
        self._deliveries = deliveries
        self._clock = clock

    async def accept_due(self, account_id: UUID, frozen: PostDueData, traceparent: str | None = None) -> None:
        """Make the delivery of a schedule item; there is one per item, however often it is said to be due."""
        statement = (
            insert(Delivery.__table__)  # type: ignore[arg-type]  # SQLAlchemy types __table__ as FromClause
            .values(due_at=func.now(), **self._new(account_id, frozen, traceparent))
            .on_conflict_do_nothing(index_elements=["schedule_item_id"])
            .returning(Delivery.id)
        )
        if (await self._session.execute(statement)).first() is None:
            await self._accept_again(frozen, traceparent)
        await due.wake(self._session, DELIVERIES)

    async def accept_due_batch(self, posts: Sequence[tuple[UUID, PostDueData, str | None]]) -> None:
        """Make the deliveries of many items, of any accounts, under the loop role.

        Raises DueAgainError when one of the items has a delivery: then each must be taken by itself.
        """
        inserted = await self._deliveries.insert_due([self._new(*post) for post in posts])
        if inserted < len(posts):
            raise DueAgainError
        await due.wake(self._session, DELIVERIES)

    def _new(self, account_id: UUID, frozen: PostDueData, traceparent: str | None) -> dict[str, Any]:
        return {
            "id": new_id(),
            "account_id": account_id,
            "schedule_item_id": frozen.item_id,
            "status": Status.PENDING,
            "due_since": self._clock.now(),
            "expires_at": frozen.expires_at,
            "traceparent": traceparent,
            **frozen_columns(frozen),
        }

    async def _accept_again(self, frozen: PostDueData, traceparent: str | None) -> None:
        """Take a parked or mended item that comes due anew with a higher revision."""
        delivery = await self._deliveries.lock_of_item(frozen.item_id)
        if delivery is None:
            # the id is known and not to this account: that must not pass silently
            raise ForeignItemError(f"The schedule item {frozen.item_id} has a delivery of another account.")
        if frozen.revision <= delivery.item_revision:
            return
        if delivery.status in UNCERTAIN:
            # What may be live stays as it is. But should it turn out not to be, then an older word that took the post
            # back must not end it silently: the checks compare it with this revision.
            delivery.item_revision = frozen.revision
        if delivery.status not in TAKES_DUE:
            return
        for name, value in frozen_columns(frozen).items():
            setattr(delivery, name, value)
        delivery.expires_at = frozen.expires_at
        delivery.traceparent = traceparent
        delivery.due_since = self._clock.now()
        delivery.not_sent = delivery.rejections = 0
        if delivery.status != Status.PENDING:
            outcomes = Outcomes(self._session, self._clock.now())
            await outcomes.postpone(delivery, Cause.DUE_AGAIN, timedelta(0))

    async def page(self, status: Status | None, page: PageParams) -> Sequence[Delivery]:
        after = page.after(UUID)
        return await self._deliveries.page(status=status, after=after[0] if after else None, limit=page.fetch)

    async def get(self, delivery_id: UUID) -> tuple[Delivery, list[DeliveryAttempt]]:
        delivery = await self._deliveries.get(delivery_id)
        if delivery is None:
            raise DeliveryNotFoundError(f"There is no delivery {delivery_id}.")
        return delivery, list(await self._deliveries.attempts_of(delivery_id))

    async def resolve(self, delivery_id: UUID, resolution: Live | SendAgain, principal: Principal) -> Delivery:
        """Take a person's word for an outcome that we could not find out."""
        delivery = await self._deliveries.lock(delivery_id)
        if delivery is None:
            raise DeliveryNotFoundError(f"There is no delivery {delivery_id}.")
        if delivery.status != Status.UNKNOWN:
            raise DeliveryNotUnknownError(
                f"This delivery is {delivery.status}. Only one whose outcome is unknown can be resolved by hand."
            )
        if delivery.lease_owner is not None:
            raise DeliveryBusyError("We are looking for it at this moment. Try again in a few seconds.")
        outcomes = Outcomes(self._session, self._clock.now())
        await outcomes.audit("DELIVERY_RESOLVED", delivery, user_id=principal.user_id, resolution=resolution.outcome)
        if isinstance(resolution, Live):
            ids = Accepted(delivery.provider_post_id, None, str(resolution.url))
            await outcomes.publish(delivery, ids, cause=Cause.PERSON_SAYS_LIVE, user_id=principal.user_id)
        else:
            # With the same key a post that did arrive is refused by Ayrshare. A key that it has refused already
            # would be refused for ever, and the person has looked.
            again = Cause.PERSON_GIVES_KEY_UP if delivery.key_used else Cause.PERSON_SENDS_AGAIN
            await outcomes.postpone(delivery, again, timedelta(0))
        await self._session.flush()
        await self._session.refresh(delivery)
        return delivery
