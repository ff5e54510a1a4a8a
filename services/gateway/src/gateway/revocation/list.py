from collections import OrderedDict
from datetime import datetime
from uuid import UUID

from common.clock import Clock


class RevocationList:
    """The sessions that ended before their access tokens did. A replica keeps each until those tokens are dead."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until: OrderedDict[UUID, datetime] = OrderedDict()

    def __len__(self) -> int:
        return len(self._until)

    def add(self, session_id: UUID, tokens_expire_at: datetime) -> None:
        self._forget_dead()
        if tokens_expire_at > self._clock.now():
            self._until[session_id] = tokens_expire_at

    def is_revoked(self, session_id: UUID) -> bool:
        return session_id in self._until

    def _forget_dead(self) -> None:
        # Lifetimes are equal, so the oldest entry dies first, up to the skew of clocks, which only keeps one longer.
        now = self._clock.now()
        while self._until:
            session_id, until = next(iter(self._until.items()))
            if until > now:
                return
            del self._until[session_id]
