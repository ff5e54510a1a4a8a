"""The append-only audit log of an account, in a hash chain that reveals later changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from common.clock import Clock
from common.ids import new_id
from pulseworks_contracts import AuditRecorded

from identity.audit.repository import AuditFilter, AuditRepository, Head
from identity.audit.rules import GENESIS, entry_hash
from identity.models import AuditEvent

_OWN_SOURCE = "/identity"
_EXPORT_BATCH = 500


@dataclass(frozen=True)
class Verification:
    """`checked`: number of unchanged entries from the start. `first_broken`: position of the first changed one."""

    valid: bool
    checked: int
    first_broken: int | None


class AuditLog:
    def __init__(self, repository: AuditRepository, clock: Clock) -> None:
        self._entries = repository
        self._clock = clock

    async def append(
        self,
        account_id: UUID,
        event_type: str,
        *,
        entity: tuple[str, object],
        user_id: UUID | None,
        facts: dict[str, Any] | None = None,
    ) -> AuditEvent:
        """Append an entry of identity itself, in the transaction of the change that it records.

        `entity` is a type and an id. The head stays locked until the transaction ends, so append last.
        """
        entry = AuditEvent(
            id=new_id(),
            account_id=account_id,
            source=_OWN_SOURCE,
            user_id=user_id,
            event_type=event_type,
            entity_type=entity[0],
            entity_id=str(entity[1]),
            facts=facts or {},
            occurred_at=self._clock.now(),
        )
        return await self._append(entry)

    async def record(self, event: AuditRecorded) -> AuditEvent:
        """Append an entry that another service sent. It has the event's id, so it can't be appended twice."""
        entry = AuditEvent(
            id=event.id,
            account_id=event.account_id,
            source=event.source,
            user_id=event.data.user_id,
            event_type=event.data.event_type,
            entity_type=event.data.entity_type,
            entity_id=event.data.entity_id,
            facts=event.data.metadata,
            occurred_at=event.data.occurred_at,
        )
        return await self._append(entry)

    async def _append(self, entry: AuditEvent) -> AuditEvent:
        head = await self._entries.lock_head(entry.account_id)
        entry.seq = head.seq + 1
        entry.prev_hash = head.hash
        entry.created_at = self._clock.now()
        entry.hash = entry_hash(entry)
        self._entries.add(entry)
        head.seq, head.hash = entry.seq, entry.hash
        await self._entries.session.flush()
        return entry

    async def page(self, matching: AuditFilter, *, before: int | None, limit: int) -> Sequence[AuditEvent]:
        return await self._entries.page(matching, before=before, limit=limit)

    async def verify(self) -> Verification:
        """Recompute the chain of the transaction's account.

        This finds the position of a changed, removed, inserted or reordered entry. It detects a truncated log because
        the head is stored separately.
        """
        last = await self._entries.head()
        checked, expected = 0, GENESIS
        async for entry, end in self._entries.all_with_head():
            position = checked + 1
            if entry.seq != position or entry.prev_hash != expected or entry_hash(entry) != entry.hash:
                return Verification(valid=False, checked=checked, first_broken=position)
            checked, expected, last = position, entry.hash, end
        if (last.seq, last.hash) != (checked, expected):
            return Verification(valid=False, checked=checked, first_broken=min(checked, last.seq) + 1)
        return Verification(valid=True, checked=checked, first_broken=None)

    async def head(self) -> Head:
        return await self._entries.head()

    async def export(self, after: int, *, up_to: int) -> Sequence[AuditEvent]:
        return await self._entries.after(after, up_to=up_to, limit=_EXPORT_BATCH)
