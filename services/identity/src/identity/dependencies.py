from typing import Annotated

from common.http import client_address, factory_of, process_context, raises
from common.http.idempotency import IDEMPOTENCY_KEY_PARAMETER, idempotency_key
from fastapi import Depends, Header, Request, Response
from faststream import Context

from identity.auth.repository import RepeatablePost
from identity.factory import Factory, ProcessContext
from identity.sessions.errors import SessionEndedError
from identity.sessions.rules import Client


async def get_client(request: Request) -> Client:
    return Client.of(address=client_address(request), user_agent=request.headers.get("user-agent", ""))


ContextDep = Annotated[ProcessContext, Depends(process_context)]
FactoryDep = Annotated[Factory, Depends(factory_of(Factory))]
EventFactory = Annotated[Factory, Context("factory")]
"""For consumers: the factory of the event's transaction."""
ClientDep = Annotated[Client, Depends(get_client)]
CHECKS_SESSION = raises(SessionEndedError)
"""The mark of a route that checks the caller's session in its own transaction."""


async def live_session(request: Request, factory: FactoryDep, _raises: Annotated[None, CHECKS_SESSION]) -> None:
    """Reject an access token whose session has ended. Other services receive an event instead."""
    await factory.sessions().require_live(request.state.principal)


async def repeatable_post(
    request: Request,
    _documented: Annotated[
        str | None, Header(alias="Idempotency-Key", description=IDEMPOTENCY_KEY_PARAMETER["description"])
    ] = None,
) -> RepeatablePost | None:
    key = idempotency_key(request)
    keys = request.app.state.idempotency_keys
    return None if key is None else RepeatablePost(keys, key, request.state.principal, request)


RepeatableDep = Annotated[RepeatablePost | None, Depends(repeatable_post)]
"""For a POST of a `PlainRouter`, which honours `Idempotency-Key` itself."""


def no_store(response: Response) -> None:
    """Mark a response that contains a secret: caches must not store it, and it is not kept for an Idempotency-Key."""
    response.headers["Cache-Control"] = "no-store"
