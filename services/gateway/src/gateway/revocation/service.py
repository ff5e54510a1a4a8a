import asyncio
from collections import OrderedDict
from datetime import datetime
from uuid import UUID

from common.auth import Principal
from common.clock import Clock


class RevocationList:
    """Sessions that ended before their access tokens expired. Each is kept in memory until those tokens expire."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until: OrderedDict[UUID, datetime] = OrderedDict()
        self._waiting: dict[UUID, set[asyncio.Event]] = {}
        self.is_fed = False
        """Whether this process receives revocations. Without them an empty list means nothing."""

    def __len__(self) -> int:
        return len(self._until)

    def add(self, session_id: UUID, tokens_expire_at: datetime) -> None:
        self._drop_expired()
        if tokens_expire_at > self._clock.now():
            self._until[session_id] = tokens_expire_at
        for event in self._waiting.get(session_id, ()):
            event.set()

    def is_revoked(self, session_id: UUID) -> bool:
        return session_id in self._until

    async def wait_for_end(self, principal: Principal) -> None:
        """Return when the caller's session is revoked or the token has expired, whichever is first.

        The second holds without the broker too.
        """
        if self.is_revoked(principal.session_id):
            return
        revoked = asyncio.Event()
        waiting = self._waiting.setdefault(principal.session_id, set())
        waiting.add(revoked)
        try:
            async with asyncio.timeout((principal.token_expires_at - self._clock.now()).total_seconds()):
                await revoked.wait()
        except TimeoutError:
            return
        finally:
            waiting.discard(revoked)
            if not waiting:
                self._waiting.pop(principal.session_id, None)

    async def check_fed(self) -> None:
        """Raise unless this process has begun to receive revocations."""
        if not self.is_fed:
            raise RuntimeError("revoked sessions are not known: run `serve`, not `api`")

    def _drop_expired(self) -> None:
        # All tokens live equally long, so the oldest entry expires first. Clock skew only keeps an entry longer.
        now = self._clock.now()
        while self._until:
            session_id, until = next(iter(self._until.items()))
            if until > now:
                return
            del self._until[session_id]
