from common.database import Repository
from sqlalchemy import select

from content.models import BrandProfile


class BrandRepository(Repository[BrandProfile]):
    model = BrandProfile

    async def of_account(self, *, lock: bool = False) -> BrandProfile | None:
        statement = select(BrandProfile)
        if lock:
            statement = statement.with_for_update()
        return (await self.session.execute(statement)).scalar_one_or_none()
