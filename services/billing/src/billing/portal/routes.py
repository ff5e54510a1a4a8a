from typing import Annotated

from common.auth import Permission, Principal
from common.http import PlainRouter, raises, requires

from billing.checkout.errors import RedirectNotAllowedError
from billing.clients.stripe.errors import CALL_ERRORS
from billing.dependencies import ContextDep
from billing.portal.errors import NoCustomerError
from billing.portal.schemas import PortalOpened, PortalRequest
from billing.portal.workflow import open_portal

router = PlainRouter(prefix="/api/billing", tags=["Billing"])


@router.post(
    "/portal",
    summary="Open the customer portal",
    dependencies=[raises(RedirectNotAllowedError, NoCustomerError, *CALL_ERRORS)],
)
async def manage_subscription(
    principal: Annotated[Principal, requires(Permission.BILLING_WRITE)],
    context: ContextDep,
    body: PortalRequest | None = None,
) -> PortalOpened:
    """Create a session of Stripe's customer portal, in which the user manages cards, invoices and the cancellation.

    The plan and the add-on are not changed there, but with `POST /api/billing/change`.
    """
    return PortalOpened(url=await open_portal(context, principal.account_id, body.return_url if body else None))
