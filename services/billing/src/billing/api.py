from common.http import create_app
from fastapi import FastAPI

from billing.cancellations.routes import router as cancellations
from billing.changes.routes import router as changes
from billing.checkout.routes import router as checkout
from billing.factory import ProcessContext
from billing.models import SERVICE
from billing.plans.routes import router as plans
from billing.portal.routes import router as portal
from billing.subscriptions.routes import router as subscriptions
from billing.webhooks.routes import router as webhooks

_TAGS = {
    "Billing": "Plans, the posting add-on, and the account's subscription. Users pay on Stripe's pages.",
    "Webhooks": "For Stripe and Ayrshare only, which sign what they send. Clients do not call them.",
}


def create_api(context: ProcessContext) -> FastAPI:
    return create_app(
        title="PulseWorks billing",
        description="Plans, the posting add-on and Stripe.",
        service=SERVICE,
        context=context,
        tags=_TAGS,
        routers=[plans, subscriptions, checkout, changes, cancellations, portal, webhooks],
    )
