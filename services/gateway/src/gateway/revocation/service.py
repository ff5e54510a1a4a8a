from collections import OrderedDict
from datetime import datetime
from uuid import UUID

from common.clock import Clock


class RevocationList:
    """Sessions that ended before their access tokens expired. Each is kept in memory until those tokens expire."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until: OrderedDict[UUID, datetime] = OrderedDict()

    def __len__(self) -> int:
        return len(self._until)

    def add(self, session_id: UUID, tokens_expire_at: datetime) -> None:
        self._drop_expired()
        if tokens_expire_at > self._clock.now():
            self._until[session_id] = tokens_expire_at

    def is_revoked(self, session_id: UUID) -> bool:
        return session_id in self._until

    def _drop_expired(self) -> None:
        # All tokens live equally long, so the oldest entry expires first. Clock skew only keeps an entry longer.
        now = self._clock.now()
        while self._until:
            session_id, until = next(iter(self._until.items()))
            if until > now:
                return
            del self._until[session_id]
