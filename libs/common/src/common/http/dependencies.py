"""What routes depend on: the process context, and the factory of the request's transaction."""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession

__all__ = ["factory_of", "process_context"]

FactoryT = TypeVar("FactoryT")


async def process_context(request: Request) -> Any:
    """Return the service's context: ``ContextDep = Annotated[ProcessContext, Depends(process_context)]``."""
    return request.app.state.context


def factory_of(create: Callable[[Any, AsyncSession], FactoryT]) -> Callable[[Request], Coroutine[Any, Any, FactoryT]]:
    """Return a dependency that creates the factory: ``FactoryDep = Annotated[Factory, Depends(factory_of(Factory))]``.

    It needs a route of a ``Router``, which has a transaction.
    """

    # asynchronous, because FastAPI runs synchronous dependencies in its thread pool
    async def factory(request: Request) -> FactoryT:
        return create(request.app.state.context, request.state.session)

    return factory
