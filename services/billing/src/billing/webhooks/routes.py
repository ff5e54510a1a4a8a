import json

import structlog
from common.http import PlainRouter, public
from fastapi import Request

from billing.dependencies import ContextDep
from billing.webhooks.errors import EventUnreadableError
from billing.webhooks.schemas import EventReceived, ReceivedEvent

log = structlog.get_logger(__name__)
router = PlainRouter(prefix="/api/webhooks", tags=["Webhooks"])


@router.post("/stripe", dependencies=[public()])
async def receive_stripe_event(request: Request, context: ContextDep) -> EventReceived:
    """Where Stripe sends its events, signed. They are kept, answered, and processed afterwards."""
    body = await request.body()
    context.webhook_secret.verify(body, request.headers.get("stripe-signature"))
    try:
        # not pydantic's own parser: it refuses half a surrogate pair, which a customer may have typed somewhere
        payload = json.loads(body)
        event = ReceivedEvent.model_validate(payload)
    except (ValueError, RecursionError):
        raise EventUnreadableError("Send one of Stripe's snapshot events.") from None
    async with context.transaction() as factory:
        stored = await factory.stripe_events().store(event, payload)
    log.info("stripe_event_received", stripe_event=event.id, type=event.type, duplicate=not stored)
    return EventReceived(received=True)
