from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from common.auth import Principal
from common.clock import Clock
from common.http import PageParams
from common.ids import new_id
from pulseworks_contracts import PostDueData

from publisher.clients.ayrshare.classification import Accepted
from publisher.deliveries.errors import (
    DeliveryBusyError,
    DeliveryNotFoundError,
    DeliveryNotUnknownError,
    DueAgainError,
    ForeignItemError,
)
from publisher.deliveries.repository import DeliveryRepository
from publisher.deliveries.schemas import DeliveryLive, SendAgain
from publisher.models import Delivery, DeliveryAttempt
from publisher.protocol.states import TAKES_DUE, UNCERTAIN, Cause, Status
from publisher.read_models.rules import frozen_columns
from publisher.transitions.service import DeliveryTransitions


class DeliveryService:
    def __init__(self, deliveries: DeliveryRepository, transitions: DeliveryTransitions, clock: Clock) -> None:
        self._deliveries = deliveries
        self._transitions = transitions
        self._clock = clock

    async def accept_due(self, account_id: UUID, frozen: PostDueData, traceparent: str | None = None) -> None:
        """Add the delivery of a schedule item. An item has one delivery, however often it comes due."""
        if not await self._deliveries.insert_one_due(self._new(account_id, frozen, traceparent)):
            await self._accept_again(frozen, traceparent)
        await self._deliveries.wake_loop()

    async def accept_due_batch(self, posts: Sequence[tuple[UUID, PostDueData, str | None]]) -> None:
        """Add the deliveries of many items of any accounts, under the loop role.

        Raises DueAgainError if one of the items already has a delivery: then each must be accepted separately.
        """
        inserted = await self._deliveries.insert_due([self._new(*post) for post in posts])
        if inserted < len(posts):
            raise DueAgainError
        await self._deliveries.wake_loop()

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
        """Update the delivery of a parked or corrected item that comes due again with a higher revision."""
        delivery = await self._deliveries.lock_of_item(frozen.item_id)
        if delivery is None:
            # the item has a delivery, but not in this account: that must not go unnoticed
            raise ForeignItemError(f"The schedule item {frozen.item_id} has a delivery of another account.")
        if frozen.revision <= delivery.item_revision:
            return
        if delivery.status in UNCERTAIN:
            # What may be live stays as it is. If it turns out not to be live, an older withdrawal must not end it
            # silently: the checks compare the withdrawal with this revision.
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
            await self._transitions.postpone(delivery, Cause.DUE_AGAIN, timedelta(0))

    async def page(self, status: Status | None, page: PageParams) -> Sequence[Delivery]:
        after = page.after(UUID)
        return await self._deliveries.page(status=status, after=after[0] if after else None, limit=page.fetch)

    async def get(self, delivery_id: UUID) -> tuple[Delivery, list[DeliveryAttempt]]:
        delivery = await self._deliveries.get(delivery_id)
        if delivery is None:
            raise DeliveryNotFoundError(f"There is no delivery {delivery_id}.")
        return delivery, list(await self._deliveries.attempts_of(delivery_id))

    async def wake_uncertain(self, provider_profile_id: str) -> int:
        """Search now for the posts of this provider profile that may be live; return how many."""
        return await self._deliveries.wake_uncertain(provider_profile_id)

    async def resolve(self, delivery_id: UUID, resolution: DeliveryLive | SendAgain, principal: Principal) -> Delivery:
        """Apply a person's decision about an outcome that we could not find out."""
        delivery = await self._deliveries.lock(delivery_id)
        if delivery is None:
            raise DeliveryNotFoundError(f"There is no delivery {delivery_id}.")
        if delivery.status != Status.UNKNOWN:
            raise DeliveryNotUnknownError(
                f"This delivery is {delivery.status}. Only a delivery with an unknown outcome can be resolved by hand."
            )
        if delivery.lease_owner is not None:
            raise DeliveryBusyError("We are searching for this post right now. Try again in a few seconds.")
        transitions = self._transitions
        await transitions.audit("DELIVERY_RESOLVED", delivery, user_id=principal.user_id, resolution=resolution.outcome)
        if isinstance(resolution, DeliveryLive):
            ids = Accepted(delivery.provider_post_id, None, str(resolution.url))
            await transitions.publish(delivery, ids, cause=Cause.PERSON_MARKS_LIVE, user_id=principal.user_id)
        else:
            # If the post did arrive, Ayrshare refuses the same key. A key that it has refused already would be refused
            # again every time, and the person has checked that the post is not live.
            again = Cause.PERSON_REPLACES_KEY if delivery.key_used else Cause.PERSON_SENDS_AGAIN
            await transitions.postpone(delivery, again, timedelta(0))
        return await self._deliveries.refreshed(delivery)
