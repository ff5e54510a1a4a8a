"""From a due delivery to an answer: checks, fence, one call, result. Three steps, two transactions."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from common.due import DueRow, Outcome, Settled
from pulseworks_contracts import PlatformPayload, Reason
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncSession

from publisher.clients.ayrshare import UNLIMITED, Answered, NeverSent, PostAnswer, PostRequest, RateLimit
from publisher.deliveries.asking import Told, note, suspension
from publisher.deliveries.checks import (
    LINKED,
    Decision,
    Missing,
    Records,
    Withdrawn,
    decide,
    profile_rests,
    records_missing,
    refused_by,
)
from publisher.deliveries.classification import (
    Accepted,
    Duplicate,
    NotSent,
    Rejected,
    RejectedForNow,
    Unclear,
    UnderWay,
    Verdict,
    classify,
)
from publisher.deliveries.outcomes import Outcomes
from publisher.deliveries.parts import Parts
from publisher.deliveries.place import Elsewhere, Target, confirm_place, record_elsewhere, remove_stray
from publisher.deliveries.states import Cause
from publisher.models import Delivery, ProviderProfile
from publisher.pacing.backoff import full_jitter
from publisher.pacing.breaker import Permit
from publisher.pacing.service import why_paused

log = structlog.get_logger(__name__)

_WAIT_FOR_RECORDS = timedelta(seconds=1)
_WAIT_FOR_CLOCK = timedelta(minutes=1)
_CLOCKS_APART = timedelta(minutes=1)
_NOT_SENT_PAUSE = timedelta(seconds=2)
_LONGEST_PAUSE = timedelta(minutes=5)
_PAST_EXPIRY = timedelta(seconds=1)
# A process that stalls between fence and call must not send any more: by then another one may be reconciling.
_SEND_WITHIN_SECONDS = 5.0
_REFUSED, _SERVER_ERROR = 400, 500
_AWAY = "The posting provider does not answer at the moment. Your post goes out when it does."


@dataclass(frozen=True)
class Early:
    """Its time is not near by our clock. Some clock is wrong, and a post that went out early can't be taken back."""

    by: timedelta


@dataclass(frozen=True)
class Ask:
    """Everything allows it by our records, and those are too old to go by alone."""

    profile_key: SecretStr


@dataclass(frozen=True)
class Call:
    """A call that is fenced: its row says ``sending`` and is committed."""

    target: Target
    request: PostRequest
    sent_at: datetime
    fenced_at: float
    """Monotonic seconds."""


