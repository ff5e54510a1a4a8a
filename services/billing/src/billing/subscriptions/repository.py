from uuid import UUID

from common.database import Repository
from common.ids import new_id
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from billing.models import Subscription


class SubscriptionRepository(Repository[Subscription]):
    model = Subscription

    async def current(self) -> Subscription | None:
        """Return the row of the transaction's account."""
        return (await self.session.execute(select(Subscription))).scalar_one_or_none()

    async def ensure(self, account_id: UUID) -> Subscription:
        """Return the account's row, created with the status `none` if necessary."""
        values = {
            "id": new_id(),
            "account_id": account_id,
            "posting_addon": False,
            "status": "none",
            "cancel_at_period_end": False,
            "revision": 0,
            "comparison": 0,
        }
        await self.session.execute(insert(Subscription).values(values).on_conflict_do_nothing())
        return (await self.session.execute(select(Subscription))).scalar_one()

    async def lock_current(self) -> Subscription:
        statement = select(Subscription).with_for_update().execution_options(populate_existing=True)
        return (await self.session.execute(statement)).scalar_one()

    # These three search all accounts and return nothing but the account's id.

    async def account_of_subscription(self, stripe_subscription_id: str) -> UUID | None:
        return await self._account("account_of_subscription", stripe_subscription_id)

    async def account_of_customer(self, stripe_customer_id: str) -> UUID | None:
        return await self._account("account_of_customer", stripe_customer_id)

    async def account_of_checkout(self, checkout_id: UUID) -> UUID | None:
        return await self._account("account_of_checkout", checkout_id)

    async def _account(self, function: str, key: str | UUID) -> UUID | None:
        result = await self.session.execute(text(f"SELECT billing.{function}(:wanted)"), {"wanted": key})
        account_id: UUID | None = result.scalar_one()
        return account_id
