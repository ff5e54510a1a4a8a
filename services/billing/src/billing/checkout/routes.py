from typing import Annotated

from common.auth import Permission, Principal
from common.http import PlainRouter, idempotency_key, raises, requires
from common.http.idempotency import IdempotencyKeyInvalidError, IdempotencyKeyReusedError
from fastapi import Request, Response

from billing.checkout.errors import AlreadySubscribedError, CheckoutClosedError, RedirectNotAllowedError
from billing.checkout.schemas import CheckoutRequest, CheckoutStarted
from billing.checkout.workflow import CheckoutWorkflow
from billing.clients.stripe.errors import CALL_ERRORS
from billing.dependencies import IDEMPOTENT, ContextDep
from billing.subscriptions.errors import RECONCILIATION_ERRORS

router = PlainRouter(prefix="/api/billing", tags=["Billing"])


@router.post(
    "/checkout",
    summary="Start a subscription",
    openapi_extra=IDEMPOTENT,
    dependencies=[
        raises(IdempotencyKeyInvalidError, IdempotencyKeyReusedError),
        raises(RedirectNotAllowedError, AlreadySubscribedError, CheckoutClosedError, *RECONCILIATION_ERRORS),
        raises(*CALL_ERRORS),
    ],
)
async def start_checkout(
    body: CheckoutRequest,
    principal: Annotated[Principal, requires(Permission.BILLING_WRITE)],
    context: ContextDep,
    request: Request,
    response: Response,
) -> CheckoutStarted:
    """Create a Stripe Checkout session for a new subscription, and return the URL of its payment page.

    The subscription begins when the user has paid there. An earlier payment page that is still open is closed.
    """
    page = await CheckoutWorkflow(context).start(principal, body, idempotency_key(request))
    if page.replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return CheckoutStarted(url=page.url)
