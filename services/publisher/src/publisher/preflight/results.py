"""What a look ahead comes to: one transaction of row and event. The same finding again is not told again."""

from datetime import datetime, timedelta

from common.messaging import outbox
from prometheus_client import Counter
from pulseworks_contracts import Event, PreflightData, PreflightFailed, PreflightFailedData, PreflightPassed, Reason
from sqlalchemy.ext.asyncio import AsyncSession

from publisher.models import Preflight
from publisher.preflight.repository import PreflightRepository

LOOKS = Counter("pulseworks_preflights", "Looks ahead at upcoming posts by what they showed.", ["status", "code"])


class Results:
    def __init__(self, session: AsyncSession, now: datetime) -> None:
        self._session = session
        self._now = now
        self.preflights = PreflightRepository(session)

    async def passed(self, preflight: Preflight) -> None:
        new = preflight.status != "passed"
        self._note(preflight, "passed", None)
        await self.preflights.settle(preflight, None)
        if new:
            await self._emit(PreflightPassed(**self._envelope(preflight), data=PreflightData(**self._data(preflight))))

    async def failed(self, preflight: Preflight, refusal: Reason, again: timedelta | None) -> None:
        """``again``: when to look whether it was mended. None: the time is too near."""
        new = (preflight.status, preflight.error_code) != ("failed", refusal.code)
        self._note(preflight, "failed", refusal)
        await self.preflights.settle(preflight, again)
        if new:
            data = PreflightFailedData(**self._data(preflight), **refusal.model_dump())
            await self._emit(PreflightFailed(**self._envelope(preflight), data=data))

    async def left(self, preflight: Preflight) -> None:
        """Look no further: the post was taken back, or its time is too near for anybody to act."""
        if preflight.status == "waiting":
            preflight.status = "left"
            LOOKS.labels("left", "").inc()
        await self.preflights.settle(preflight, None)

    async def later(self, preflight: Preflight, after: timedelta) -> None:
        preflight.tries += 1
        await self.preflights.settle(preflight, after)

    def _note(self, preflight: Preflight, status: str, refusal: Reason | None) -> None:
        preflight.status, preflight.checked_at, preflight.tries = status, self._now, 0
        preflight.error_code = refusal.code if refusal else None
        preflight.error_message = refusal.message if refusal else None
        preflight.error_remedy = refusal.remedy if refusal else None
        LOOKS.labels(status, preflight.error_code or "").inc()

    def _envelope(self, preflight: Preflight) -> dict[str, object]:
        return {"account_id": preflight.account_id, "subject": str(preflight.schedule_item_id), "time": self._now}

    def _data(self, preflight: Preflight) -> dict[str, object]:
        return {
            "item_id": preflight.schedule_item_id,
            "item_revision": preflight.item_revision,
            "content_id": preflight.content_id,
            "platform": preflight.platform,
            "checked_at": self._now,
        }

    async def _emit(self, event: Event) -> None:
        await outbox.add(self._session, event)
