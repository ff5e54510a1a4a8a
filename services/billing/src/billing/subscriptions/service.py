from datetime import datetime
from uuid import UUID

from common.clock import Clock
from common.messaging import outbox
from pulseworks_contracts import AuditRecorded, AuditRecordedData, SubscriptionChanged
from sqlalchemy.ext.asyncio import AsyncSession

from billing.clients.stripe import StripeSubscription
from billing.models import Subscription
from billing.plans.catalogue import Catalogue
from billing.subscriptions.errors import SubscriptionOfAnotherError
from billing.subscriptions.repository import SubscriptionRepository
from billing.subscriptions.standing import NONE, Standing, counts, standing_of


class SubscriptionService:
    def __init__(
        self, session: AsyncSession, subscriptions: SubscriptionRepository, catalogue: Catalogue, clock: Clock
    ) -> None:
        self._session = session
        self._subscriptions = subscriptions
        self._catalogue = catalogue
        self._clock = clock

    async def current(self) -> tuple[Standing, int]:
        """Return the account's standing and its revision; `none` with revision 0 before the first subscription."""
        row = await self._subscriptions.current()
        return (NONE, 0) if row is None else (Standing.held(row), row.revision)

    async def ticket(self, account_id: UUID) -> int:
        """Return the number that an answer of Stripe's, asked for from now on, is to be applied with."""
        return (await self._subscriptions.ensure(account_id)).comparison

    async def apply(
        self,
        answer: StripeSubscription,
        *,
        ticket: int,
        account_id: UUID,
        user_id: UUID | None,
        event_created: datetime | None,
    ) -> bool:
        """Make the account's subscription what Stripe says it is; tell it when that is another than before.

        False: something else was applied since ``ticket`` was taken, so the answer may be the older one. Ask again.
        Raises SubscriptionOfAnotherError, UnknownPriceError and TwoSubscriptionsError.
        """
        owner = await self._subscriptions.account_of_customer(answer.customer_id)
        if owner not in (None, account_id):
            raise SubscriptionOfAnotherError(f"{answer.id} is of the customer {answer.customer_id}, another account's")
        row = await self._subscriptions.lock_current()
        if row.comparison != ticket:
            return False
        row.comparison += 1
        if event_created is not None:
            row.last_event_created = max(event_created, row.last_event_created or event_created)
        if counts(row, answer):
            await self._change(row, answer, user_id)
        return True

    async def _change(self, row: Subscription, answer: StripeSubscription, user_id: UUID | None) -> None:
        before = Standing.held(row)
        after = standing_of(answer, self._catalogue, before if row.stripe_subscription_id == answer.id else NONE)
        row.stripe_subscription_id = answer.id
        row.stripe_created = answer.created
        if after == before:
            return
        after.write(row)
        row.revision += 1
        await outbox.add(
            self._session,
            SubscriptionChanged(
                account_id=row.account_id,
                subject=str(row.account_id),
                time=self._clock.now(),
                data=after.data(row.revision),
            ),
        )
        await outbox.add(
            self._session,
            AuditRecorded(
                account_id=row.account_id,
                subject=str(row.id),
                data=AuditRecordedData(
                    event_type="SUBSCRIPTION_CHANGED",
                    entity_type="subscription",
                    entity_id=str(row.id),
                    user_id=user_id,
                    occurred_at=self._clock.now(),
                    metadata={
                        "from": before.facts(),
                        "to": after.facts(),
                        "revision": row.revision,
                        "stripe_subscription_id": answer.id,
                    },
                ),
            ),
        )
