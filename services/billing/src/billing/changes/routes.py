from typing import Annotated

from common.auth import Permission, Principal
from common.http import PlainRouter, idempotency_key, raises, requires
from common.http.idempotency import IdempotencyKeyReusedError
from fastapi import Request, Response

from billing.changes.schemas import ChangeRequest
from billing.changes.workflow import PlanChangeWorkflow
from billing.clients.stripe.errors import STRIPE_ERRORS
from billing.dependencies import IDEMPOTENT, ContextDep
from billing.plans.rules import PlanSelection
from billing.subscriptions.errors import RECONCILIATION_ERRORS, NoSubscriptionError, SubscriptionNotChangeableError
from billing.subscriptions.schemas import SubscriptionView

router = PlainRouter(prefix="/api/billing", tags=["Billing"])


@router.post(
    "/change",
    openapi_extra=IDEMPOTENT,
    dependencies=[
        raises(
            IdempotencyKeyReusedError,
            NoSubscriptionError,
            SubscriptionNotChangeableError,
            *STRIPE_ERRORS,
            *RECONCILIATION_ERRORS,
        )
    ],
)
async def change_plan(
    body: ChangeRequest,
    principal: Annotated[Principal, requires(Permission.BILLING_WRITE)],
    context: ContextDep,
    request: Request,
    response: Response,
) -> SubscriptionView:
    """Change the plan or add-on of the current subscription immediately; the unused part of the month is credited."""
    target = PlanSelection(body.plan, body.posting_addon)
    result = await PlanChangeWorkflow(context).change(principal, target, idempotency_key(request))
    if result.replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return SubscriptionView.of(result.state, result.revision)
