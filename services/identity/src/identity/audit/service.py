"""The append-only log of an account: who did what, when, in a chain that shows every later change."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from common.clock import Clock
from common.ids import new_id
from pulseworks_contracts import AuditRecorded

from identity.audit.chain import GENESIS, entry_hash
from identity.audit.repository import AuditFilter, AuditRepository, Head
from identity.models import AuditEvent

_OWN_SOURCE = "/identity"
_EXPORT_BATCH = 500


@dataclass(frozen=True)
class Verification:
    """`checked`: entries that are as they were written. `first_broken`: the first position that is not."""

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
        """Write down what happened in identity itself, in the transaction in which it happens.

        `entity` is its type and its id. The chain's end stays locked until the transaction ends: append last.
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
        return await self._chain(entry)

    async def record(self, event: AuditRecorded) -> AuditEvent:
        """Write down what another service reports. The entry has the event's id, so there can't be a second one."""
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
        return await self._chain(entry)

    async def _chain(self, entry: AuditEvent) -> AuditEvent:
        head = await self._entries.lock_head(entry.account_id)
        entry.seq = head.seq + 1
        entry.prev_hash = head.hash
        entry.created_at = self._clock.now()
        entry.hash = entry_hash(entry)
        self._entries.add(entry)
        head.seq, head.hash = entry.seq, entry.hash
        await self._entries.session.flush()
        return entry

    async def page(self, only: AuditFilter, *, before: int | None, limit: int) -> Sequence[AuditEvent]:
        return await self._entries.page(only, before=before, limit=limit)

    async def verify(self) -> Verification:
        """Recompute the chain of the transaction's account.

        A changed, removed, inserted or reordered entry is found at its position. Entries cut off at the end are
        found because the chain's end is kept apart.
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
