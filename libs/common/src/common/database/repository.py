from typing import Generic, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from common.database.models import ServiceBase

Model = TypeVar("Model", bound=ServiceBase)


class Repository(Generic[Model]):
    """All SQL of one model. Row-level security limits it to the rows of the transaction's account."""

    model: type[Model]

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def get(self, entity_id: UUID) -> Model | None:
        return await self.session.get(self.model, entity_id)

    async def lock(self, entity_id: UUID) -> Model | None:
        """Lock the row until the end of the transaction and return its current state."""
        statement = (
            select(self.model)
            .where(self.model.__table__.c.id == entity_id)
            # without key_share an insert that references this row would wait for it, and two such transactions deadlock
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
        return (await self.session.execute(statement)).scalar_one_or_none()

    def add(self, entity: Model) -> Model:
        self.session.add(entity)
        return entity

    async def delete(self, entity: Model) -> None:
        await self.session.delete(entity)
