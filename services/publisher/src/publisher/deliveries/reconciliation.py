"""P5: what may be live is looked for in Ayrshare's history, and never sent again before it is shown to be absent."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from common.clock import Clock
from common.contracts import Platform, PlatformPayload
from common.database import Database
from common.due import DueRow, Outcome, Settled
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncSession

from publisher.clients.ayrshare import (
    AyrshareClient,
    AyrshareRateLimitedError,
    AyrshareRefusedError,
    AyrshareUnavailableError,
)
from publisher.deliveries.classification import Accepted, Rejected, RejectedForNow
from publisher.deliveries.history import Absent, Finding, Present, find
from publisher.deliveries.outcomes import UNKNOWN_LOOK, Outcomes
from publisher.deliveries.sending import postpone_rejected
from publisher.deliveries.states import Status
from publisher.models import Delivery
from publisher.profile_keys import ProfileKeys
from publisher.settings import PublisherSettings

log = structlog.get_logger(__name__)

ABSENT_LOOKS = 2
"""Conclusive looks after the settling time that must not find the post."""

_RATE_LIMIT_PAUSE = timedelta(minutes=5)
_LOOK_NO_LONGER = timedelta(hours=48)


@dataclass(frozen=True)
class Look:
    profile_key: SecretStr
    note: str
    platform: Platform
    sent_at: datetime


@dataclass(frozen=True)
class Blind:
    """The history could not be read."""

    reason: str
    rate_limited: bool


class Reconciler:
    def __init__(
        self,
        database: Database,
        ayrshare: AyrshareClient,
        profile_keys: ProfileKeys,
        clock: Clock,
        settings: PublisherSettings,
    ) -> None:
        self._database = database
        self._ayrshare = ayrshare
        self._profile_keys = profile_keys
        self._clock = clock
        self._settings = settings

    async def interrupted(self, session: AsyncSession, delivery: Delivery) -> None:
        """Take up a run that ended between fence and result, by a crash or without its database: its answer is lost."""
        log.warning("delivery_interrupted", key=delivery.idempotency_key)
        outcomes = Outcomes(session, self._clock.now())
        await outcomes.end_attempt(delivery, "interrupted")
        await outcomes.reconcile(delivery, timedelta(0))

    async def prepare(self, session: AsyncSession, delivery: Delivery) -> Look | None:
        """Return what to look for, or settle the delivery while its profile has to pause."""
        outcomes = Outcomes(session, self._clock.now())
        provider = await outcomes.deliveries.provider_of(delivery)
        if provider is None or provider.profile_key is None or delivery.sent_at is None:
            raise RuntimeError("a delivery that was sent has no provider profile or no time of sending")
        now = self._clock.now()
        if provider.paused_until is not None and provider.paused_until > now:
            await outcomes.deliveries.settle(delivery, provider.paused_until - now)
            return None
        payload = PlatformPayload.model_validate(delivery.payload)
        return Look(
            self._profile_keys.open(provider.profile_key), delivery.idempotency_key, payload.platform, delivery.sent_at
        )

    async def look(self, row: DueRow, look: Look) -> Outcome:
        """Read the history once and record what it says."""
        finding: Finding | Blind
        try:
            finding = find(await self._ayrshare.history(look.profile_key), look.note, look.platform, look.sent_at)
        except AyrshareRateLimitedError as error:
            finding = Blind(str(error), rate_limited=True)
        except (AyrshareUnavailableError, AyrshareRefusedError) as error:
            finding = Blind(str(error), rate_limited=False)
        log.info("delivery_looked_for", finding=type(finding).__name__, key=look.note)
        async with self._database.transaction(row.account_id) as session:
            outcomes = Outcomes(session, self._clock.now())
            delivery = await outcomes.deliveries.lock_held(row)
            if delivery is not None:
                await self._record(outcomes, delivery, finding)
        return Settled()

    async def _record(self, outcomes: Outcomes, delivery: Delivery, finding: Finding | Blind) -> None:
        delivery.looks += 1
        match finding:
            case Accepted():
                await outcomes.publish(delivery, finding)
            case Rejected(code, message, remedy):
                await outcomes.fail(delivery, code, message, remedy)
            case RejectedForNow() if delivery.status == Status.RECONCILING:
                provider = await outcomes.deliveries.provider_of(delivery)
                await postpone_rejected(outcomes, delivery, finding, provider, self._clock)
            case RejectedForNow():
                # a person has it in hand; an automatic second attempt days later would surprise
                await outcomes.fail(delivery, finding.code, finding.message, finding.remedy)
            case Absent(conclusive):
                await self._not_found(outcomes, delivery, conclusive=conclusive)
            case Present():
                await self._look_again(outcomes, delivery)
            case Blind(_, rate_limited):
                if rate_limited:
                    provider = await outcomes.deliveries.provider_of(delivery)
                    if provider is not None:
                        provider.paused_until = self._clock.now() + _RATE_LIMIT_PAUSE
                await self._look_again(outcomes, delivery)

    async def _not_found(self, outcomes: Outcomes, delivery: Delivery, *, conclusive: bool) -> None:
        settled = self._since(delivery.settling_since) >= timedelta(seconds=self._settings.reconcile_settle_seconds)
        if conclusive and settled:
            delivery.absent_looks += 1
        arrived_somehow = delivery.key_used
        reconciling = delivery.status == Status.RECONCILING
        if reconciling and delivery.absent_looks >= ABSENT_LOOKS and not arrived_somehow:
            log.info("delivery_shown_absent", key=delivery.idempotency_key)
            await outcomes.postpone(delivery, timedelta(0), next_attempt=delivery.attempt)
            return
        await self._look_again(outcomes, delivery)

    async def _look_again(self, outcomes: Outcomes, delivery: Delivery) -> None:
        uncertain = self._since(delivery.uncertain_since)
        if delivery.status == Status.UNKNOWN:
            await outcomes.deliveries.settle(delivery, UNKNOWN_LOOK if uncertain < _LOOK_NO_LONGER else None)
        elif uncertain >= timedelta(seconds=self._settings.reconcile_limit_seconds):
            await outcomes.surface(delivery)
        else:
            await outcomes.deliveries.settle(delivery, self._pause(delivery, uncertain))

    def _pause(self, delivery: Delivery, uncertain: timedelta) -> timedelta:
        """Return growing pauses: soon at first, at most a quarter of the settling time until it has passed twice."""
        doubling = timedelta(seconds=self._settings.reconcile_pause_seconds * 2 ** min(delivery.looks, 20))
        return min(doubling, max(timedelta(seconds=self._settings.reconcile_settle_seconds / 4), uncertain / 10))

    def _since(self, moment: datetime | None) -> timedelta:
        return timedelta(0) if moment is None else self._clock.now() - moment
