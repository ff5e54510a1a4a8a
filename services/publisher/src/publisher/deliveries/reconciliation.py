"""P5: what may be live is looked for in Ayrshare's history, and never sent again before it is shown to be absent."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from common.due import DueRow, Outcome, Settled
from pulseworks_contracts import PlatformPayload
from sqlalchemy.ext.asyncio import AsyncSession

from publisher.clients.ayrshare import (
    UNLIMITED,
    AyrshareRateLimitedError,
    AyrshareRefusedError,
    AyrshareUnavailableError,
    RateLimit,
)
from publisher.deliveries.classification import Accepted, Rejected, RejectedForNow, Unclear
from publisher.deliveries.history import Absent, Finding, Present, find
from publisher.deliveries.outcomes import UNKNOWN_LOOK, Outcomes
from publisher.deliveries.parts import Parts
from publisher.deliveries.place import (
    Elsewhere,
    Target,
    confirm_place,
    names_another_account,
    record_elsewhere,
    remove_stray,
)
from publisher.deliveries.sending import postpone_rejected
from publisher.deliveries.states import ABSENT_LOOKS, Cause, Status
from publisher.models import Delivery
from publisher.pacing.breaker import Permit

log = structlog.get_logger(__name__)

_LOOK_NO_LONGER = timedelta(hours=48)


@dataclass(frozen=True)
class Look:
    target: Target
    note: str
    sent_at: datetime
    began: datetime
    """It shows what was so then, however late it is recorded."""
    doubted: bool
    """What is found may be an earlier call's, while the last one is still on its way."""


@dataclass(frozen=True)
class Blind:
    """The history could not be read."""

    reason: str
    rate_limited: bool


