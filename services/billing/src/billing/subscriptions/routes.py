from common.auth import Permission
from common.http import Router, raises, requires

from billing.dependencies import FactoryDep
from billing.subscriptions.schemas import SubscriptionView

router = Router(prefix="/api/billing", tags=["Billing"])


@router.get("/subscription", summary="Get the subscription", dependencies=[requires(Permission.BILLING_READ), raises()])
async def show_subscription(factory: FactoryDep) -> SubscriptionView:
    """Return the account's subscription. The status is `none` if the account never had one."""
    current = await factory.subscriptions().current()
    return SubscriptionView.of(current.state, current.revision, current.further)
