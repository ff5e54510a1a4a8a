from typing import Annotated

from common.auth import Permission, Principal
from common.http import PlainRouter, idempotency_key, raises, requires
from common.http.idempotency import IdempotencyKeyInvalidError, IdempotencyKeyReusedError
from fastapi import Request, Response

from billing.changes.schemas import ChangeRequest
from billing.changes.workflow import PlanChangeWorkflow
from billing.clients.stripe.errors import CALL_ERRORS, CardDeclinedError
from billing.dependencies import IDEMPOTENT, ContextDep
from billing.plans.rules import PlanSelection
from billing.subscriptions.errors import (
    RECONCILIATION_ERRORS,
    NoSubscriptionError,
    SubscriptionNotChangeableError,
)
from billing.subscriptions.schemas import SubscriptionView

router = PlainRouter(prefix="/api/billing", tags=["Billing"])


@router.post(
    "/change",
    summary="Change plan or add-on",
    openapi_extra=IDEMPOTENT,
    dependencies=[
        raises(IdempotencyKeyInvalidError, IdempotencyKeyReusedError),
        raises(NoSubscriptionError, SubscriptionNotChangeableError, *RECONCILIATION_ERRORS),
        raises(CardDeclinedError, *CALL_ERRORS),
    ],
)
async def change_plan(
    body: ChangeRequest,
    principal: Annotated[Principal, requires(Permission.BILLING_WRITE)],
    context: ContextDep,
    request: Request,
    response: Response,
) -> SubscriptionView:
    """Change the plan or the posting add-on, with immediate effect.

    Stripe prorates the price: the difference for the rest of the period is normally on the next invoice. If a change
    starts a new billing period, as one during a trial does, Stripe charges the card at once; if it is declined, the
    response is 402 `card_declined`.
    """
    target = PlanSelection(body.plan, body.posting_addon)
    result = await PlanChangeWorkflow(context).change(principal, target, idempotency_key(request))
    if result.replayed:
        response.headers["Idempotency-Replayed"] = "true"
    current = result.subscription
    return SubscriptionView.of(current.state, current.revision, current.further)
