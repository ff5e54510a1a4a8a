from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from common.database import Repository
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from identity.audit.rules import GENESIS
from identity.models import AuditEvent, AuditHead

_BATCH = 500


@dataclass(frozen=True)
class AuditFilter:
    """None matches any value."""

    event_type: str | None = None
    entity_type: str | None = None
    entity_id: str | None = None
    user_id: UUID | None = None


@dataclass(frozen=True)
class Head:
    """Position and hash of a chain's last entry."""

    seq: int
    hash: str


class AuditRepository(Repository[AuditEvent]):
    model = AuditEvent

    async def lock_head(self, account_id: UUID) -> AuditHead:
        """Lock and return the account's head; other transactions can't append until this one ends."""
        head = await self._select_head(account_id)
        if head is None:
            first = {"account_id": account_id, "seq": 0, "hash": GENESIS}
            await self.session.execute(insert(AuditHead).values(first).on_conflict_do_nothing())
            head = await self._select_head(account_id)
        if head is None:
            raise LookupError(f"the audit log of account {account_id} is not visible in this transaction")
        return head

    async def _select_head(self, account_id: UUID) -> AuditHead | None:
        statement = (
            select(AuditHead)
            .where(AuditHead.account_id == account_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        return (await self.session.execute(statement)).scalar_one_or_none()

    async def head(self) -> Head:
        row = (await self.session.execute(select(AuditHead.seq, AuditHead.hash))).one_or_none()
        return Head(0, GENESIS) if row is None else Head(row.seq, row.hash)

    async def page(self, matching: AuditFilter, *, before: int | None, limit: int) -> Sequence[AuditEvent]:
        """Return entries below the position `before`, newest first."""
        conditions = {name: value for name, value in vars(matching).items() if value is not None}
        statement = select(AuditEvent).filter_by(**conditions).order_by(AuditEvent.seq.desc()).limit(limit)
        if before is not None:
            statement = statement.where(AuditEvent.seq < before)
        return (await self.session.execute(statement)).scalars().all()

    async def after(self, seq: int, *, up_to: int, limit: int) -> Sequence[AuditEvent]:
        """Return entries after the position `seq` up to `up_to`, oldest first."""
        statement = (
            select(AuditEvent)
            .where(AuditEvent.seq > seq, AuditEvent.seq <= up_to)
            .order_by(AuditEvent.seq)
            .limit(limit)
        )
        return (await self.session.execute(statement)).scalars().all()

    async def all_with_head(self) -> AsyncIterator[tuple[AuditEvent, Head]]:
        """Yield all entries, oldest first, each with the head.

        A single statement uses one snapshot, so a concurrent append is in both or in neither.
        """
        end = select(AuditHead.seq, AuditHead.hash).subquery()
        statement = select(AuditEvent, end.c.seq, end.c.hash).outerjoin(end, end.c.seq >= 0).order_by(AuditEvent.seq)
        result = await self.session.stream(statement.execution_options(yield_per=_BATCH))
        async for entry, seq, digest in result:
            yield entry, Head(0, GENESIS) if seq is None else Head(seq, digest)
            self.session.expunge(entry)
