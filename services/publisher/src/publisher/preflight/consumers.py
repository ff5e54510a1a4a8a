"""An upcoming post becomes a preflight, which the due loop makes."""

from common.messaging import EventRouter
from pulseworks_contracts import PostUpcoming, queues

from publisher.dependencies import EventFactory


async def start_preflight(event: PostUpcoming, factory: EventFactory) -> None:
    await factory.preflights().accept(event.account_id, event.data)


def create_router() -> EventRouter:
    router = EventRouter()
    router.subscribe(queues.PUBLISHER_UPCOMING, start_preflight)
    return router
