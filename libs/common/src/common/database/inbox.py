from collections.abc import Collection, Sequence
from uuid import UUID

from pulseworks_contracts import Event
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


async def first_time(session: AsyncSession, service: str, consumer: str, event: Event) -> bool:
    """Record that ``consumer`` handles ``event`` in this transaction. False: an earlier transaction handled it."""
    result = await session.execute(
        text(f"""
            INSERT INTO {service}.inbox (consumer, event_id, account_id) VALUES (:consumer, :event_id, :account_id)
            ON CONFLICT DO NOTHING RETURNING event_id
        """),
        {"consumer": consumer, "event_id": event.id, "account_id": event.account_id},
    )
    return result.first() is not None


async def first_times(session: AsyncSession, service: str, consumer: str, events: Sequence[Event]) -> set[UUID]:
    """Record many events, of any accounts, under the cross-account role; return the ids of those that are new.

    Inserts in the order of their ids, since two consumers may receive the same events.
    """
    ordered = sorted(events, key=lambda event: event.id)
    result = await session.execute(
        text(f"""
            INSERT INTO {service}.inbox (consumer, event_id, account_id)
            SELECT :consumer, event_id, account_id
            FROM unnest(CAST(:event_ids AS uuid[]), CAST(:account_ids AS uuid[])) AS event (event_id, account_id)
            ON CONFLICT DO NOTHING RETURNING event_id
        """),
        {
            "consumer": consumer,
            "event_ids": [event.id for event in ordered],
            "account_ids": [event.account_id for event in ordered],
        },
    )
    return set(result.scalars())


async def missing(session: AsyncSession, service: str, expected: Collection[tuple[str, UUID]]) -> set[tuple[str, UUID]]:
    """Return those of ``expected``, pairs of consumer and event id, that the account has no row for."""
    result = await session.execute(
        text(
            f"SELECT consumer, event_id FROM {service}.inbox WHERE consumer = ANY(:consumers) AND event_id = ANY(:ids)"
        ),
        {"consumers": [consumer for consumer, _ in expected], "ids": [event_id for _, event_id in expected]},
    )
    return set(expected) - {(row.consumer, row.event_id) for row in result}
