from typing import Annotated

from common.http import Router, public, raises
from fastapi import Header, Request

from publisher.dependencies import ContextDep, FactoryDep
from publisher.webhooks.errors import WebhookMalformedError, WebhookNotSignedError
from publisher.webhooks.rules import is_signed

router = Router(prefix="/api/webhooks", tags=["Webhooks"])


@router.post(
    "/ayrshare",
    summary="Receive an event from Ayrshare",
    dependencies=[public(), raises(WebhookNotSignedError, WebhookMalformedError)],
    responses={200: {"content": {"application/json": {"example": {"status": "stored"}}}}},
)
async def receive_ayrshare_webhook(
    *,
    request: Request,
    context: ContextDep,
    factory: FactoryDep,
    signature: Annotated[
        str | None,
        Header(
            alias="X-Authorization-Content-SHA256", description="HMAC-SHA256 of the raw body, with the webhook secret."
        ),
    ] = None,
    rotation: Annotated[
        str | None,
        Header(
            alias="X-Authorization-Content-SHA256-V2", description="The same with the new secret, during a rotation."
        ),
    ] = None,
    delivery_id: Annotated[
        str | None,
        Header(alias="X-Ayrshare-Delivery-Id", description="Ayrshare's id of the event, the same at each attempt."),
    ] = None,
) -> dict[str, str]:
    """Receive a signed event from Ayrshare. It is stored, and processed after the response."""
    body = await request.body()
    if not is_signed(body, context.settings.ayrshare_webhook_secret, signature, rotation):
        raise WebhookNotSignedError("Sign the raw body with HMAC-SHA256 and the webhook secret.")
    await factory.webhooks().receive(body, delivery_id)
    return {"status": "stored"}
