import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from common import due
from common.database import Repository
from common.due import DueRow
from sqlalchemy import func, select, text, update
from sqlalchemy.dialects import postgresql

from publisher.deliveries.checks import Records
from publisher.deliveries.states import Status
from publisher.models import (
    DELIVERIES,
    ApprovedContent,
    Delivery,
    DeliveryAttempt,
    Preflight,
    ProviderProfile,
    PublishingProfile,
    ScheduledPost,
    SocialConnection,
    Subscription,
)


class DeliveryRepository(Repository[Delivery]):
    model = Delivery

    async def lock_held(self, row: DueRow) -> Delivery | None:
        """Return the delivery, locked, if the claim's lease is still its present one."""
        statement = select(Delivery).where(Delivery.id == row.id, Delivery.lease_owner == row.lease).with_for_update()
        return (await self.session.execute(statement)).scalar_one_or_none()

    async def lock_of_item(self, schedule_item_id: UUID) -> Delivery | None:
        statement = select(Delivery).where(Delivery.schedule_item_id == schedule_item_id).with_for_update()
        return (await self.session.execute(statement)).scalar_one_or_none()

    async def insert_due(self, rows: Sequence[Mapping[str, Any]]) -> int:
        """Insert new deliveries, of any accounts (under the loop role), all due now; return how many were inserted.

        The rows have the same columns. Items that have a delivery are passed over.
        """
        rows = sorted(rows, key=lambda row: row["schedule_item_id"])  # two consumers may have been given the same items
        table = Delivery.metadata.tables["publisher.delivery"]
        names = list(rows[0])
        # one array for each column: a single statement, whose text is the same for any number of rows
        dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
        arrays = ", ".join(f"CAST(:{name} AS {table.c[name].type.compile(dialect=dialect)}[])" for name in names)
        columns = ", ".join(names)
        statement = text(
            f"INSERT INTO publisher.delivery ({columns}, due_at) "  # noqa: S608 - names of our own columns
            f"SELECT {columns}, now() FROM unnest({arrays}) AS row ({columns}) "
            "ON CONFLICT (schedule_item_id) DO NOTHING RETURNING id"
        )
        values = {name: [_plain(row[name]) for row in rows] for name in names}
        return len((await self.session.execute(statement, values)).all())

    async def settle(self, delivery: Delivery, after: timedelta | None) -> None:
        """Give the lease back: the delivery is due again ``after`` this long, or (None) not at all."""
        delivery.lease_owner = None
        if after is None:
            delivery.due_at = None
            return
        now = (await self.session.execute(select(func.clock_timestamp()))).scalar_one()
        delivery.due_at = now + after
        await due.wake(self.session, DELIVERIES, delivery.due_at)

    async def records_of(self, post: Delivery | Preflight) -> Records:
        """Return what we know about the account, for the checks. All of it is this account's own (T1)."""
        account_id = post.account_id
        return Records(
            post=post,
            content=await self.session.get(ApprovedContent, (account_id, post.content_id)),
            item=await self.session.get(ScheduledPost, (account_id, post.schedule_item_id)),
            subscription=await self.session.get(Subscription, account_id),
            profile=(await self.session.execute(select(PublishingProfile))).scalar_one_or_none(),
            connection=(
                await self.session.execute(select(SocialConnection).where(SocialConnection.platform == post.platform))
            ).scalar_one_or_none(),
            provider=await self.provider_of(post),
        )

    async def provider_of(self, post: Delivery | Preflight) -> ProviderProfile | None:
        """Return the provider profile that the post is frozen to."""
        statement = select(ProviderProfile).where(ProviderProfile.ref_id == post.provider_profile_id)
        return (await self.session.execute(statement)).scalar_one_or_none()

    async def start_attempt(self, delivery: Delivery) -> DeliveryAttempt:
        """Add the row of the call that is about to be made with the delivery's current key."""
        earlier = select(func.count()).where(
            DeliveryAttempt.delivery_id == delivery.id, DeliveryAttempt.number == delivery.attempt
        )
        attempt = DeliveryAttempt(
            account_id=delivery.account_id,
            delivery_id=delivery.id,
            number=delivery.attempt,
            call=(await self.session.execute(earlier)).scalar_one() + 1,
            idempotency_key=delivery.idempotency_key,
            started_at=delivery.sent_at,
        )
        self.session.add(attempt)
        return attempt

    async def last_attempt(self, delivery: Delivery) -> DeliveryAttempt | None:
        statement = (
            select(DeliveryAttempt)
            .where(DeliveryAttempt.delivery_id == delivery.id)
            .order_by(DeliveryAttempt.number.desc(), DeliveryAttempt.call.desc())
            .limit(1)
        )
        return (await self.session.execute(statement)).scalar_one_or_none()

    async def attempts_of(self, delivery_id: UUID) -> Sequence[DeliveryAttempt]:
        statement = (
            select(DeliveryAttempt)
            .where(DeliveryAttempt.delivery_id == delivery_id)
            .order_by(DeliveryAttempt.number, DeliveryAttempt.call)
        )
        return (await self.session.execute(statement)).scalars().all()

    async def page(self, *, status: Status | None, after: UUID | None, limit: int) -> Sequence[Delivery]:
        """Return deliveries, newest first."""
        statement = select(Delivery).order_by(Delivery.account_id.desc(), Delivery.id.desc()).limit(limit)
        if status is not None:
            statement = statement.where(Delivery.status == status)
        if after is not None:
            statement = statement.where(Delivery.id < after)
        return (await self.session.execute(statement)).scalars().all()

    async def wake_uncertain(self, provider_profile_id: str) -> int:
        """Look now for what may be live at this provider profile, instead of at its next turn; return how many."""
        statement = (
            update(Delivery)
            .where(
                Delivery.provider_profile_id == provider_profile_id,
                Delivery.status.in_([Status.RECONCILING, Status.UNKNOWN]),
                Delivery.lease_owner.is_(None),
            )
            .values(due_at=func.clock_timestamp())
            .returning(Delivery.id)
        )
        woken = len((await self.session.execute(statement)).scalars().all())
        if woken:
            await due.wake(self.session, DELIVERIES)
        return woken


def _plain(value: object) -> object:
    return json.dumps(value) if isinstance(value, dict) else value
