"""An upcoming post becomes a look ahead; everything else happens from there."""

from common.messaging import Consumer
from pulseworks_contracts import PostUpcoming, queues

from publisher.factory import Factory

consumer = Consumer[Factory](queues.PUBLISHER_UPCOMING)


@consumer.handles(PostUpcoming)
async def look_at_upcoming_post(factory: Factory, event: PostUpcoming) -> None:
    await factory.preflights().accept(event.account_id, event.data)
