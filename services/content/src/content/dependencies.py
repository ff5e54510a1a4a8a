from typing import Annotated

from fastapi import Depends, Request
from faststream import Context

from content.factory import Factory, ProcessContext


async def get_context(request: Request) -> ProcessContext:
    context: ProcessContext = request.app.state.context
    return context


async def get_factory(request: Request) -> Factory:
    return Factory(request.app.state.context, request.state.session)


ContextDep = Annotated[ProcessContext, Depends(get_context)]
FactoryDep = Annotated[Factory, Depends(get_factory)]
EventFactory = Annotated[Factory, Context("factory")]
"""The factory of the event's transaction, for consumers."""
