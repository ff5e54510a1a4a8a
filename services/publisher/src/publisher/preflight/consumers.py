"""An upcoming post becomes a look ahead; everything else happens from there."""

from common.messaging import EventRouter
from pulseworks_contracts import PostUpcoming, queues

from publisher.dependencies import EventFactory


async def look_at_upcoming_post(event: PostUpcoming, factory: EventFactory) -> None:
    await factory.preflights().accept(event.account_id, event.data)


def create_router() -> EventRouter:
    router = EventRouter()
    router.subscribe(queues.PUBLISHER_UPCOMING, look_at_upcoming_post)
    return router
