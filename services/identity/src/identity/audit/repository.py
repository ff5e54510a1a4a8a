from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from common.database import Repository
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from identity.audit.chain import GENESIS
from identity.models import AuditEvent, AuditHead

_BATCH = 500


@dataclass(frozen=True)
class AuditFilter:
    """None: any."""

    event_type: str | None = None
    entity_type: str | None = None
    entity_id: str | None = None
    user_id: UUID | None = None


@dataclass(frozen=True)
class Head:
    """How far a chain goes, and the hash of its last entry."""

    seq: int
    hash: str


class AuditRepository(Repository[AuditEvent]):
    model = AuditEvent

    async def lock_head(self, account_id: UUID) -> AuditHead:
        """Return the end of the account's chain; nobody else appends until this transaction ends."""
        head = await self._select_head(account_id)
        if head is None:
            first = {"account_id": account_id, "seq": 0, "hash": GENESIS}
            await self.session.execute(insert(AuditHead).values(first).on_conflict_do_nothing())
            head = await self._select_head(account_id)
        if head is None:
            raise LookupError(f"the audit log of account {account_id} can't be reached from this transaction")
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

    async def page(self, only: AuditFilter, *, before: int | None, limit: int) -> Sequence[AuditEvent]:
        """Return entries, the latest first, below the position `before`."""
        wanted = {name: value for name, value in vars(only).items() if value is not None}
        statement = select(AuditEvent).filter_by(**wanted).order_by(AuditEvent.seq.desc()).limit(limit)
        if before is not None:
            statement = statement.where(AuditEvent.seq < before)
        return (await self.session.execute(statement)).scalars().all()

    async def after(self, seq: int, *, up_to: int, limit: int) -> Sequence[AuditEvent]:
        """Return entries in their order, those after the position `seq` and not after `up_to`."""
        statement = (
            select(AuditEvent)
            .where(AuditEvent.seq > seq, AuditEvent.seq <= up_to)
            .order_by(AuditEvent.seq)
            .limit(limit)
        )
        return (await self.session.execute(statement)).scalars().all()

    async def all_with_head(self) -> AsyncIterator[tuple[AuditEvent, Head]]:
        """Yield all entries in their order, each with the chain's end.

        One statement is one snapshot, so an append that happens meanwhile is seen in both or in neither.
        """
        end = select(AuditHead.seq, AuditHead.hash).subquery()
        statement = select(AuditEvent, end.c.seq, end.c.hash).outerjoin(end, end.c.seq >= 0).order_by(AuditEvent.seq)
        result = await self.session.stream(statement.execution_options(yield_per=_BATCH))
        async for entry, seq, digest in result:
            yield entry, Head(0, GENESIS) if seq is None else Head(seq, digest)
            self.session.expunge(entry)
