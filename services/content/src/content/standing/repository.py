from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from content.models import Account, Subscription


class StandingRepository:
    """What other services say of the account. Only newer revisions are applied, in one statement."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def account(self, account_id: UUID) -> Account | None:
        return await self._session.get(Account, account_id)

    async def subscription(self, account_id: UUID) -> Subscription | None:
        return await self._session.get(Subscription, account_id)

    async def keep_account(self, account_id: UUID, **values: object) -> None:
        await self._keep(Account, account_id, values)

    async def keep_subscription(self, account_id: UUID, **values: object) -> None:
        await self._keep(Subscription, account_id, values)

    async def _keep(self, model: type[Account | Subscription], account_id: UUID, values: dict[str, object]) -> None:
        statement = insert(model).values(account_id=account_id, **values)
        newer = model.revision < statement.excluded.revision
        await self._session.execute(
            statement.on_conflict_do_update(index_elements=[model.account_id], set_=values, where=newer)
        )
