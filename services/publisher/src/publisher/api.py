from common.http import create_app
from fastapi import FastAPI

from publisher.connections import routes as connections
from publisher.deliveries import routes as deliveries
from publisher.factory import ProcessContext
from publisher.webhooks import routes as webhooks

TITLE = "PulseWorks publisher"

_TAGS = {
    "Social connections": "Connect Facebook and Instagram, and verify which Page and account are the business's own.",
    "Deliveries": "How due posts are published: each call to the posting provider, and the outcome.",
    "Webhooks": "For Stripe and Ayrshare only, which sign what they send. Clients do not call them.",
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
