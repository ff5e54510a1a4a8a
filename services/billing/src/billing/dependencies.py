from typing import Annotated, Any

from common.http.idempotency import IDEMPOTENCY_KEY_PARAMETER
from fastapi import Depends, Request
from faststream import Context

from billing.factory import Factory, ProcessContext

IDEMPOTENT: dict[str, Any] = {"parameters": [IDEMPOTENCY_KEY_PARAMETER]}
"""For the OpenAPI document: these routes store the key in their own row, because they hold no transaction."""


async def get_context(request: Request) -> ProcessContext:
    context: ProcessContext = request.app.state.context
    return context


async def get_factory(request: Request) -> Factory:
    return Factory(request.app.state.context, request.state.session)


ContextDep = Annotated[ProcessContext, Depends(get_context)]
FactoryDep = Annotated[Factory, Depends(get_factory)]
EventFactory = Annotated[Factory, Context("factory")]
"""For consumers: the factory of the event's transaction."""
