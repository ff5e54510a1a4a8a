from typing import Annotated
from uuid import UUID

from common.auth import Permission, Principal
from common.http import PlainRouter, raises, requires
from fastapi import Path

from billing.cancellations.errors import FurtherSubscriptionNotFoundError
from billing.cancellations.workflow import cancel_further_subscription
from billing.clients.stripe.errors import CALL_ERRORS
from billing.dependencies import ContextDep
from billing.subscriptions.errors import RECONCILIATION_ERRORS
from billing.subscriptions.schemas import SubscriptionView

router = PlainRouter(prefix="/api/billing", tags=["Billing"])


@router.post(
    "/further-subscriptions/{further_id}/cancel",
    summary="Cancel a further subscription",
    dependencies=[raises(FurtherSubscriptionNotFoundError, *RECONCILIATION_ERRORS, *CALL_ERRORS)],
)
async def cancel_further(
    further_id: Annotated[UUID, Path(description="`id` of one of the `further_subscriptions`.")],
    principal: Annotated[Principal, requires(Permission.BILLING_WRITE)],
    context: ContextDep,
) -> SubscriptionView:
    """Cancel one of the `further_subscriptions`, which the account pays for besides its current subscription.

    It ends immediately, and the unused part of its period is credited. Returns the current subscription. A second
    request for the same one gets 404.
    """
    current = await cancel_further_subscription(context, principal, further_id)
    return SubscriptionView.of(current.state, current.revision, current.further)
