from uuid import UUID

from publisher.models import Delivery
from publisher.placement.rules import MisplacedPost
from publisher.protocol.states import Cause
from publisher.provider.service import ProfileStatusService
from publisher.transitions.service import DeliveryTransitions


class PlacementService:
    def __init__(self, transitions: DeliveryTransitions, profile_status: ProfileStatusService) -> None:
        self._transitions = transitions
        self._profile_status = profile_status

    async def record_misplaced(self, delivery: Delivery, misplaced: MisplacedPost) -> None:
        """Fail the delivery and record what is linked now, which also stops the other posts scheduled there."""
        await self._audit("POST_WENT_ELSEWHERE", delivery, misplaced)
        await self._transitions.fail(delivery, Cause.MISPLACED, misplaced.reason)
        await self._profile_status.record(delivery.provider_profile_id, misplaced.status)

    async def record_removal(self, delivery_id: UUID, misplaced: MisplacedPost, *, removed: bool) -> None:
        delivery = await self._transitions.get(delivery_id)
        if delivery is not None:
            await self._audit("STRAY_POST_REMOVED" if removed else "STRAY_POST_STAYS", delivery, misplaced)

    async def _audit(self, event_type: str, delivery: Delivery, misplaced: MisplacedPost) -> None:
        ids = misplaced.ids
        await self._transitions.audit(
            event_type,
            delivery,
            appeared_on=misplaced.account_id,
            provider_post_id=ids.provider_post_id,
            platform_post_id=ids.platform_post_id,
            post_url=ids.post_url,
        )
