from typing import Annotated

from fastapi import Depends, Request
from faststream import Context

from publisher.connections.workflow import ConnectionWorkflow
from publisher.factory import Factory, ProcessContext


async def get_context(request: Request) -> ProcessContext:
    context: ProcessContext = request.app.state.context
    return context


ContextDep = Annotated[ProcessContext, Depends(get_context)]


async def get_factory(request: Request, context: ContextDep) -> Factory:
    return Factory(context, request.state.session)


async def get_connection_workflow(context: ContextDep) -> ConnectionWorkflow:
    return ConnectionWorkflow(context)


FactoryDep = Annotated[Factory, Depends(get_factory)]
ConnectionsDep = Annotated[ConnectionWorkflow, Depends(get_connection_workflow)]
EventFactory = Annotated[Factory, Context("factory")]
"""For consumers: the factory of the event's transaction."""
