from dataclasses import dataclass
from typing import Annotated, Any

import httpx2
from common.http import Router, create_app, factory_of, process_context, public
from fastapi import Depends
from prometheus_client import CollectorRegistry

from .application import Context


@dataclass
class Factory:
    context: Context
    session: Any


router = Router()


@router.get("/parts", dependencies=[public()])
async def parts(
    context: Annotated[Context, Depends(process_context)], factory: Annotated[Factory, Depends(factory_of(Factory))]
) -> list[bool]:
    return [factory.context is context, factory.session is None, len(context.database.opened) == 1]


async def test_a_route_receives_the_context_and_a_factory_of_its_transaction(context: Context) -> None:
    app = create_app(title="t", service="probe", context=context, routers=[router], registry=CollectorRegistry())
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test") as http:
        assert (await http.get("/parts")).json() == [True, True, True]