class Sender:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def prepare(
        self, session: AsyncSession, delivery: Delivery, permit: Permit, told: Told | None
    ) -> Ask | Call | None:
        """Check everything; put up the fence and return the call, or settle the delivery and return None.

        ``told``: what asking has brought, if that was done. An Ask means: do it, then prepare again.
        """
        started = time.monotonic()
        now = self._parts.clock.now()
        outcomes = Outcomes(session, now)
        if told is not None:
            await note(self._parts, session, delivery.provider_profile_id, told)
        records = await outcomes.deliveries.records_of(delivery)
        decision = _decide(records, told, delivery.scheduled_for - now, now)
        if decision is not None:
            await self._turn_away(outcomes, delivery, decision)
            return None
        provider = records.provider
        if provider is None or provider.profile_key is None:
            raise RuntimeError("a delivery passed the checks without a provider profile")
        if await self._held(outcomes, delivery, provider, permit):
            return None
        if told is not None and told.trouble is not None:
            await outcomes.hold(delivery, self._not_sent(delivery), "provider_away", _AWAY)
            return None
        profile_key = self._parts.profile_keys.open(provider.profile_key)
        if told is None and not self._fresh(provider, now):
            return Ask(profile_key)
        await outcomes.start_sending(delivery)
        request = _request(delivery)
        target = Target(profile_key, request.platform, delivery.platform_account_id)
        return Call(target, request, now, started)

    async def _turn_away(self, outcomes: Outcomes, delivery: Delivery, decision: Decision | Early) -> None:
        waited = outcomes.now - delivery.due_since
        match decision:
            case Missing() if waited < self._parts.settings.records_grace:
                await outcomes.deliveries.settle(delivery, _WAIT_FOR_RECORDS)
            case Missing():
                await self._turn_away(outcomes, delivery, records_missing(decision))
            case Early(by):
                log.warning("delivery_early", seconds=by.total_seconds())
                # in short steps, so that a replica whose clock is right may take it in time
                await outcomes.deliveries.settle(delivery, min(by, _WAIT_FOR_CLOCK))
            case Withdrawn(reason):
                log.info("delivery_withdrawn", reason=reason)
                await outcomes.cancel(delivery, reason)
            case Reason(code=code):
                log.info("delivery_refused", code=code)
                await outcomes.fail(delivery, Cause.CHECK_REFUSED, decision)

    def _fresh(self, provider: ProviderProfile, now: datetime) -> bool:
        asked_at, most = provider.refreshed_at, timedelta(seconds=self._parts.settings.connection_fresh_seconds)
        return asked_at is not None and timedelta(0) <= now - asked_at < most

    def _not_sent(self, delivery: Delivery) -> timedelta:
        """Count that nothing left; return how long to wait before trying again."""
        delivery.not_sent += 1
        return full_jitter(self._parts.random, _NOT_SENT_PAUSE, delivery.not_sent, longest=_LONGEST_PAUSE)

    async def _held(self, outcomes: Outcomes, delivery: Delivery, provider: ProviderProfile, permit: Permit) -> bool:
        """Put the delivery off while its profile pauses or the provider is away; fail it when that is too long."""
        wait = self._parts.pacing(outcomes.session).wait(provider)
        if wait is not None:
            if provider.paused_until is not None and provider.paused_until > delivery.expires_at:
                await outcomes.fail(delivery, Cause.CHECK_REFUSED, profile_rests(provider))
            else:
                await outcomes.hold(delivery, wait, "profile_paused", why_paused(provider))
            return True
        if not permit.granted:
            await outcomes.hold(delivery, self._parts.breaker.put_off(), "provider_away", _AWAY)
            return True
        return False

    async def send(self, row: DueRow, call: Call, permit: Permit) -> Outcome:
        """Make the call and record what is known after it."""
        answer: PostAnswer
        if time.monotonic() - call.fenced_at > _SEND_WITHIN_SECONDS:
            answer = NeverSent("the process stalled before the call")
        else:
            answer = await self._parts.ayrshare.post(call.target.profile_key, call.request)
            _report(permit, answer)
        verdict: Verdict | Elsewhere = classify(answer, call.request.platform)
        if isinstance(verdict, Accepted):
            verdict = await confirm_place(self._parts, call.target, verdict, permit, sent_at=call.sent_at)
        if isinstance(verdict, RejectedForNow) and verdict.scope == "provider":
            permit.failed(at_once=True)
        log.info("delivery_answered", verdict=type(verdict).__name__, key=call.request.key)
        async with self._parts.database.transaction(row.account_id) as session:
            outcomes = Outcomes(session, self._parts.clock.now())
            delivery = await outcomes.deliveries.lock_held(row)
            if delivery is None:
                # whoever holds the lease now finds the row `sending` and reconciles
                log.warning("delivery_lease_lost", verdict=type(verdict).__name__)
                return Settled()
            await self._record(outcomes, delivery, verdict, answer)
        if isinstance(verdict, Elsewhere):
            await remove_stray(self._parts, row, call.target, verdict)
        return Settled()

    async def _record(
        self, outcomes: Outcomes, delivery: Delivery, verdict: Verdict | Elsewhere, answer: PostAnswer
    ) -> None:
        limit = answer.limit if isinstance(answer, Answered) else UNLIMITED
        status, text = (answer.status, answer.text) if isinstance(answer, Answered) else (None, answer.reason)
        await outcomes.end_attempt(delivery, _NAMES[type(verdict)], status=status, answer=text)
        pause = timedelta(seconds=max(self._parts.settings.reconcile_pause_seconds, limit.retry_after or 0.0))
        pause = min(pause, _LONGEST_PAUSE)
        match verdict:
            case Accepted():
                await outcomes.publish(delivery, verdict)
            case Elsewhere():
                await record_elsewhere(outcomes, delivery, verdict, self._parts)
            case Rejected(reason):
                await outcomes.fail(delivery, Cause.REJECTED, reason)
            case RejectedForNow():
                await postpone_rejected(outcomes, delivery, verdict, limit, self._parts)
            case NotSent():
                after = self._not_sent(delivery)
                why = Reason(code="provider_away", message=_AWAY, remedy="retry")
                await outcomes.postpone(delivery, Cause.NEVER_LEFT, after, why=why)
            case Duplicate():
                await outcomes.reconcile(delivery, Cause.DUPLICATE, pause)
            case UnderWay() | Unclear():
                await outcomes.reconcile(delivery, Cause.UNCLEAR, pause)
        await self._parts.pacing(outcomes.session).heed(delivery.provider_profile_id, limit)


