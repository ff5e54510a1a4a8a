from uuid import UUID

from common.database import Repository
from common.ids import new_id
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from billing.models import Customer


class CustomerRepository(Repository[Customer]):
    model = Customer

    async def current(self) -> Customer | None:
        """Return the customer of the transaction's account."""
        return (await self.session.execute(select(Customer))).scalar_one_or_none()

    async def ensure(self, account_id: UUID, name: str | None) -> Customer:
        """Return the account's customer, created if necessary; concurrent requests get the same one."""
        statement = insert(Customer).values(id=new_id(), account_id=account_id, name=name, attempt=1)
        await self.session.execute(statement.on_conflict_do_nothing())
        return (await self.session.execute(select(Customer))).scalar_one()

    async def replace_stripe_id(self, old: str | None, new: str | None) -> None:
        """Replace the id at Stripe (None removes it), unless another transaction has already replaced ``old``."""
        await self.session.execute(
            update(Customer)
            .where(Customer.stripe_customer_id.is_not_distinct_from(old))
            .values(stripe_customer_id=new, attempt=Customer.attempt + (1 if new is None else 0))
        )
