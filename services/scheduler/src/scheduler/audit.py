from common.auth import Principal
from common.clock import Clock
from common.messaging import outbox
from pulseworks_contracts import AuditRecorded, AuditRecordedData
from sqlalchemy.ext.asyncio import AsyncSession


async def record(session: AsyncSession, clock: Clock, principal: Principal, act: str, **facts: str) -> None:
    """Put what a person did to the account's schedule as a whole into its audit log."""
    subject = str(principal.account_id)
    data = AuditRecordedData(
        event_type=act,
        entity_type="account",
        entity_id=subject,
        user_id=principal.user_id,
        occurred_at=clock.now(),
        metadata=facts,
    )
    await outbox.add(session, AuditRecorded(account_id=principal.account_id, subject=subject, data=data))
