from common.http import create_app
from fastapi import FastAPI

from publisher.connections import routes as connections
from publisher.deliveries import routes as deliveries
from publisher.factory import ProcessContext
from publisher.webhooks import routes as webhooks

TITLE = "PulseWorks publisher"


def create_api(context: ProcessContext) -> FastAPI:
    return create_app(
        title=TITLE,
        service="publisher",
        description="Connections to Facebook and Instagram, and what became of each post.",
        context=context,
        routers=[connections.provider_router, connections.router, deliveries.router, webhooks.router],
    )
