from typing import Annotated

from common.auth import Permission, Principal
from common.http import factory_of, requires
from fastapi import Depends
from faststream import Context

from scheduler.factory import Factory

FactoryDep = Annotated[Factory, Depends(factory_of(Factory))]
EventFactory = Annotated[Factory, Context("factory")]
"""For consumers: the factory of the event's transaction."""
Writer = Annotated[Principal, requires(Permission.SCHEDULE_WRITE)]
