from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from common.contracts import Event


async def first_time(session: AsyncSession, service: str, consumer: str, event: Event) -> bool:
    """Note that ``consumer`` handles ``event`` in this transaction. False: an earlier one has done so already."""
    result = await session.execute(
        text(f"""
            INSERT INTO {service}.inbox (consumer, event_id, account_id) VALUES (:consumer, :event_id, :account_id)
            ON CONFLICT DO NOTHING RETURNING event_id
        """),
        {"consumer": consumer, "event_id": event.id, "account_id": event.account_id},
    )
    return result.first() is not None
