from typing import Annotated

from common.auth import Permission, Principal
from common.http import PlainRouter, idempotency_key, requires
from fastapi import Request, Response

from billing.changes.flow import PlanChangeFlow
from billing.changes.schemas import ChangeRequest
from billing.dependencies import IDEMPOTENT, ContextDep
from billing.plans.catalogue import Bought
from billing.subscriptions.schemas import SubscriptionView

router = PlainRouter(prefix="/api/billing", tags=["Billing"])


@router.post("/change", openapi_extra=IDEMPOTENT)
async def change_plan(
    asked: ChangeRequest,
    principal: Annotated[Principal, requires(Permission.BILLING_WRITE)],
    context: ContextDep,
    request: Request,
    response: Response,
) -> SubscriptionView:
    """Change plan or add-on of the running subscription, at once; what is left of the paid month is credited."""
    wanted = Bought(asked.plan, asked.posting_addon)
    changed = await PlanChangeFlow(context).change(principal, wanted, idempotency_key(request))
    if changed.replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return SubscriptionView.of(changed.standing, changed.revision)
