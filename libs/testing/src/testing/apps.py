"""A service's application for tests: built once, since that takes longer than most tests."""

from collections.abc import Callable
from typing import TypeVar

from common.http import ApiContext, IdempotencyKeys
from fastapi import FastAPI

__all__ = ["app_of"]

ContextT = TypeVar("ContextT", bound=ApiContext)

_apps: dict[object, FastAPI] = {}


def app_of(create_api: Callable[[ContextT], FastAPI], context: ContextT) -> FastAPI:
    """Return the application of ``create_api`` with this context.

    There is one of each, so the context of an earlier call is replaced. For two contexts at a time, as for replicas,
    use ``create_api`` itself.
    """
    app = _apps.get(create_api)
    if app is None:
        app = _apps[create_api] = create_api(context)
    app.state.context = context
    app.state.readiness = [context.readiness]
    app.state.idempotency_keys = IdempotencyKeys(app.state.service)
    return app
