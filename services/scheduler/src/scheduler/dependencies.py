from typing import Annotated

from fastapi import Depends, Request

from scheduler.factory import Factory


async def get_factory(request: Request) -> Factory:
    return Factory(request.app.state.context, request.state.session)


FactoryDep = Annotated[Factory, Depends(get_factory)]
