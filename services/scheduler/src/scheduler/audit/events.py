"""Entries for the account's audit log."""

from typing import Any, Literal
from uuid import UUID

from common.auth import Principal
from common.clock import Clock
from common.messaging import outbox
from pulseworks_contracts import AuditRecorded, AuditRecordedData
from sqlalchemy.ext.asyncio import AsyncSession


class AuditLog:
    """Emits audit entries in the transaction of the change that they record."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def record_account(self, action: str, principal: Principal, **details: str) -> None:
        """Record what a person changed for the whole account."""
        account_id = principal.account_id
        await self.record(action, "account", account_id, account_id, user_id=principal.user_id, details=details)

    async def record(
        self,
        action: str,
        entity_type: Literal["account", "schedule_item"],
        entity_id: UUID,
        account_id: UUID,
        *,
        user_id: UUID | None,
        details: dict[str, Any],
    ) -> None:
        data = AuditRecordedData(
            event_type=action,
            entity_type=entity_type,
            entity_id=str(entity_id),
            user_id=user_id,
            occurred_at=self._clock.now(),
            metadata=details,
        )
        event = AuditRecorded(account_id=account_id, subject=str(entity_id), data=data)
        await outbox.add(self._session, event)
