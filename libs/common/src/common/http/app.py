"""Creates the HTTP application of a service."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from prometheus_client import CollectorRegistry

from common.http.context import ApiContext
from common.http.health import OPERATIONS_PATHS, health_router, liveness_router
from common.http.idempotency import IdempotencyKeys
from common.http.methods import MethodsMiddleware
from common.http.openapi import install_openapi
from common.http.problems import install_problem_handlers
from common.http.request_context import RequestContextMiddleware
from common.http.routing import GuardedRoute, TransactionalRoute
from common.telemetry import process_registry

__all__ = ["UndeclaredRouteError", "create_app", "operations_app", "public_routes", "route_permissions"]

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


class UndeclaredRouteError(RuntimeError):
    """A route without declared access, or one that can't work as declared."""


def create_app(
    *,
    title: str,
    service: str,
    context: ApiContext,
    routers: Sequence[APIRouter],
    tags: Mapping[str, str] | None = None,
    description: str = "",
    version: str = "1",
    lifespan: Lifespan | None = None,
    registry: CollectorRegistry | None = None,
    faces_public: bool = False,
) -> FastAPI:
    """Return the application of a service.

    `service` names the schema of the idempotency keys; `tags` maps each tag of the routes to a sentence.
    `faces_public`: strangers can reach it, so `/readyz` and `/metrics` are left to `operations_app`, and a trace of the
    caller's is not continued. Raises `UndeclaredRouteError` for a route of `routers` with neither `requires()` nor
    `public()`.
    """
    registry = registry or process_registry()
    app = FastAPI(
        title=title,
        description=description,
        version=version,
        openapi_tags=[{"name": name, "description": sentence} for name, sentence in (tags or {}).items()],
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        # A redirect would name this service's own host, which callers of the gateway can't reach.
        redirect_slashes=False,
        # `RequestContextMiddleware` has the span and the metrics of a request.
        telemetry={"tracing": False, "metrics": False, "logs": False},
        generate_unique_id_function=lambda route: f"{service}_{route.name}",
    )
    app.state.context = context
    app.state.service = service
    app.state.idempotency_keys = IdempotencyKeys(service)
    app.state.readiness = [context.readiness]
    app.state.registry = registry
    app.add_middleware(MethodsMiddleware)
    app.add_middleware(RequestContextMiddleware, registry=registry, continues_traces=not faces_public)
    install_problem_handlers(app)
    app.include_router(liveness_router())
    if not faces_public:
        app.include_router(health_router(registry))
    for router in routers:
        app.include_router(router)
    _check_routes(app)
    install_openapi(app)
    return app


def operations_app(app: FastAPI) -> FastAPI:
    """Return an application with the health and the metrics of `app` alone, for a port that strangers can't reach."""
    operations = FastAPI(title=app.title, docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    operations.state.readiness = app.state.readiness
    operations.add_middleware(MethodsMiddleware)
    install_problem_handlers(operations)
    operations.include_router(liveness_router())
    operations.include_router(health_router(app.state.registry))
    return operations


def route_permissions(app: FastAPI) -> dict[tuple[str, str], frozenset[str] | None]:
    """Return the permissions that each route requires, by (method, path); None for a public route."""
    found: dict[tuple[str, str], frozenset[str] | None] = {}
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, GuardedRoute):
            permissions = None if route.access.public else frozenset(map(str, route.access.permissions))
            found |= {(method, str(context.path_format)): permissions for method in context.methods or ()}
    return found


def public_routes(app: FastAPI) -> list[tuple[str, str]]:
    """Return (method, path) of the public routes."""
    return sorted(where for where, permissions in route_permissions(app).items() if permissions is None)


def _check_routes(app: FastAPI) -> None:
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if context.path in OPERATIONS_PATHS:
            continue
        name = f"{'/'.join(sorted(context.methods or ()))} {context.path}"
        if not isinstance(route, GuardedRoute):
            raise UndeclaredRouteError(f"{name}: make it a route of a Router or a PlainRouter.")
        if not route.access.declared:
            raise UndeclaredRouteError(f"{name}: declare either requires(Permission....) or public(), not both.")
        if isinstance(route, TransactionalRoute) and _streams(route):
            raise UndeclaredRouteError(f"{name}: it streams, so it needs a PlainRouter.")


def _streams(route: APIRoute) -> bool:
    return bool(route.is_sse_stream or route.is_json_stream or route.stream_item_field)
