from common.http import create_app
from fastapi import FastAPI

from publisher.connections import routes as connections
from publisher.deliveries import routes as deliveries
from publisher.factory import ProcessContext
from publisher.webhooks import routes as webhooks

TITLE = "PulseWorks publisher"

_TAGS = {
    "Social connections": "Connect Facebook and Instagram, and verify the Page and the account of the business.",
    "Deliveries": "Posts from their due time on: what was sent, the outcome, and how to resolve an unknown one.",
    "Webhooks": "Called by Stripe and Ayrshare, which sign what they send. Not for clients.",
}


def create_api(context: ProcessContext) -> FastAPI:
    return create_app(
        title=TITLE,
        service="publisher",
        description="Connections to Facebook and Instagram, and the outcome of each post.",
        context=context,
        tags=_TAGS,
        routers=[connections.provider_router, connections.router, deliveries.router, webhooks.router],
    )
