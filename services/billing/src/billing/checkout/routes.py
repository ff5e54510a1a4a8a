from typing import Annotated

from common.auth import Permission, Principal
from common.http import PlainRouter, idempotency_key, requires
from fastapi import Request, Response

from billing.checkout.flow import CheckoutFlow
from billing.checkout.schemas import CheckoutRequest, CheckoutStarted
from billing.dependencies import IDEMPOTENT, ContextDep

router = PlainRouter(prefix="/api/billing", tags=["Billing"])


@router.post("/checkout", openapi_extra=IDEMPOTENT)
async def start_checkout(
    asked: CheckoutRequest,
    principal: Annotated[Principal, requires(Permission.BILLING_WRITE)],
    context: ContextDep,
    request: Request,
    response: Response,
) -> CheckoutStarted:
    """Start a subscription: returns Stripe's page to pay on. A checkout that is still open is closed by it."""
    started = await CheckoutFlow(context).start(principal, asked, idempotency_key(request))
    if started.replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return CheckoutStarted(url=started.url)
