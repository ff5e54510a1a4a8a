from typing import Annotated, Any

from common.http import factory_of, process_context
from common.http.idempotency import IDEMPOTENCY_KEY_PARAMETER
from fastapi import Depends
from faststream import Context

from billing.factory import Factory, ProcessContext

IDEMPOTENT: dict[str, Any] = {"parameters": [IDEMPOTENCY_KEY_PARAMETER]}
"""For the OpenAPI document: these routes store the key in their own row, because they hold no transaction."""


ContextDep = Annotated[ProcessContext, Depends(process_context)]
FactoryDep = Annotated[Factory, Depends(factory_of(Factory))]
EventFactory = Annotated[Factory, Context("factory")]
"""For consumers: the factory of the event's transaction."""
