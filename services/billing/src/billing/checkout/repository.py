from collections.abc import Sequence
from typing import Any
from uuid import UUID

from common.database import Repository
from sqlalchemy import case, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from billing.clients.stripe import CheckoutSession
from billing.models import Checkout, CheckoutStatus

_UNSETTLED = (CheckoutStatus.PENDING, CheckoutStatus.OPEN)


class CheckoutRepository(Repository[Checkout]):
    model = Checkout

    async def insert(self, **values: Any) -> None:
        """Add a checkout unless there is one with this id."""
        statement = insert(Checkout).values(status=CheckoutStatus.PENDING, attempt=1, **values)
        await self.session.execute(statement.on_conflict_do_nothing())

    async def open_ones(self, *, but: UUID) -> Sequence[Checkout]:
        statement = select(Checkout).where(Checkout.status == CheckoutStatus.OPEN, Checkout.id != but)
        return (await self.session.execute(statement.order_by(Checkout.id))).scalars().all()

    async def opened(self, checkout_id: UUID, session: CheckoutSession) -> None:
        """Note the session that Stripe has made. The event of its end may have come before."""
        status = case((Checkout.status == CheckoutStatus.PENDING, CheckoutStatus.OPEN), else_=Checkout.status)
        await self.session.execute(
            update(Checkout)
            .where(Checkout.id == checkout_id)
            .values(status=status, stripe_session_id=session.id, url=session.url)
        )

    async def settle(self, session: CheckoutSession) -> None:
        """Note what Stripe says of a session. Complete and expired are final."""
        if session.status == CheckoutStatus.OPEN:
            return
        await self.session.execute(
            update(Checkout)
            .where(or_(Checkout.stripe_session_id == session.id, Checkout.id == session.checkout_id))
            .where(Checkout.status.in_(_UNSETTLED))
            .values(status=session.status, stripe_session_id=session.id)
        )
