"""The due loop of preflights.

A preflight goes through these steps, in this order:

plan     (transaction)  the checks of P3 on our own records, and what has to be fetched
observe  (requests)     the profile's status at Ayrshare, unless our records are a minute old at most, and the image
record   (transaction)  records that status, makes the checks again and records the result

A failure of the provider or of the storage says nothing about the post: the preflight is repeated until shortly before
the scheduled time. No transaction is open during a request.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from common.due import DueLoop, DueRow, Outcome, Settled
from pulseworks_contracts import LIMITS, PlatformPayload, Reason
from pydantic import SecretStr

from publisher.checks.rules import (
    KEY_UNREADABLE,
    Decision,
    Missing,
    Records,
    Withdrawn,
    decide,
    paused_too_long,
    records_missing,
)
from publisher.clients.ayrshare.circuit_breaker import Permit
from publisher.clients.ayrshare.errors import ProfileKeyUnreadableError
from publisher.clients.media import MediaProblem
from publisher.factory import Factory, ProcessContext
from publisher.models import PREFLIGHTS, Preflight, ProviderProfile
from publisher.preflight.rules import PreflightObservation, is_web_address, refusal_of
from publisher.preflight.service import PreflightService
from publisher.provider.rules import ProfileStatus, full_jitter
from publisher.provider.workflow import fetch_profile_status

log = structlog.get_logger(__name__)

_FRESH = timedelta(seconds=60)
_RECORDS_PAUSE = timedelta(seconds=2)
_OUTAGE_PAUSE = timedelta(seconds=10)
_LONGEST_OUTAGE_PAUSE = timedelta(minutes=2)


@dataclass(frozen=True)
class Plan:
    """What has to be fetched. ``profile_key`` None: the status in our records is fresh."""

    payload: PlatformPayload
    profile_key: SecretStr | None


class PreflightJob:
    def __init__(self, context: ProcessContext) -> None:
        self._context = context
        self._settings = context.settings

    async def run(self, row: DueRow) -> Outcome:
        """Make a claimed preflight once."""
        with structlog.contextvars.bound_contextvars(account_id=str(row.account_id), preflight_id=str(row.id)):
            plan = await self._plan(row)
            if plan is not None:
                permit = self._context.breaker.permit()
                try:
                    observation = await self._observe(plan, permit)
                finally:
                    permit.release()
                await self._record(row, observation)
        return Settled()

    # plan

    async def _plan(self, row: DueRow) -> Plan | None:
        now = self._context.clock.now()
        async with self._context.database.transaction(row.account_id) as session:
            factory = self._context.factory(session)
            preflights = factory.preflights()
            preflight = await preflights.lock(row)
            if preflight is None:
                return None
            if self._time_left(preflight) <= timedelta(0):
                await preflights.stop(preflight)
                return None
            records = await factory.records().records_of(preflight)
            decision = decide(records, now)
            if decision is not None and not _may_be_reconnected(decision, records):
                await self._turn_away(preflights, preflight, decision)
                return None
            provider = records.provider
            if provider is None:
                raise RuntimeError("a preflight passed the checks without a provider profile")
            if provider.paused_until is not None and provider.paused_until > preflight.scheduled_for:
                await preflights.record_failed(preflight, paused_too_long(provider), self._again(preflight))
                return None
            fresh = decision is None and _is_fresh(preflight, provider, now)
            wait = None if fresh else factory.pacing().wait(provider)
            if wait is not None:
                await preflights.retry(preflight, min(wait, self._time_left(preflight)))
                return None
            return await self._with_key(preflights, preflight, provider, fresh=fresh)

    async def _with_key(
        self, preflights: PreflightService, preflight: Preflight, provider: ProviderProfile, *, fresh: bool
    ) -> Plan | None:
        if provider.profile_key is None:
            raise RuntimeError("a preflight passed the checks without a provider profile")
        try:
            profile_key = self._context.profile_keys.open(provider.profile_key)
        except ProfileKeyUnreadableError:
            log.exception("profile_key_unreadable", provider_profile_id=provider.ref_id)
            await preflights.record_failed(preflight, KEY_UNREADABLE, self._again(preflight))
            return None
        return Plan(PlatformPayload.model_validate(preflight.payload), None if fresh else profile_key)

    async def _turn_away(self, preflights: PreflightService, preflight: Preflight, decision: Decision) -> None:
        waited = self._context.clock.now() - preflight.asked_at
        match decision:
            case Withdrawn():
                await preflights.stop(preflight)
            case Missing() if waited < self._settings.records_grace:
                await preflights.retry(preflight, _RECORDS_PAUSE)
            case Missing():
                await preflights.record_failed(preflight, records_missing(decision), self._again(preflight))
            case Reason():
                await preflights.record_failed(preflight, decision, self._again(preflight))

    # observe

    async def _observe(self, plan: Plan, permit: Permit) -> PreflightObservation:
        status: ProfileStatus | None = None
        if plan.profile_key is not None:
            if not permit.granted:
                return PreflightObservation(ProfileStatus(self._context.clock.now(), failure="away"))
            with_quota = plan.payload.platform == "INSTAGRAM"
            status = await fetch_profile_status(self._context, plan.profile_key, permit, with_quota=with_quota)
            if status.details is None:
                return PreflightObservation(status)
            permit.answered()
        return PreflightObservation(status, await self._media_problem(plan.payload))

    async def _media_problem(self, payload: PlatformPayload) -> MediaProblem | None:
        for media in payload.media:
            if not is_web_address(media.url):
                return MediaProblem("unreachable", "the address is not a web address")
            problem = await self._context.media.problem(media, most_bytes=LIMITS[payload.platform].max_image_bytes)
            if problem is not None:
                return problem
        return None

    # record

    async def _record(self, row: DueRow, observation: PreflightObservation) -> None:
        async with self._context.database.transaction(row.account_id) as session:
            factory = self._context.factory(session)
            preflight = await factory.preflights().lock(row)
            if preflight is None:
                return
            if observation.status is not None:
                await factory.profile_status().record(preflight.provider_profile_id, observation.status)
            await self._record_result(factory, preflight, observation)

    async def _record_result(self, factory: Factory, preflight: Preflight, observation: PreflightObservation) -> None:
        preflights = factory.preflights()
        records = await factory.records().records_of(preflight)
        decision = decide(records, self._context.clock.now())
        if decision is not None:
            await self._turn_away(preflights, preflight, decision)
            return
        refusal = refusal_of(preflight, records.provider, observation, self._settings.instagram_limits)
        if refusal is not None:
            await preflights.record_failed(preflight, refusal, self._again(preflight))
        elif observation.is_conclusive:
            await preflights.record_passed(preflight)
        else:
            tries = preflight.tries + 1
            pause = full_jitter(self._context.random, _OUTAGE_PAUSE, tries, longest=_LONGEST_OUTAGE_PAUSE)
            await preflights.retry(preflight, pause + timedelta(seconds=1))

    def _time_left(self, preflight: Preflight) -> timedelta:
        last = timedelta(seconds=self._settings.preflight_last_seconds)
        return preflight.scheduled_for - last - self._context.clock.now()

    def _again(self, preflight: Preflight) -> timedelta | None:
        """Return when to check whether the problem was fixed. None: the scheduled time is too near."""
        again = timedelta(seconds=self._settings.preflight_again_seconds)
        return again if again < self._time_left(preflight) else None


def _may_be_reconnected(decision: Decision, records: Records) -> bool:
    """Return whether the refusal may be outdated: a lost connection can be back although no webhook arrived."""
    return isinstance(decision, Reason) and decision.remedy == "reconnect" and records.provider is not None


def _is_fresh(preflight: Preflight, provider: ProviderProfile, now: datetime) -> bool:
    """Return whether the recorded status is recent. These requests count against the limit: one serves all posts."""
    fetched_at = provider.details_at if preflight.platform == "INSTAGRAM" else provider.refreshed_at
    return fetched_at is not None and now - fetched_at < _FRESH


def preflight_loop(context: ProcessContext) -> DueLoop:
    concurrency = context.settings.preflight_concurrency
    return DueLoop(
        context.database,
        PREFLIGHTS,
        PreflightJob(context).run,
        concurrency=concurrency,
        batch=concurrency,
        lease=context.settings.delivery_lease,
        per_account=1,
    )
