"""From a due delivery to an answer: checks, fence, one call, result. Three steps, two transactions."""

import time
from dataclasses import dataclass
from datetime import timedelta

import structlog
from common.clock import Clock
from common.contracts import PlatformPayload
from common.database import Database
from common.due import DueRow, Outcome, Settled
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncSession

from publisher.clients.ayrshare import Answered, AyrshareClient, NeverSent, PostAnswer, PostRequest
from publisher.deliveries.checks import Missing, Refusal, Withdrawn, decide, records_missing
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
from publisher.models import Delivery, ProviderProfile
from publisher.profile_keys import ProfileKeys
from publisher.settings import PublisherSettings

log = structlog.get_logger(__name__)

_WAIT_FOR_RECORDS = timedelta(seconds=1)
_LONGEST_PAUSE = timedelta(minutes=5)
# A process that stalls between fence and call must not send any more: by then another one may be reconciling.
_SEND_WITHIN_SECONDS = 5.0


@dataclass(frozen=True)
class Call:
    """A call that is fenced: its row says ``sending`` and is committed."""

    profile_key: SecretStr
    request: PostRequest
    fenced_at: float
    """Monotonic seconds."""


class Sender:
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

    async def prepare(self, session: AsyncSession, delivery: Delivery) -> Call | None:
        """Check everything; put up the fence and return the call, or settle the delivery and return None."""
        started = time.monotonic()
        now = self._clock.now()
        outcomes = Outcomes(session, now)
        records = await outcomes.deliveries.records_of(delivery)
        decision = decide(records, now)
        if isinstance(decision, Missing):
            if now - delivery.due_since < self._settings.records_grace:
                await outcomes.deliveries.settle(delivery, _WAIT_FOR_RECORDS)
                return None
            decision = records_missing(decision)
        if isinstance(decision, Withdrawn):
            log.info("delivery_withdrawn", reason=decision.reason)
            await outcomes.cancel(delivery, decision.reason)
            return None
        if isinstance(decision, Refusal):
            log.info("delivery_refused", code=decision.code)
            await outcomes.fail(delivery, decision.code, decision.message, decision.remedy)
            return None
        provider = records.provider
        if provider is None or provider.profile_key is None:
            raise RuntimeError("a delivery passed the checks without a provider profile")
        if provider.paused_until is not None and provider.paused_until > now:
            await outcomes.deliveries.settle(delivery, provider.paused_until - now)
            return None
        profile_key = self._profile_keys.open(provider.profile_key)
        await outcomes.start_sending(delivery)
        return Call(profile_key, _request(delivery), started)

    async def send(self, row: DueRow, call: Call) -> Outcome:
        """Make the call and record what is known after it."""
        answer: PostAnswer
        if time.monotonic() - call.fenced_at > _SEND_WITHIN_SECONDS:
            answer = NeverSent("the process stalled before the call")
        else:
            answer = await self._ayrshare.post(call.profile_key, call.request)
        verdict = classify(answer, call.request.platform)
        log.info("delivery_answered", verdict=type(verdict).__name__, key=call.request.key)
        async with self._database.transaction(row.account_id) as session:
            outcomes = Outcomes(session, self._clock.now())
            delivery = await outcomes.deliveries.lock_held(row)
            if delivery is None:
                # whoever holds the lease now finds the row `sending` and reconciles
                log.warning("delivery_lease_lost", verdict=type(verdict).__name__)
                return Settled()
            await self._record(outcomes, delivery, verdict, answer)
        return Settled()

    async def _record(self, outcomes: Outcomes, delivery: Delivery, verdict: Verdict, answer: PostAnswer) -> None:
        status, text = (answer.status, answer.text) if isinstance(answer, Answered) else (None, answer.reason)
        await outcomes.end_attempt(delivery, _NAMES[type(verdict)], status=status, answer=text)
        pause = timedelta(seconds=self._settings.reconcile_pause_seconds)
        match verdict:
            case Accepted():
                await outcomes.publish(delivery, verdict)
            case Rejected(code, message, remedy):
                await outcomes.fail(delivery, code, message, remedy)
            case RejectedForNow():
                provider = await outcomes.deliveries.provider_of(delivery)
                await postpone_rejected(outcomes, delivery, verdict, provider, self._clock)
            case NotSent():
                delivery.not_sent += 1
                after = min(timedelta(seconds=2**delivery.not_sent), _LONGEST_PAUSE)
                await outcomes.postpone(delivery, after, next_attempt=delivery.attempt)
            case Duplicate():
                await outcomes.reconcile(delivery, pause, key_used=True)
            case UnderWay() | Unclear():
                await outcomes.reconcile(delivery, pause)


_NAMES: dict[type[Verdict], str] = {
    Accepted: "accepted",
    Rejected: "rejected",
    RejectedForNow: "rejected_for_now",
    NotSent: "not_sent",
    Duplicate: "duplicate",
    UnderWay: "under_way",
    Unclear: "unknown",
}


async def postpone_rejected(
    outcomes: Outcomes, delivery: Delivery, verdict: RejectedForNow, provider: ProviderProfile | None, clock: Clock
) -> None:
    """Send it later under the next key, or fail when it was tried often enough. May pause the whole profile."""
    after = timedelta(seconds=verdict.pause)
    if verdict.pauses_profile and provider is not None:
        provider.paused_until = clock.now() + after
    if verdict.retries is not None and delivery.attempt > verdict.retries:
        await outcomes.fail(delivery, verdict.code, verdict.message, verdict.remedy)
        return
    why = (verdict.code, verdict.message, verdict.remedy)
    await outcomes.postpone(delivery, after, next_attempt=delivery.attempt + 1, why=why)


def _request(delivery: Delivery) -> PostRequest:
    payload = PlatformPayload.model_validate(delivery.payload)
    return PostRequest(
        key=delivery.idempotency_key,
        platform=payload.platform,
        text=payload.text,
        media_urls=tuple(media.url for media in payload.media),
        alt_texts=tuple(media.alt_text for media in payload.media),
    )
