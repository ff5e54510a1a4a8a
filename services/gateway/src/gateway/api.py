from common.clock import SystemClock
from common.http import create_app
from fastapi import FastAPI

from gateway.documentation.routes import DocumentationMiddleware
from gateway.factory import ProcessContext
from gateway.forwarding.routes import ForwardingMiddleware


def create_api(context: ProcessContext) -> FastAPI:
    """Return the gateway. FastAPI serves health and metrics; middleware handles all other requests."""
    app = create_app(title="PulseWorks gateway", service="gateway", context=context, routers=[])
    upstreams = context.settings.upstreams
    app.add_middleware(
        DocumentationMiddleware,
        upstreams=upstreams,
        session=context.forwarder.session,
        namespace=context.settings.events_namespace,
        clock=SystemClock(),
    )
    app.add_middleware(
        ForwardingMiddleware,
        upstreams=upstreams,
        forwarder=context.forwarder,
        verifier=context.token_verifier,
        revocations=context.revocations,
        recent_writes=context.recent_writes,
    )
    return app
