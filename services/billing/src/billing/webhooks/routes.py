import json

import structlog
from common.http import PlainRouter, public, raises
from fastapi import Request

from billing.clients.stripe.errors import SignatureInvalidError
from billing.dependencies import ContextDep
from billing.webhooks.errors import EventUnreadableError, OtherModeError
from billing.webhooks.schemas import EventReceived, ReceivedEvent

log = structlog.get_logger(__name__)
router = PlainRouter(prefix="/api/webhooks", tags=["Webhooks"])


@router.post(
    "/stripe",
    summary="Receive an event from Stripe",
    dependencies=[public(), raises(SignatureInvalidError, EventUnreadableError, OtherModeError)],
)
async def receive_stripe_event(request: Request, context: ContextDep) -> EventReceived:
    """Receive a signed event from Stripe. It is stored, and processed after the response."""
    body = await request.body()
    context.webhook_secret.verify(body, request.headers.get("stripe-signature"))
    try:
        # json and not pydantic's parser, which rejects a lone surrogate; one may be in a text that a customer entered
        payload = json.loads(body)
        event = ReceivedEvent.model_validate(payload)
    except (ValueError, RecursionError):
        raise EventUnreadableError("Send one of Stripe's snapshot events.") from None
    async with context.transaction() as factory:
        # a refused event is kept too: an operator replays it when the key has been corrected
        stored, refusal = await factory.stripe_events().receive(event, payload)
    log.info(
        "stripe_event_received",
        stripe_event=event.id,
        type=event.type,
        duplicate=not stored,
        refused=refusal and refusal.code,
    )
    if refusal is not None:
        raise refusal
    return EventReceived(received=True)
