from common.clock import SystemClock
from common.http import create_app
from fastapi import FastAPI

from gateway.browsers.routes import OriginsMiddleware, SecurityHeadersMiddleware
from gateway.browsers.rules import security_headers
from gateway.documentation.routes import DocumentationMiddleware
from gateway.factory import ProcessContext
from gateway.forwarding.routes import ForwardingMiddleware


def create_api(context: ProcessContext) -> FastAPI:
    """Return the gateway. Middleware handles everything except `/livez`; the one that is added last runs first."""
    settings = context.settings
    app = create_app(title="PulseWorks gateway", service="gateway", context=context, routers=[], faces_public=True)
    app.add_middleware(
        DocumentationMiddleware,
        upstreams=settings.upstreams,
        session=context.forwarder.session,
        namespace=settings.events_namespace,
        clock=SystemClock(),
    )
    app.add_middleware(
        ForwardingMiddleware,
        upstreams=settings.upstreams,
        forwarder=context.forwarder,
        verifier=context.token_verifier,
        revocations=context.revocations,
        client_addresses=context.client_addresses,
        recent_writes=context.recent_writes,
    )
    if settings.web_origins:
        app.add_middleware(OriginsMiddleware, origins=settings.web_origins, credentials=settings.web_credentials)
    app.add_middleware(SecurityHeadersMiddleware, headers=security_headers(hsts_seconds=settings.hsts_seconds))
    return app
