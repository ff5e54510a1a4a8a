from typing import Annotated

from common.auth import Permission, Principal
from common.http import requires
from fastapi import Depends, Request
from faststream import Context

from scheduler.factory import Factory


async def get_factory(request: Request) -> Factory:
    return Factory(request.app.state.context, request.state.session)


FactoryDep = Annotated[Factory, Depends(get_factory)]
EventFactory = Annotated[Factory, Context("factory")]
"""For consumers: the factory of the event's transaction."""
Writer = Annotated[Principal, requires(Permission.SCHEDULE_WRITE)]
