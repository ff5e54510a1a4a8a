from uuid import UUID

from common.clock import Clock
from pulseworks_contracts import FrozenPost

from publisher.preflight.repository import PreflightRepository


class PreflightService:
    def __init__(self, preflights: PreflightRepository, clock: Clock) -> None:
        self._preflights = preflights
        self._clock = clock

    async def accept(self, account_id: UUID, post: FrozenPost) -> None:
        await self._preflights.put(account_id, post, self._clock.now())
