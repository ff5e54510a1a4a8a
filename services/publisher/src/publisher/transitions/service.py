"""Changes a delivery's state: status, ids, event and audit entry in one transaction (P8)."""

from datetime import datetime, timedelta
from random import Random
from typing import cast
from uuid import UUID

from common.messaging import outbox
from prometheus_client import Counter
from pulseworks_contracts import LIMITS, Platform, Reason
from sqlalchemy.ext.asyncio import AsyncSession

from publisher.clients.ayrshare.classification import Accepted, RejectedForNow
from publisher.clients.ayrshare.rate_limit import RateLimit
from publisher.models import Delivery, DeliveryAttempt
from publisher.protocol.states import Cause, Status, Transition, takes_next_key, transition_for
from publisher.provider.rules import full_jitter
from publisher.provider.service import ProfilePacing
from publisher.transitions import events
from publisher.transitions.repository import LeasedDeliveryRepository
from publisher.transitions.rules import DELAYS, Delay, outcome_pending, retrying

OUTCOMES = Counter("pulseworks_deliveries", "Deliveries by the state that they entered.", ["status", "code"])
# from the start, because Prometheus sees no increase in the first value of a series
for _status in Status:
    OUTCOMES.labels(_status, "")
for _code in ("missed", "wrong_account"):
    OUTCOMES.labels(Status.FAILED, _code)

UNKNOWN_LOOKUP_INTERVAL = timedelta(hours=1)
"""How often a post whose outcome is shown as unknown is still searched for."""

_PAST_EXPIRY = timedelta(seconds=1)


