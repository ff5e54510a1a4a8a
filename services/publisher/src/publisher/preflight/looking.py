"""The due loop over looks ahead: our own records, the connection, the image, the networks' limits.

An outage of the provider or of the storage says nothing about the post: the look is made again until its time is near.
"""

from dataclasses import dataclass
from datetime import timedelta

import structlog
from common.due import DueLoop, DueRow, Outcome, Settled
from pulseworks_contracts import LIMITS, PlatformPayload, Reason
from pydantic import SecretStr

from publisher.clients.media import MediaProbe, MediaProblem
from publisher.deliveries.asking import Told, ask, note, suspension
from publisher.deliveries.checks import (
    Decision,
    Missing,
    Records,
    Withdrawn,
    decide,
    profile_rests,
    records_missing,
)
from publisher.deliveries.parts import Parts
from publisher.deliveries.repository import DeliveryRepository
from publisher.models import PREFLIGHTS, Preflight, ProviderProfile
from publisher.pacing.backoff import full_jitter
from publisher.pacing.breaker import Permit
from publisher.preflight.limits import InstagramLimits, is_web_address, quota_used_up, refusals
from publisher.preflight.results import Results

log = structlog.get_logger(__name__)

_FRESH = timedelta(seconds=60)
_WAIT_FOR_RECORDS = timedelta(seconds=2)
_OUTAGE_PAUSE = timedelta(seconds=10)
_OUTAGE_LONGEST = timedelta(minutes=2)
_UNREACHABLE_TRIES = 3


@dataclass(frozen=True)
class Look:
    """What has to be asked outside. ``profile_key`` None: the provider was asked a moment ago."""

    payload: PlatformPayload
    profile_key: SecretStr | None


@dataclass(frozen=True)
class Seen:
    """What the outside said. Without ``told`` what was noted last holds."""

    told: Told | None = None
    media: MediaProblem | None = None


