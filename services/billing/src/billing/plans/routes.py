from common.http import PlainRouter, public, raises

from billing.dependencies import ContextDep
from billing.plans.rules import PLANS, POSTS_PER_MONTH
from billing.plans.schemas import AddonOffer, PlanOffer, Plans

router = PlainRouter(prefix="/api/billing", tags=["Billing"])


@router.get("/plans", summary="List the plans", dependencies=[public(), raises()])
async def list_plans(context: ContextDep) -> Plans:
    """List the plans and the posting add-on with their monthly prices."""
    catalogue = context.catalogue
    return Plans(
        currency=catalogue.currency,
        plans=[
            PlanOffer(plan=plan, posts_per_month=POSTS_PER_MONTH[plan], amount=catalogue.amounts[plan])
            for plan in PLANS
        ],
        posting_addon=AddonOffer(amount=catalogue.posting_amount),
    )
