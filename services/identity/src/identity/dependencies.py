from typing import Annotated

from fastapi import Depends, Request, Response
from faststream import Context

from identity.clients import Client, client_of
from identity.factory import Factory, ProcessContext


async def get_context(request: Request) -> ProcessContext:
    context: ProcessContext = request.app.state.context
    return context


async def get_factory(request: Request) -> Factory:
    return Factory(request.app.state.context, request.state.session)


async def get_client(request: Request) -> Client:
    return client_of(request)


ContextDep = Annotated[ProcessContext, Depends(get_context)]
FactoryDep = Annotated[Factory, Depends(get_factory)]
EventFactory = Annotated[Factory, Context("factory")]
"""For consumers: the factory of the event\'s transaction."""
ClientDep = Annotated[Client, Depends(get_client)]


async def live_session(request: Request, factory: FactoryDep) -> None:
    """Refuse a token whose session has ended. Other services learn that by event; here it is known."""
    await factory.sessions().require_live(request.state.principal)


def no_store(response: Response) -> None:
    """Mark an answer that holds a secret: no cache keeps it, and it is not replayed for an Idempotency-Key."""
    response.headers["Cache-Control"] = "no-store"