class PreflightEngine:
    def __init__(self, parts: Parts, media: MediaProbe) -> None:
        self._parts = parts
        self._media = media
        settings = parts.settings
        self._limits = InstagramLimits(
            settings.instagram_hashtags, settings.instagram_mentions, settings.instagram_daily_posts
        )

    async def run(self, row: DueRow) -> Outcome:
        """Look once. No transaction is open while anybody outside is asked."""
        with structlog.contextvars.bound_contextvars(account_id=str(row.account_id), preflight_id=str(row.id)):
            look = await self._prepare(row)
            if look is not None:
                permit = self._parts.breaker.permit()
                try:
                    seen = await self._ask(look, permit)
                finally:
                    permit.release()
                await self._conclude(row, seen)
        return Settled()

    async def _prepare(self, row: DueRow) -> Look | None:
        now = self._parts.clock.now()
        async with self._parts.database.transaction(row.account_id) as session:
            results = Results(session, now)
            preflight = await results.preflights.lock_held(row)
            if preflight is None:
                return None
            if self._time_left(preflight) <= timedelta(0):
                await results.left(preflight)
                return None
            records = await DeliveryRepository(session).records_of(preflight)
            decision, provider = decide(records, now), records.provider
            # a connection that is noted as lost may be back without anybody having told us
            mendable = isinstance(decision, Reason) and decision.remedy == "reconnect" and provider is not None
            if decision is not None and not mendable:
                await self._refuse(results, preflight, decision)
                return None
            if provider is None or provider.profile_key is None:
                raise RuntimeError("a look ahead passed the checks without a provider profile")
            if provider.paused_until is not None and provider.paused_until > preflight.scheduled_for:
                await results.failed(preflight, profile_rests(provider), self._again(preflight))
                return None
            payload = PlatformPayload.model_validate(preflight.payload)
            # the provider counts these calls as it counts posts: one serves all the posts of a minute
            asked_at = provider.details_at if preflight.platform == "INSTAGRAM" else provider.refreshed_at
            fresh = asked_at is not None and now - asked_at < _FRESH and decision is None
            wait = self._parts.pacing(session).wait(provider)
            if wait is not None and not fresh:
                await results.later(preflight, min(wait, self._time_left(preflight)))
                return None
            return Look(payload, None if fresh else self._parts.profile_keys.open(provider.profile_key))

    async def _refuse(self, results: Results, preflight: Preflight, decision: Decision) -> None:
        """Settle the look as the checks that stand before sending (P3) want it."""
        waiting = self._parts.clock.now() - preflight.asked_at
        match decision:
            case Withdrawn():
                await results.left(preflight)
            case Missing() if waiting < self._parts.settings.records_grace:
                await results.later(preflight, _WAIT_FOR_RECORDS)
            case Missing():
                await results.failed(preflight, records_missing(decision), self._again(preflight))
            case Reason():
                await results.failed(preflight, decision, self._again(preflight))

    async def _ask(self, look: Look, permit: Permit) -> Seen:
        told: Told | None = None
        if look.profile_key is not None:
            if not permit.granted:
                return Seen(Told(self._parts.clock.now(), trouble="away"))
            quota = look.payload.platform == "INSTAGRAM"
            told = await ask(self._parts, look.profile_key, permit, instagram_quota=quota)
            if told.details is None:
                return Seen(told)
            permit.answered()
        return Seen(told, await self._media_problem(look.payload))

    async def _media_problem(self, payload: PlatformPayload) -> MediaProblem | None:
        for media in payload.media:
            if not is_web_address(media.url):
                return MediaProblem("unreachable", "its address is none of the web")
            problem = await self._media.problem(media, most_bytes=LIMITS[payload.platform].max_image_bytes)
            if problem is not None:
                return problem
        return None

    async def _conclude(self, row: DueRow, seen: Seen) -> None:
        async with self._parts.database.transaction(row.account_id) as session:
            results = Results(session, self._parts.clock.now())
            preflight = await results.preflights.lock_held(row)
            if preflight is None:
                return
            if seen.told is not None:
                await note(self._parts, session, preflight.provider_profile_id, seen.told)
            records = await DeliveryRepository(session).records_of(preflight)
            decision = decide(records, self._parts.clock.now())
            if decision is not None:
                await self._refuse(results, preflight, decision)
                return
            refusal = self._refusal(preflight, records, seen)
            if refusal is not None:
                await results.failed(preflight, refusal, self._again(preflight))
            elif _troubled(seen) or seen.media is not None:
                pause = full_jitter(self._parts.random, _OUTAGE_PAUSE, preflight.tries + 1, longest=_OUTAGE_LONGEST)
                await results.later(preflight, pause + timedelta(seconds=1))
            else:
                await results.passed(preflight)

    def _refusal(self, preflight: Preflight, records: Records, seen: Seen) -> Reason | None:
        """Return the first thing that speaks against the post, or None."""
        if seen.told is not None and seen.told.refused is not None:
            return seen.told.refused
        if not _troubled(seen) and records.provider is not None:
            refusal = self._provider_refusal(preflight, records.provider)
            if refusal is not None:
                return refusal
        payload = PlatformPayload.model_validate(preflight.payload)
        refusal = next(refusals(payload, self._limits), None)
        if refusal is None and seen.media is not None:
            return _media_refusal(seen.media, preflight.tries)
        return refusal

    def _provider_refusal(self, preflight: Preflight, provider: ProviderProfile) -> Reason | None:
        suspended = suspension(provider)
        if suspended is None and preflight.platform == "INSTAGRAM":
            return quota_used_up(provider.instagram_used, self._limits)
        return suspended

    def _time_left(self, preflight: Preflight) -> timedelta:
        last = timedelta(seconds=self._parts.settings.preflight_last_seconds)
        return preflight.scheduled_for - last - self._parts.clock.now()

    def _again(self, preflight: Preflight) -> timedelta | None:
        again = timedelta(seconds=self._parts.settings.preflight_again_seconds)
        return again if again < self._time_left(preflight) else None


def _troubled(seen: Seen) -> bool:
    return seen.told is not None and seen.told.trouble is not None


def _media_refusal(problem: MediaProblem, tries: int) -> Reason | None:
    """Return the refusal, or None to look again first: storage in trouble is no missing image."""
    match problem.kind:
        case "changed":
            return Reason(
                code="media_changed",
                message="The image at the post's address is not the one that was approved. Approve the post and "
                "schedule it again.",
                remedy="edit",
            )
        case "too_large":
            return Reason(
                code="image_too_large",
                message="The image is too large. Replace it with a smaller one.",
                remedy="edit",
            )
        case "unreachable" | "away" if tries + 1 >= _UNREACHABLE_TRIES:
            return Reason(
                code="media_unreachable",
                message=f"The post's image can't be fetched ({problem.detail}), so the network could not either. We "
                "look again until shortly before the post's time. If this stays, replace the image or contact support.",
                remedy="contact_support",
            )
        case _:
            return None


def preflight_loop(parts: Parts, engine: PreflightEngine) -> DueLoop:
    concurrency = parts.settings.preflight_concurrency
    return DueLoop(
        parts.database,
        PREFLIGHTS,
        engine.run,
        concurrency=concurrency,
        batch=concurrency,
        lease=parts.settings.delivery_lease,
        per_account=1,
    )
