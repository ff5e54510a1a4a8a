from collections.abc import Sequence
from typing import Any
from uuid import UUID

from common.database import Repository
from sqlalchemy import case, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from billing.clients.stripe.objects import CheckoutSession
from billing.models import Checkout, CheckoutStatus

_UNSETTLED = (CheckoutStatus.PENDING, CheckoutStatus.OPEN)


class CheckoutRepository(Repository[Checkout]):
    model = Checkout

    async def insert(self, **values: Any) -> None:
        """Add a checkout unless one with this id exists."""
        statement = insert(Checkout).values(status=CheckoutStatus.PENDING, attempt=1, **values)
        await self.session.execute(statement.on_conflict_do_nothing())

    async def list_unsettled(self, *, except_id: UUID) -> Sequence[Checkout]:
        statement = select(Checkout).where(Checkout.status.in_(_UNSETTLED), Checkout.id != except_id)
        return (await self.session.execute(statement.order_by(Checkout.id))).scalars().all()

    async def mark_open(self, checkout_id: UUID, session: CheckoutSession) -> bool:
        """Store the session that Stripe created; return False if another checkout has closed this one meanwhile.

        The event of its payment may have been processed first.
        """
        status = case((Checkout.status == CheckoutStatus.PENDING, CheckoutStatus.OPEN), else_=Checkout.status)
        stored = await self.session.execute(
            update(Checkout)
            .where(Checkout.id == checkout_id, Checkout.status != CheckoutStatus.EXPIRED)
            .values(status=status, stripe_session_id=session.id, url=session.url)
            .returning(Checkout.id)
        )
        return stored.scalar_one_or_none() is not None

    async def mark_expired(self, checkout_id: UUID) -> None:
        """Close a checkout for which Stripe has no session."""
        statement = update(Checkout).where(Checkout.id == checkout_id, Checkout.status.in_(_UNSETTLED))
        await self.session.execute(statement.values(status=CheckoutStatus.EXPIRED))

    async def settle(self, session: CheckoutSession) -> None:
        """Store the final status of a session, complete or expired; ignore an open one."""
        if session.status == CheckoutStatus.OPEN:
            return
        await self.session.execute(
            update(Checkout)
            .where(or_(Checkout.stripe_session_id == session.id, Checkout.id == session.checkout_id))
            .where(Checkout.status.in_(_UNSETTLED))
            .values(status=session.status, stripe_session_id=session.id)
        )
