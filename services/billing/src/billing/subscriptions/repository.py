from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from common.database import Repository
from common.ids import new_id
from sqlalchemy import delete, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert

from billing.models import FurtherSubscription, Subscription


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

    async def claim_operation(self, operation_id: UUID, *, now: datetime, until: datetime) -> bool:
        """Reserve the account for an operation; return False while another one holds it."""
        free = or_(
            Subscription.operation_id.is_(None),
            Subscription.operation_id == operation_id,
            Subscription.operation_until <= now,
        )
        statement = update(Subscription).where(free).values(operation_id=operation_id, operation_until=until)
        claimed = await self.session.execute(statement.returning(Subscription.id))
        return claimed.scalar_one_or_none() is not None

    async def release_operation(self, operation_id: UUID) -> None:
        statement = update(Subscription).where(Subscription.operation_id == operation_id)
        await self.session.execute(statement.values(operation_id=None, operation_until=None))

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


class FurtherSubscriptionRepository(Repository[FurtherSubscription]):
    model = FurtherSubscription

    async def list_all(self) -> Sequence[FurtherSubscription]:
        """Return those of the transaction's account, oldest first."""
        return (
            (await self.session.execute(select(FurtherSubscription).order_by(FurtherSubscription.id))).scalars().all()
        )

    async def save(self, stripe_subscription_id: str, **values: Any) -> bool:
        """Add or update one; return whether it is new."""
        found = FurtherSubscription.stripe_subscription_id == stripe_subscription_id
        updated = await self.session.execute(
            update(FurtherSubscription).where(found).values(values).returning(FurtherSubscription.id)
        )
        if updated.scalar_one_or_none() is not None:
            return False
        row = {"id": new_id(), "stripe_subscription_id": stripe_subscription_id, "attempt": 1, **values}
        await self.session.execute(insert(FurtherSubscription).values(row))
        return True

    async def remove(self, stripe_subscription_id: str) -> bool:
        """Delete one; return whether there was one."""
        found = FurtherSubscription.stripe_subscription_id == stripe_subscription_id
        deleted = await self.session.execute(delete(FurtherSubscription).where(found).returning(FurtherSubscription.id))
        return deleted.scalar_one_or_none() is not None
