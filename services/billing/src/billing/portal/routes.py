from typing import Annotated

from common.auth import Permission, Principal
from common.http import PlainRouter, requires

from billing.dependencies import ContextDep
from billing.portal.flow import open_portal
from billing.portal.schemas import PortalOpened, PortalRequest

router = PlainRouter(prefix="/api/billing", tags=["Billing"])


@router.post("/portal")
async def manage_subscription(
    principal: Annotated[Principal, requires(Permission.BILLING_WRITE)],
    context: ContextDep,
    asked: PortalRequest | None = None,
) -> PortalOpened:
    """Open Stripe's portal: cards, invoices, cancelling. Plan and add-on are changed with `/api/billing/change`."""
    return PortalOpened(url=await open_portal(context, principal.account_id, asked.return_url if asked else None))
