from typing import Annotated

from common.http import factory_of, process_context
from fastapi import Depends
from faststream import Context

from content.factory import Factory, ProcessContext

ContextDep = Annotated[ProcessContext, Depends(process_context)]
FactoryDep = Annotated[Factory, Depends(factory_of(Factory))]
EventFactory = Annotated[Factory, Context("factory")]
"""The factory of the event's transaction, for consumers."""