class Reconciler:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._settings = parts.settings

    async def interrupted(self, session: AsyncSession, delivery: Delivery) -> None:
        """Take up a run that ended between fence and result, by a crash or without its database: its answer is lost."""
        log.warning("delivery_interrupted", key=delivery.idempotency_key)
        outcomes = Outcomes(session, self._parts.clock.now())
        await outcomes.end_attempt(delivery, "interrupted")
        await outcomes.reconcile(delivery, Cause.INTERRUPTED, timedelta(0))

    async def prepare(self, session: AsyncSession, delivery: Delivery, permit: Permit) -> Look | None:
        """Return what to look for. While nobody can look, time runs all the same: the limit shows it as unknown."""
        outcomes = Outcomes(session, self._parts.clock.now())
        provider = await outcomes.deliveries.provider_of(delivery)
        if provider is None or provider.profile_key is None or delivery.sent_at is None:
            raise RuntimeError("a delivery that was sent has no provider profile or no time of sending")
        wait = self._parts.pacing(session).wait(provider)
        if wait is None and not permit.granted:
            wait = self._parts.breaker.put_off()
        if wait is not None:
            await self._look_again(outcomes, delivery, not_before=wait)
            return None
        payload = PlatformPayload.model_validate(delivery.payload)
        profile_key = self._parts.profile_keys.open(provider.profile_key)
        target = Target(profile_key, payload.platform, delivery.platform_account_id)
        doubted = _is_repeated(delivery) and self._settles_in(delivery, outcomes.now) > timedelta(0)
        return Look(target, delivery.idempotency_key, delivery.sent_at, outcomes.now, doubted)

    async def look(self, row: DueRow, look: Look, permit: Permit) -> Outcome:
        """Read the history once and record what it says."""
        finding, limit = await self._read(look, permit)
        log.info("delivery_looked_for", finding=type(finding).__name__, key=look.note)
        async with self._parts.database.transaction(row.account_id) as session:
            outcomes = Outcomes(session, self._parts.clock.now())
            delivery = await outcomes.deliveries.lock_held(row)
            if delivery is not None:
                settled = self._settles_in(delivery, look.began) <= timedelta(0)
                await self._record(outcomes, delivery, finding, limit, settled=settled)
                await self._parts.pacing(session).heed(delivery.provider_profile_id, limit)
        if isinstance(finding, Elsewhere) and delivery is not None:
            await remove_stray(self._parts, row, look.target, finding)
        return Settled()

    async def _read(self, look: Look, permit: Permit) -> tuple[Finding | Elsewhere | Blind, RateLimit]:
        try:
            history = await self._parts.ayrshare.history(look.target.profile_key)
        except AyrshareRateLimitedError as error:
            permit.answered()
            return Blind(str(error), rate_limited=True), error.limit
        except AyrshareRefusedError as error:
            permit.answered()
            return Blind(str(error), rate_limited=False), UNLIMITED
        except AyrshareUnavailableError as error:
            permit.failed()
            return Blind(str(error), rate_limited=False), UNLIMITED
        permit.answered()
        finding = find(history.entries, look.note, look.target.platform, look.sent_at)
        if not isinstance(finding, Accepted):
            return finding, history.limit
        if look.doubted and names_another_account(look.target, finding):
            return Present(), history.limit
        place = await confirm_place(self._parts, look.target, finding, permit, sent_at=look.sent_at)
        # an answer that does not say leaves it as it is: it will be looked for again
        return Present() if isinstance(place, Unclear) else place, history.limit

    async def _record(
        self,
        outcomes: Outcomes,
        delivery: Delivery,
        finding: Finding | Elsewhere | Blind,
        limit: RateLimit,
        *,
        settled: bool,
    ) -> None:
        delivery.looks += 1
        match finding:
            case Accepted():
                await outcomes.publish(delivery, finding)
            case Rejected() | RejectedForNow() if _is_repeated(delivery) and not settled:
                # that may be the earlier call with this key, while the last one is still on its way
                await self._look_again(outcomes, delivery)
            case Elsewhere():
                await record_elsewhere(outcomes, delivery, finding, self._parts)
            case Rejected(reason):
                await outcomes.fail(delivery, Cause.REJECTED, reason)
            case RejectedForNow() if delivery.status == Status.RECONCILING:
                await postpone_rejected(outcomes, delivery, finding, UNLIMITED, self._parts)
            case RejectedForNow():
                # a person has it in hand; an automatic second attempt days later would surprise
                await outcomes.fail(delivery, Cause.RETRIES_SPENT, finding.reason)
            case Absent(conclusive):
                await self._not_found(outcomes, delivery, proves=conclusive and settled)
            case Blind(_, rate_limited=True):
                wait = await self._parts.pacing(outcomes.session).refused(delivery.provider_profile_id, limit)
                await self._look_again(outcomes, delivery, not_before=wait)
            case Present() | Blind():
                await self._look_again(outcomes, delivery)

    async def _not_found(self, outcomes: Outcomes, delivery: Delivery, *, proves: bool) -> None:
        if proves:
            delivery.absent_looks += 1
        arrived_somehow = delivery.key_used
        reconciling = delivery.status == Status.RECONCILING
        if reconciling and delivery.absent_looks >= ABSENT_LOOKS and not arrived_somehow:
            log.info("delivery_shown_absent", key=delivery.idempotency_key)
            await outcomes.postpone(delivery, Cause.SHOWN_ABSENT, timedelta(0))
            return
        if proves and reconciling and not arrived_somehow:
            # one more look settles it, also when nobody could look before the limit was over
            await outcomes.deliveries.settle(delivery, self._pause(delivery, self._since(delivery.uncertain_since)))
            return
        await self._look_again(outcomes, delivery)

    async def _look_again(
        self, outcomes: Outcomes, delivery: Delivery, *, not_before: timedelta = timedelta(0)
    ) -> None:
        uncertain = self._since(delivery.uncertain_since)
        limit = timedelta(seconds=self._settings.reconcile_limit_seconds)
        # a person may have it sent again at once, so the last call must have settled too
        surfaces_in = max(limit - uncertain, self._settles_in(delivery, outcomes.now))
        if delivery.status == Status.UNKNOWN:
            await outcomes.deliveries.settle(delivery, UNKNOWN_LOOK if uncertain < _LOOK_NO_LONGER else None)
        elif surfaces_in <= timedelta(0):
            await outcomes.surface(delivery)
        else:
            # a person is told in time, also when nobody may look until then
            pause = min(max(self._pause(delivery, uncertain), not_before), surfaces_in)
            await outcomes.deliveries.settle(delivery, pause)

    def _pause(self, delivery: Delivery, uncertain: timedelta) -> timedelta:
        """Return growing pauses: soon at first, at most a quarter of the settling time until it has passed twice."""
        doubling = timedelta(seconds=self._settings.reconcile_pause_seconds * 2 ** min(delivery.looks, 20))
        return min(doubling, max(timedelta(seconds=self._settings.reconcile_settle_seconds / 4), uncertain / 10))

    def _settles_in(self, delivery: Delivery, at: datetime) -> timedelta:
        """Return how long after ``at`` the settling time ends; zero or less: it has passed."""
        since = delivery.settling_since or at
        return since + timedelta(seconds=self._settings.reconcile_settle_seconds) - at

    def _since(self, moment: datetime | None) -> timedelta:
        return timedelta(0) if moment is None else self._parts.clock.now() - moment


def _is_repeated(delivery: Delivery) -> bool:
    """Tell whether more than one call with the present key came to nothing definite."""
    first, last = delivery.uncertain_since, delivery.settling_since
    return first is not None and last is not None and first < last
