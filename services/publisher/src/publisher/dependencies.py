from typing import Annotated

from common.http import factory_of, process_context
from fastapi import Depends
from faststream import Context

from publisher.connections.workflow import ConnectionWorkflow
from publisher.factory import Factory, ProcessContext

ContextDep = Annotated[ProcessContext, Depends(process_context)]


async def get_connection_workflow(context: ContextDep) -> ConnectionWorkflow:
    return ConnectionWorkflow(context)


FactoryDep = Annotated[Factory, Depends(factory_of(Factory))]
ConnectionsDep = Annotated[ConnectionWorkflow, Depends(get_connection_workflow)]
EventFactory = Annotated[Factory, Context("factory")]
"""For consumers: the factory of the event's transaction."""
