from typing import Annotated

from common.auth import Permission, Principal
from common.http import PlainRouter, raises, requires

from billing.checkout.errors import RedirectNotAllowedError
from billing.clients.stripe.errors import STRIPE_ERRORS
from billing.dependencies import ContextDep
from billing.portal.errors import NoCustomerError
from billing.portal.schemas import PortalOpened, PortalRequest
from billing.portal.workflow import open_portal

router = PlainRouter(prefix="/api/billing", tags=["Billing"])


@router.post(
    "/portal",
    dependencies=[
        raises(
            NoCustomerError,
            RedirectNotAllowedError,
            *STRIPE_ERRORS,
        )
    ],
)
async def manage_subscription(
    principal: Annotated[Principal, requires(Permission.BILLING_WRITE)],
    context: ContextDep,
    body: PortalRequest | None = None,
) -> PortalOpened:
    """Open Stripe's portal for cards, invoices and cancellation. Use `/api/billing/change` for plan and add-on."""
    return PortalOpened(url=await open_portal(context, principal.account_id, body.return_url if body else None))