_NAMES: dict[type[Verdict | Elsewhere], str] = {
    Accepted: "accepted",
    Elsewhere: "went_elsewhere",
    Rejected: "rejected",
    RejectedForNow: "rejected_for_now",
    NotSent: "not_sent",
    Duplicate: "duplicate",
    UnderWay: "under_way",
    Unclear: "unknown",
}


async def postpone_rejected(
    outcomes: Outcomes, delivery: Delivery, verdict: RejectedForNow, limit: RateLimit, parts: Parts
) -> None:
    """Send it later under the next key, or fail when it was tried often enough. May pause the whole profile."""
    again = delivery.error_code == verdict.reason.code
    delivery.rejections = delivery.rejections + 1 if again else 1
    if verdict.retries is not None and delivery.rejections > verdict.retries:
        await outcomes.fail(delivery, Cause.RETRIES_SPENT, verdict.reason)
        return
    if verdict.scope == "profile":
        after = await parts.pacing(outcomes.session).refused(delivery.provider_profile_id, limit)
    else:
        after = timedelta(seconds=max(verdict.at_least, limit.retry_after or 0.0))
    after += full_jitter(parts.random, timedelta(seconds=verdict.pause), delivery.rejections)
    # it fails as missed once it has expired, and nobody waits longer to hear of that
    after = min(after, max(delivery.expires_at - parts.clock.now(), timedelta(0)) + _PAST_EXPIRY)
    await outcomes.postpone(delivery, Cause.REJECTED_FOR_NOW, after, why=verdict.reason)


def _decide(records: Records, told: Told | None, early: timedelta, now: datetime) -> Decision | Early | None:
    decision = decide(records, now)
    if early > _CLOCKS_APART and not isinstance(decision, Withdrawn):
        return Early(early)
    return decision or _refusal_told(records, told)


def _refusal_told(records: Records, told: Told | None) -> Reason | None:
    if told is None or records.provider is None or told.trouble is not None:
        return None
    if told.refused is not None:
        return told.refused
    linked = told.linked_on(records.post.platform)
    # also when our records have it from a newer answer: two questions may be answered in the other order
    if linked is None or linked.account_id != records.post.platform_account_id:
        return refused_by(LINKED, records)
    return suspension(records.provider)


def _report(permit: Permit, answer: PostAnswer) -> None:
    # an empty refusal is an answer; a success that says nothing is not
    if isinstance(answer, Answered) and answer.status < _SERVER_ERROR and (answer.body or answer.status >= _REFUSED):
        permit.answered()
    else:
        permit.failed()


def _request(delivery: Delivery) -> PostRequest:
    payload = PlatformPayload.model_validate(delivery.payload)
    return PostRequest(
        key=delivery.idempotency_key,
        platform=payload.platform,
        text=payload.text,
        media_urls=tuple(media.url for media in payload.media),
        alt_texts=tuple(media.alt_text for media in payload.media),
    )
