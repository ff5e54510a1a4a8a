from typing import Any
from uuid import UUID

from common.database import Repository
from common.ids import new_id
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from content.models import BrandProfile


class BrandRepository(Repository[BrandProfile]):
    model = BrandProfile

    async def of_account(self, *, lock: bool = False) -> BrandProfile | None:
        statement = select(BrandProfile)
        if lock:
            statement = statement.with_for_update().execution_options(populate_existing=True)
        return (await self.session.execute(statement)).scalar_one_or_none()

    async def ensure(self, account_id: UUID, values: dict[str, Any]) -> BrandProfile:
        """Return the account's profile, locked. If there is none, insert it with ``values``."""
        statement = insert(BrandProfile).values(id=new_id(), account_id=account_id, **values)
        await self.session.execute(statement.on_conflict_do_nothing(index_elements=[BrandProfile.account_id]))
        return (await self.session.execute(select(BrandProfile).with_for_update())).scalar_one()
