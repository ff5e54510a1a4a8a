from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy import inspect
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from common.database.models import ServiceBase
from common.database.session import account_of

Model = TypeVar("Model", bound=ServiceBase)


class ReadModelRepository(Generic[Model]):
    """Rows kept from the events of another service; each is only ever replaced by a newer revision (E4).

    The primary key is the transaction's account, and the entity's id where an account has many.
    """

    model: type[Model]
    revision_column: ClassVar[str] = "revision"

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def get(self, *entity: object) -> Model | None:
        """Return the row of the account, or of its ``entity``; None before the first event."""
        return await self.session.get(self.model, (account_of(self.session), *entity))

    async def apply(self, *, revision: int, **values: object) -> bool:
        """Write ``values``, the entity's id among them, unless the row has this revision or a newer one.

        Returns whether it was written. One statement compares and writes, so the newer revision of two concurrent
        transactions wins in either order. Columns that are not given keep their values; a new row gets their defaults.
        """
        row: dict[str, Any] = {"account_id": account_of(self.session), self.revision_column: revision, **values}
        key = [column.name for column in inspect(self.model).primary_key]
        statement = insert(self.model).values(row)
        newer = statement.excluded[self.revision_column]
        upsert = statement.on_conflict_do_update(
            index_elements=key,
            set_={name: statement.excluded[name] for name in row if name not in key},
            where=getattr(self.model, self.revision_column) < newer,
        ).returning(self.model)
        # refreshes an instance that this session has already loaded
        written = await self.session.execute(upsert, execution_options={"populate_existing": True})
        return written.scalar_one_or_none() is not None
