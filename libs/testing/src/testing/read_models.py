"""E4 in every service: a read model ends in the same state whatever the order and concurrency of its events."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any, Generic, TypeVar
from uuid import UUID

from common.database import Database, ServiceBase
from common.ids import new_id
from common.messaging import EventRouter
from pulseworks_contracts import (
    EVENT_TYPES,
    AccountCreated,
    AccountUpdated,
    ContentApproved,
    Entitlements,
    Event,
    PostPublished,
    PostScheduled,
    ProfileNeedsReconnect,
    ProfileVerified,
    SubscriptionChanged,
    UserChanged,
)
from pulseworks_contracts.specs import example
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from testing.events import deliver

FactoryT = TypeVar("FactoryT")

_CONCURRENT_ACCOUNTS = 10
_DIFFERENT_IN_EACH_ROW = frozenset({"id", "account_id", "content_id"})


@dataclass(frozen=True)
class Pair:
    """Two types of event about one entity, of which the second has the higher revision."""

    model: type[ServiceBase]
    older: type[Event]
    newer: type[Event]

    def __str__(self) -> str:
        return f"{self.model.__name__}-{self.older.__name__}-{self.newer.__name__}"


def pairs(events: Mapping[type[ServiceBase], Sequence[type[Event]]]) -> list[Pair]:
    """Return every pair of the event types that each read model follows, including a type with itself."""
    return [Pair(model, *two) for model, types in events.items() for two in product(types, repeat=2)]


async def _as_in_example(_account_id: UUID) -> dict[str, Any]:
    return {}


@dataclass
class ReadModelCheck(Generic[FactoryT]):
    """Lets a service handle pairs of events, each pair about a new account, and compares the resulting rows.

    ``entity`` creates what the events are about, if they need it, and returns the ids that their data refers to it by.
    ``besides`` are columns that may depend on the order, since nothing depends on them.
    """

    database: Database
    factory: Callable[[AsyncSession], FactoryT]
    routers: Sequence[Callable[[], EventRouter]]
    entity: Callable[[UUID], Awaitable[dict[str, Any]]] = _as_in_example
    besides: frozenset[str] = frozenset()

    async def in_both_orders(self, pair: Pair) -> None:
        """Fail if the order of arrival changes the row."""
        in_order, reverse = await self._events(pair), await self._events(pair)
        for event in (*in_order, *reversed(reverse)):
            await self._handle(event)

        kept, otherwise = await self._kept(pair, in_order), await self._kept(pair, reverse)
        assert kept == otherwise, f"in order: {kept}; the newer one first: {otherwise}"

    async def at_once(self, pair: Pair) -> None:
        """Fail if handling both at the same time ends differently from one after the other."""
        in_order = await self._events(pair)
        for event in in_order:
            await self._handle(event)
        expected = await self._kept(pair, in_order)

        concurrent = [await self._events(pair) for _ in range(_CONCURRENT_ACCOUNTS)]
        # for every other account the newer one starts first
        events = [event for number, two in enumerate(concurrent) for event in (two, two[::-1])[number % 2]]
        await asyncio.gather(*(self._handle(event) for event in events))

        for two in concurrent:
            kept = await self._kept(pair, two)
            assert kept == expected, f"one after the other: {expected}; concurrently: {kept}"

    async def _events(self, pair: Pair) -> tuple[Event, Event]:
        account_id = new_id()
        ids = await self.entity(account_id)
        return _event(pair.older, account_id, 1, ids), _event(pair.newer, account_id, 2, ids)

    async def _handle(self, event: Event) -> None:
        assert await deliver(self.routers, event, self.database, self.factory) == "handled"

    async def _kept(self, pair: Pair, events: tuple[Event, Event]) -> dict[str, Any]:
        async with self.database.transaction(events[0].account_id) as session:
            row = (await session.execute(select(pair.model.__table__))).mappings().one()
        return {name: value for name, value in row.items() if name not in _DIFFERENT_IN_EACH_ROW | self.besides}


def _event(kind: type[Event], account_id: UUID, revision: int, ids: Mapping[str, Any]) -> Event:
    """Return the contracts' example of an event, for this account, with data that differs between revisions."""
    known: Any = kind.model_validate_json(example(kind))
    changes = {"revision": revision, **_DIFFERENT.get(kind, _unchanged)(revision), **ids}
    data = known.data.model_copy(update=changes)
    made: Event = known.model_copy(update={"id": new_id(), "account_id": account_id, "data": data})
    return EVENT_TYPES[made.type].model_validate_json(made.to_json())


def _unchanged(_revision: int) -> dict[str, Any]:
    return {}


def _account(revision: int) -> dict[str, Any]:
    return {"name": f"Name {revision}"}


def _subscription(revision: int) -> dict[str, Any]:
    odd = revision % 2 == 1
    return {"entitlements": Entitlements(generation=odd, posting=not odd, posts_per_month=revision)}


def _user(revision: int) -> dict[str, Any]:
    return {"role": "ADMIN" if revision % 2 == 1 else "MEMBER"}


def _approval(revision: int) -> dict[str, Any]:
    return {"title": f"Title {revision}", "content_hash": f"sha256:{revision:064x}"}


def _verification(revision: int) -> dict[str, Any]:
    return {"provider_profile_id": f"profile-{revision}"}


def _loss(revision: int) -> dict[str, Any]:
    return {"platforms": ["FACEBOOK"] if revision % 2 == 1 else ["FACEBOOK", "INSTAGRAM"]}


def _schedule(revision: int) -> dict[str, Any]:
    return {"scheduled_for": datetime(2026, 12, 1, 9, tzinfo=UTC) + timedelta(days=revision)}


def _publication(revision: int) -> dict[str, Any]:
    return {"post_url": f"https://facebook.example/{revision}"}


_DIFFERENT: dict[type[Event], Callable[[int], dict[str, Any]]] = {
    AccountCreated: _account,
    AccountUpdated: _account,
    SubscriptionChanged: _subscription,
    UserChanged: _user,
    ContentApproved: _approval,
    ProfileVerified: _verification,
    ProfileNeedsReconnect: _loss,
    PostScheduled: _schedule,
    PostPublished: _publication,
}