class DeliveryTransitions:
    """Every change of an existing delivery's status, within the caller's transaction."""

    def __init__(
        self, session: AsyncSession, now: datetime, random: Random, pacing: ProfilePacing, *, lookup_limit: timedelta
    ) -> None:
        self._session = session
        self.now = now
        self._random = random
        self._pacing = pacing
        self._lookup_limit = lookup_limit
        self._deliveries = LeasedDeliveryRepository(session)

    async def get(self, delivery_id: UUID) -> Delivery | None:
        return await self._deliveries.get(delivery_id)

    async def release(self, delivery: Delivery, after: timedelta | None) -> None:
        """Give up the lease without a transition: due again ``after`` this long, or (None) not at all."""
        await self._deliveries.release(delivery, after)

    async def defer(self, delivery: Delivery, after: timedelta, delay: Delay) -> None:
        """Defer while only the provider blocks; uses no attempt, and says so unless the post has an error itself."""
        if delivery.error_code in {None, *DELAYS}:
            await self._delay(delivery, delay)
        await self._deliveries.release(delivery, after)

    async def start_sending(self, delivery: Delivery) -> None:
        """Set the fence (P4): it is committed before the call, and a run after a crash finds it."""
        await self._start_attempt(delivery, self.now)

    async def assume_sent(self, delivery: Delivery, since: datetime) -> None:
        """Set the fence for a call that may have been made after ``since``, and let the next run reconcile it."""
        await self._start_attempt(delivery, since)
        await self._deliveries.release(delivery, timedelta(0))

    async def finish_attempt(
        self, delivery: Delivery, outcome: str, *, status: int | None = None, answer: str | None = None
    ) -> None:
        """Record the result of the last call, once."""
        attempt = await self._deliveries.last_attempt(delivery)
        if attempt is None or attempt.finished_at is not None:
            return
        attempt.finished_at = self.now
        attempt.outcome = outcome
        attempt.provider_status = status
        attempt.provider_answer = answer
        await self.audit("POST_ATTEMPTED", delivery, attempt=attempt)

    async def publish(
        self, delivery: Delivery, ids: Accepted, *, cause: Cause = Cause.ACCEPTED, user_id: UUID | None = None
    ) -> None:
        transition = self._advance(delivery, cause)
        delivery.provider_post_id = ids.provider_post_id
        delivery.platform_post_id = ids.platform_post_id
        delivery.post_url = ids.post_url
        delivery.published_at = self.now
        _set_error(delivery, None)
        await self._deliveries.release(delivery, None)
        await self._emit(transition, delivery, events.published_data(delivery, self.now))
        await self.audit("POST_PUBLISHED", delivery, user_id=user_id)

    async def fail(self, delivery: Delivery, cause: Cause, reason: Reason) -> None:
        transition = self._advance(delivery, cause, reason.code)
        _set_error(delivery, reason)
        await self._deliveries.release(delivery, None)
        await self._emit(transition, delivery, events.failed_data(delivery, reason))
        await self.audit("POST_FAILED", delivery)

    async def cancel(self, delivery: Delivery, reason: str) -> None:
        """Stop: the scheduler has withdrawn the post and has announced that itself."""
        self._advance(delivery, Cause.WITHDRAWN, reason)
        _set_error(delivery, None)
        delivery.error_code = reason
        await self._deliveries.release(delivery, None)

    async def postpone(self, delivery: Delivery, cause: Cause, after: timedelta, *, delay: Delay | None = None) -> None:
        """Send it later, with the key that the table prescribes for ``cause``."""
        self._advance(delivery, cause)
        if delay is None:
            _set_error(delivery, None)
        else:
            await self._delay(delivery, delay)
        delivery.looks = delivery.absent_looks = 0
        await self._deliveries.release(delivery, after)

    async def retry_or_fail(self, delivery: Delivery, verdict: RejectedForNow, limit: RateLimit) -> None:
        """Send it later under the next key, or fail when its retries are spent. May pause the whole profile."""
        same_error = delivery.rejection_code == verdict.reason.code
        delivery.rejections = delivery.rejections + 1 if same_error else 1
        delivery.rejection_code = verdict.reason.code
        if verdict.retries is not None and delivery.rejections > verdict.retries:
            await self.fail(delivery, Cause.RETRIES_SPENT, verdict.reason)
            return
        if verdict.scope == "profile":
            after = await self._pacing.refused(delivery.provider_profile_id, limit)
        else:
            after = timedelta(seconds=max(verdict.at_least, limit.retry_after or 0.0))
        after += full_jitter(self._random, timedelta(seconds=verdict.pause), delivery.rejections)
        # it fails as missed once it has expired, and that is reported without further delay
        after = min(after, max(delivery.expires_at - self.now, timedelta(0)) + _PAST_EXPIRY)
        await self.postpone(delivery, Cause.REJECTED_FOR_NOW, after, delay=retrying(delivery, verdict.reason))

    async def reconcile(self, delivery: Delivery, cause: Cause, pause: timedelta) -> None:
        """Search for a post that may be live. The settling time starts now, since a lost call may end only now."""
        self._advance(delivery, cause)
        delivery.uncertain_since = delivery.uncertain_since or self.now
        delivery.settling_since = self.now
        delivery.looks = delivery.absent_looks = 0
        delivery.key_used = delivery.key_used or cause is Cause.DUPLICATE
        delay = outcome_pending(delivery, has_arrived=delivery.key_used, limit=self._lookup_limit, now=self.now)
        await self._delay(delivery, delay)
        await self._deliveries.release(delivery, pause)

    async def mark_unknown(self, delivery: Delivery, *, because: str = "") -> None:
        """Show an outcome that the searches did not settle. A person can resolve it either way."""
        transition = self._advance(delivery, Cause.LIMIT_REACHED)
        name = LIMITS[cast("Platform", delivery.platform)].display_name
        message = (
            f"{because}We could not find out whether this post is live on {name}. "
            "Check there: if it is live, mark it as live with its address; if it is not, have it sent again."
        )
        delivery.error_code, delivery.error_message, delivery.error_remedy = "outcome_unknown", message, None
        await self._deliveries.release(delivery, UNKNOWN_LOOKUP_INTERVAL)
        await self._emit(transition, delivery, events.unknown_data(delivery, message))
        await self.audit("POST_OUTCOME_UNKNOWN", delivery)

    async def audit(
        self,
        event_type: str,
        delivery: Delivery,
        *,
        user_id: UUID | None = None,
        attempt: DeliveryAttempt | None = None,
        **facts: object,
    ) -> None:
        approved_by = await self._deliveries.approver(delivery)
        entry = events.audit_entry(
            event_type, delivery, self.now, approved_by=approved_by, user_id=user_id, attempt=attempt, facts=facts
        )
        await outbox.add(self._session, entry)

    def _advance(self, delivery: Delivery, cause: Cause, code: str = "") -> Transition:
        """Make the transition that the table has for ``cause``. No other place changes a status."""
        transition = transition_for(Status(delivery.status), cause)
        delivery.status = transition.target
        delivery.revision += 1
        if takes_next_key(transition.key, uncertain=delivery.uncertain_since is not None):
            delivery.next_attempt = delivery.attempt + 1
            delivery.key_used = False
            delivery.uncertain_since = None
        OUTCOMES.labels(transition.target, code).inc()
        return transition

    async def _start_attempt(self, delivery: Delivery, at: datetime) -> None:
        self._advance(delivery, Cause.CHECKS_PASSED)
        delivery.attempt = delivery.next_attempt
        delivery.sent_at = at
        await self._deliveries.start_attempt(delivery)

    async def _delay(self, delivery: Delivery, delay: Delay) -> None:
        """Show why there is no outcome yet, and announce it once; the same reason again changes nothing."""
        if (delivery.error_code, delivery.error_message) == (delay.code, delay.message):
            return
        _set_error(delivery, delay)
        delivery.revision += 1
        await outbox.add(self._session, events.delayed(delivery, delay, self.now))

    async def _emit(self, transition: Transition, delivery: Delivery, data: object) -> None:
        await outbox.add(self._session, events.outcome_event(transition, delivery, data, self.now))


def _set_error(delivery: Delivery, reason: Reason | Delay | None) -> None:
    delivery.error_code = reason.code if reason is not None else None
    delivery.error_message = reason.message if reason is not None else None
    delivery.error_remedy = reason.remedy if reason is not None else None
