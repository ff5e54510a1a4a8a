from datetime import datetime, timedelta
from uuid import UUID

from common.clock import Clock
from common.due import DueRow
from common.messaging import outbox
from prometheus_client import Counter
from pulseworks_contracts import FrozenPost, Reason

from publisher.models import Preflight
from publisher.preflight import events
from publisher.preflight.repository import PreflightRepository

RESULTS = Counter("pulseworks_preflights", "Preflights of upcoming posts by their result.", ["status", "code"])


class PreflightService:
    def __init__(self, preflights: PreflightRepository, clock: Clock) -> None:
        self._preflights = preflights
        self._clock = clock

    async def accept(self, account_id: UUID, post: FrozenPost) -> None:
        """Start the preflight of an upcoming post. A newer revision of the same item replaces an older one."""
        await self._preflights.put(account_id, post, self._clock.now())

    async def lock(self, row: DueRow) -> Preflight | None:
        """Return the claimed preflight, locked. None: the claim's lease is no longer the current one."""
        return await self._preflights.lock_leased(row)

    async def record_passed(self, preflight: Preflight) -> None:
        """Record a passed preflight and emit it once."""
        now = self._clock.now()
        is_new = preflight.status != "passed"
        _set_result(preflight, "passed", None, now)
        await self._preflights.release(preflight, None)
        if is_new:
            await outbox.add(self._preflights.session, events.preflight_passed(preflight, now))

    async def record_failed(self, preflight: Preflight, refusal: Reason, again: timedelta | None) -> None:
        """Record a failed preflight and emit it once. It is repeated after ``again``, or (None) not any more."""
        now = self._clock.now()
        is_new = (preflight.status, preflight.error_code) != ("failed", refusal.code)
        _set_result(preflight, "failed", refusal, now)
        await self._preflights.release(preflight, again)
        if is_new:
            await outbox.add(self._preflights.session, events.preflight_failed(preflight, refusal, now))

    async def stop(self, preflight: Preflight) -> None:
        """End it: the post was withdrawn, or there is no time left to act."""
        if preflight.status == "waiting":
            preflight.status = "left"
            RESULTS.labels("left", "").inc()
        await self._preflights.release(preflight, None)

    async def retry(self, preflight: Preflight, after: timedelta) -> None:
        """Repeat it ``after`` this long without a result."""
        preflight.tries += 1
        await self._preflights.release(preflight, after)


def _set_result(preflight: Preflight, status: str, refusal: Reason | None, now: datetime) -> None:
    preflight.status, preflight.checked_at, preflight.tries = status, now, 0
    preflight.error_code = refusal.code if refusal else None
    preflight.error_message = refusal.message if refusal else None
    preflight.error_remedy = refusal.remedy if refusal else None
    RESULTS.labels(status, preflight.error_code or "").inc()
