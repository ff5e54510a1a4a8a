import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from common import due
from common.database import Repository
from sqlalchemy import func, select, text, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import insert

from publisher.models import DELIVERIES, Delivery, DeliveryAttempt
from publisher.protocol.states import Status


class DeliveryRepository(Repository[Delivery]):
    model = Delivery

    async def count_unknown(self) -> int:
        """Count deliveries with an unknown outcome that are still searched for: the due index has only those."""
        statement = select(func.count()).where(Delivery.due_at.is_not(None), Delivery.status == Status.UNKNOWN)
        return (await self.session.execute(statement)).scalar_one()

    async def wake_loop(self) -> None:
        await due.wake(self.session, DELIVERIES)

    async def insert_one_due(self, row: Mapping[str, Any]) -> bool:
        """Insert a new delivery that is due now. False: its schedule item already has one."""
        statement = (
            insert(Delivery.__table__)  # type: ignore[arg-type]  # SQLAlchemy types __table__ as FromClause
            .values(due_at=func.now(), **row)
            .on_conflict_do_nothing(index_elements=["schedule_item_id"])
            .returning(Delivery.id)
        )
        return (await self.session.execute(statement)).first() is not None

    async def insert_due(self, rows: Sequence[Mapping[str, Any]]) -> int:
        """Insert new deliveries of any accounts (under the loop role), all due now; return how many were inserted.

        The rows have the same columns. Items that already have a delivery are skipped.
        """
        rows = sorted(rows, key=lambda row: row["schedule_item_id"])  # two consumers may receive the same items
        table = Delivery.metadata.tables["publisher.delivery"]
        names = list(rows[0])
        # one array for each column: a single statement whose text is the same for any number of rows
        dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
        arrays = ", ".join(f"CAST(:{name} AS {table.c[name].type.compile(dialect=dialect)}[])" for name in names)
        columns = ", ".join(names)
        statement = text(
            f"INSERT INTO publisher.delivery ({columns}, due_at) "
            f"SELECT {columns}, now() FROM unnest({arrays}) AS row ({columns}) "
            "ON CONFLICT (schedule_item_id) DO NOTHING RETURNING id"
        )
        values = {name: [_plain(row[name]) for row in rows] for name in names}
        return len((await self.session.execute(statement, values)).all())

    async def lock_of_item(self, schedule_item_id: UUID) -> Delivery | None:
        statement = select(Delivery).where(Delivery.schedule_item_id == schedule_item_id).with_for_update()
        return (await self.session.execute(statement)).scalar_one_or_none()

    async def refreshed(self, delivery: Delivery) -> Delivery:
        """Write the changes and return the delivery with the values that the database computed."""
        await self.session.flush()
        await self.session.refresh(delivery)
        return delivery

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
        """Make the uncertain deliveries of this provider profile due now; return how many."""
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
            await self.wake_loop()
        return woken


def _plain(value: object) -> object:
    return json.dumps(value) if isinstance(value, dict) else value
