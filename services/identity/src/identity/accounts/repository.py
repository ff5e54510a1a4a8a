from uuid import UUID

from common.database import Repository
from sqlalchemy import select

from identity.models import Account

__all__ = ["AccountRepository"]


class AccountRepository(Repository[Account]):
    model = Account

    async def lock(self, entity_id: UUID) -> Account | None:
        """Lock against other changes, not against rows that refer to the account.

        Every audit entry does: FOR UPDATE would deadlock with an append, which holds the chain's end that we want next.
        """
        statement = (
            select(Account)
            .where(Account.id == entity_id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
        return (await self.session.execute(statement)).scalar_one_or_none()
