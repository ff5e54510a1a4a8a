"""The due loop of deliveries.

A pending delivery goes through these steps, in this order:

plan     (transaction)  the checks of P3 on our own records
refresh  (request)      the profile's status at Ayrshare, unless our records are a few seconds old
fence    (transaction)  records that status, makes the checks again and commits ``sending`` with the attempt's row
call     (request)      one POST, without a retry, and the confirmation of where the post appeared
record   (transaction)  the outcome

A run that ends between fence and record leaves ``sending``: the next run starts to reconcile it. What is
``reconciling`` or ``unknown`` goes to ``reconciliation``. No transaction is open during a request.
"""

import time
from dataclasses import dataclass
from datetime import timedelta

import structlog
from common.due import DueLoop, DueRow, Outcome, Settled
from common.runtime.backlog import Measure
from prometheus_client import Gauge, Histogram
from pulseworks_contracts import Reason
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncSession

from publisher.checks.rules import (
    IN_TIME,
    KEY_UNREADABLE,
    Decision,
    Missing,
    Withdrawn,
    paused_too_long,
    records_missing,
)
from publisher.clients.ayrshare.answers import Answered, NeverSent, PostAnswer
from publisher.clients.ayrshare.circuit_breaker import Permit
from publisher.clients.ayrshare.classification import (
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
from publisher.clients.ayrshare.errors import ProfileKeyUnreadableError
from publisher.clients.ayrshare.rate_limit import UNLIMITED
from publisher.deliveries import rules
from publisher.deliveries.repository import DeliveryRepository
from publisher.deliveries.rules import Call, Early, Plan
from publisher.factory import Factory, ProcessContext
from publisher.models import DELIVERIES, Delivery, ProviderProfile
from publisher.placement.rules import MisplacedPost, Target
from publisher.placement.workflow import confirm_placement, remove_misplaced_post
from publisher.protocol.states import Cause, Status
from publisher.provider.rules import ProfileStatus, full_jitter
from publisher.provider.workflow import fetch_profile_status
from publisher.reconciliation.jobs import ReconciliationJob
from publisher.reconciliation.rules import HistoryLookup
from publisher.transitions.rules import profile_paused, provider_away
from publisher.transitions.service import DeliveryTransitions

log = structlog.get_logger(__name__)

UNKNOWN = Gauge("pulseworks_deliveries_unknown", "Deliveries with an unknown outcome that are still searched for.")
LATENESS = Histogram(
    "pulseworks_post_lateness_seconds",
    "From a post's scheduled time to the first call for it, or to its failure because it was too late.",
    buckets=(1, 5, 10, 30, 60, 120, 300, 900, 3600, 21600),
)


@dataclass(frozen=True)
class DeliveryContext:
    """A locked delivery, and what its transaction works with."""

    factory: Factory
    transitions: DeliveryTransitions
    delivery: Delivery
    permit: Permit


class DeliveryJob:
    def __init__(self, context: ProcessContext) -> None:
        self._context = context
        self._settings = context.settings
        self._reconciliation = ReconciliationJob(context)

    async def run(self, row: DueRow) -> Outcome:
        """Take a claimed delivery through its next steps."""
        with structlog.contextvars.bound_contextvars(account_id=str(row.account_id), delivery_id=str(row.id)):
            permit = self._context.breaker.permit()
            try:
                match await self._plan(row, permit):
                    case Plan() as plan:
                        await self._send(row, plan, permit)
                    case HistoryLookup() as lookup:
                        await self._reconciliation.look_up(row, lookup, permit)
            finally:
                permit.release()
        return Settled()

    async def _send(self, row: DueRow, plan: Plan, permit: Permit) -> None:
        status = await self._refresh(plan, permit)
        call = await self._fence(row, status, permit)
        if call is None:
            if status is not None and status.details is not None:
                permit.answered()
            return
        answer, verdict = await self._call(row, call, permit)
        await self._record(row, call, answer, verdict)

    # plan

    async def _plan(self, row: DueRow, permit: Permit) -> Plan | HistoryLookup | None:
        """Return what to do for the delivery, or settle it and return None."""
        async with self._context.database.transaction(row.account_id) as session:
            locked = await self._lock(session, row, permit)
            if locked is None:
                return None
            match Status(locked.delivery.status):
                case Status.PENDING:
                    return await self._plan_pending(locked)
                case Status.SENDING:
                    await self._reconciliation.take_over(locked.transitions, locked.delivery)
                case Status.RECONCILING | Status.UNKNOWN:
                    return await self._reconciliation.plan(locked.factory, locked.transitions, locked.delivery, permit)
                case Status.PUBLISHED | Status.FAILED | Status.CANCELLED:
                    await locked.transitions.release(locked.delivery, None)
            return None

    async def _plan_pending(self, locked: DeliveryContext) -> Plan | None:
        provider = await self._check(locked, None)
        profile_key = None if provider is None else await self._profile_key(locked, provider)
        if provider is None or profile_key is None:
            return None
        most = timedelta(seconds=self._settings.connection_fresh_seconds)
        return Plan(profile_key, rules.is_fresh(provider, locked.transitions.now, most))

    async def _lock(self, session: AsyncSession, row: DueRow, permit: Permit) -> DeliveryContext | None:
        factory = self._context.factory(session)
        delivery = await factory.leased_deliveries().lock(row)
        return None if delivery is None else DeliveryContext(factory, factory.transitions(), delivery, permit)

    async def _check(self, locked: DeliveryContext, status: ProfileStatus | None) -> ProviderProfile | None:
        """Return the profile to post with, if the post may be sent now; else settle the delivery and return None.

        ``status`` is the one that was just fetched and recorded, if any.
        """
        records = await locked.factory.records().records_of(locked.delivery)
        decision = rules.may_send(records, status, locked.transitions.now)
        if decision is not None:
            await self._turn_away(locked, decision)
            return None
        provider = records.provider
        if provider is None:
            raise RuntimeError("a delivery passed the checks without a provider profile")
        return None if await self._defer(locked, provider, status) else provider

    async def _turn_away(self, locked: DeliveryContext, decision: Decision | Early) -> None:
        transitions, delivery = locked.transitions, locked.delivery
        waited = transitions.now - delivery.due_since
        match decision:
            case Missing() if waited < self._settings.records_grace:
                await transitions.release(delivery, rules.RECORDS_PAUSE)
            case Missing():
                await self._turn_away(locked, records_missing(decision))
            case Early(by):
                log.warning("delivery_early", seconds=by.total_seconds())
                await transitions.release(delivery, decision.pause)
            case Withdrawn(reason):
                log.info("delivery_withdrawn", reason=reason)
                await transitions.cancel(delivery, reason)
            case Reason(code=code):
                log.info("delivery_refused", code=code)
                if code == IN_TIME.code and rules.is_first_call(delivery):
                    _observe_lateness(locked)
                await transitions.fail(delivery, Cause.CHECK_REFUSED, decision)

    async def _defer(self, locked: DeliveryContext, provider: ProviderProfile, status: ProfileStatus | None) -> bool:
        """Defer the delivery while its profile pauses or the provider is away; fail it if that is too long.

        Returns False if neither is so.
        """
        transitions, delivery = locked.transitions, locked.delivery
        wait = locked.factory.pacing().wait(provider)
        if wait is not None:
            if provider.paused_until is not None and provider.paused_until > delivery.expires_at:
                await transitions.fail(delivery, Cause.CHECK_REFUSED, paused_too_long(provider))
            else:
                await transitions.defer(delivery, wait, profile_paused(provider))
        elif not locked.permit.granted:
            await transitions.defer(delivery, self._context.breaker.wait(), provider_away(delivery))
        elif status is not None and status.failure is not None:
            await transitions.defer(delivery, self._count_not_sent(delivery), provider_away(delivery))
        else:
            return False
        return True

    def _count_not_sent(self, delivery: Delivery) -> timedelta:
        """Count that nothing left; return how long to wait before the next try."""
        delivery.not_sent += 1
        return full_jitter(self._context.random, rules.NOT_SENT_PAUSE, delivery.not_sent, longest=rules.LONGEST_PAUSE)

    async def _profile_key(self, locked: DeliveryContext, provider: ProviderProfile) -> SecretStr | None:
        """Return the key to post with. None: it can't be read, which no retry changes, and the delivery fails."""
        if provider.profile_key is None:
            raise RuntimeError("a delivery passed the checks without a profile key")
        try:
            return self._context.profile_keys.open(provider.profile_key)
        except ProfileKeyUnreadableError:
            log.exception("profile_key_unreadable", provider_profile_id=provider.ref_id)
            await locked.transitions.fail(locked.delivery, Cause.CHECK_REFUSED, KEY_UNREADABLE)
            return None

    # refresh

    async def _refresh(self, plan: Plan, permit: Permit) -> ProfileStatus | None:
        if plan.is_fresh:
            return None
        return await fetch_profile_status(self._context, plan.profile_key, permit)

    # fence

    async def _fence(self, row: DueRow, status: ProfileStatus | None, permit: Permit) -> Call | None:
        """Commit ``sending`` if every check still passes (P4); else settle the delivery and return None."""
        async with self._context.database.transaction(row.account_id) as session:
            locked = await self._lock(session, row, permit)
            if locked is None:
                return None
            fenced_at = time.monotonic()
            if status is not None:
                await locked.factory.profile_status().record(locked.delivery.provider_profile_id, status)
            provider = await self._check(locked, status)
            profile_key = None if provider is None else await self._profile_key(locked, provider)
            if profile_key is None:
                return None
            if rules.is_first_call(locked.delivery):
                _observe_lateness(locked)
            await locked.transitions.start_sending(locked.delivery)
            request = rules.post_request(locked.delivery)
            delivery = locked.delivery
            target = Target(profile_key, delivery.provider_profile_id, request.platform, delivery.platform_account_id)
            return Call(target, request, locked.transitions.now, fenced_at)

    # call

    async def _call(self, row: DueRow, call: Call, permit: Permit) -> tuple[PostAnswer, Verdict | MisplacedPost]:
        answer: PostAnswer
        if time.monotonic() - call.fenced_at > rules.SEND_WITHIN_SECONDS:
            answer = NeverSent("the process stalled before the call")
        else:
            answer = await self._context.ayrshare.post(call.target.profile_key, call.request)
            if rules.is_answer(answer):
                permit.answered()
            else:
                permit.failed()
        verdict: Verdict | MisplacedPost = classify(answer, call.request.platform)
        if isinstance(verdict, Accepted):
            verdict = await confirm_placement(
                self._context, row.account_id, call.target, verdict, permit, sent_at=call.sent_at
            )
        if isinstance(verdict, RejectedForNow) and verdict.scope == "provider":
            permit.failed(at_once=True)
        log.info("delivery_answered", verdict=type(verdict).__name__, key=call.request.key)
        return answer, verdict

    # record

    async def _record(self, row: DueRow, call: Call, answer: PostAnswer, verdict: Verdict | MisplacedPost) -> None:
        async with self._context.database.transaction(row.account_id) as session:
            factory = self._context.factory(session)
            delivery = await factory.leased_deliveries().lock(row)
            if delivery is None:
                # the run that holds the lease now finds ``sending`` and reconciles
                log.warning("delivery_lease_lost", verdict=type(verdict).__name__)
                return
            await self._record_verdict(factory, delivery, answer, verdict)
        if isinstance(verdict, MisplacedPost):
            await remove_misplaced_post(self._context, row, call.target, verdict)

    async def _record_verdict(
        self, factory: Factory, delivery: Delivery, answer: PostAnswer, verdict: Verdict | MisplacedPost
    ) -> None:
        transitions = factory.transitions()
        limit = answer.limit if isinstance(answer, Answered) else UNLIMITED
        http_status, text = (answer.status, answer.text) if isinstance(answer, Answered) else (None, answer.reason)
        outcome = rules.OUTCOME_NAMES[type(verdict)]
        await transitions.finish_attempt(delivery, outcome, status=http_status, answer=text)
        pause = timedelta(seconds=max(self._settings.reconcile_pause_seconds, limit.retry_after or 0.0))
        pause = min(pause, rules.LONGEST_PAUSE)
        match verdict:
            case Accepted():
                await transitions.publish(delivery, verdict)
            case MisplacedPost():
                await factory.placement().record_misplaced(delivery, verdict)
            case Rejected(reason):
                await transitions.fail(delivery, Cause.REJECTED, reason)
            case RejectedForNow():
                await transitions.retry_or_fail(delivery, verdict, limit)
            case NotSent():
                pause = self._count_not_sent(delivery)
                await transitions.postpone(delivery, Cause.NEVER_LEFT, pause, delay=provider_away(delivery))
            case Duplicate():
                await transitions.reconcile(delivery, Cause.DUPLICATE, pause)
            case UnderWay() | Unclear():
                await transitions.reconcile(delivery, Cause.UNCLEAR, pause)
        await factory.pacing().apply_limit(delivery.provider_profile_id, limit)


def _observe_lateness(locked: DeliveryContext) -> None:
    LATENESS.observe(max(0.0, (locked.transitions.now - locked.delivery.scheduled_for).total_seconds()))


def unknown_outcomes(context: ProcessContext) -> Measure:
    """Return the measure of the deliveries that a person may have to resolve."""

    async def count() -> int:
        async with context.database.cross_account.transaction() as session:
            return await DeliveryRepository(session).count_unknown()

    return Measure(UNKNOWN, count)


def delivery_loop(context: ProcessContext) -> DueLoop:
    settings = context.settings
    concurrency = settings.delivery_concurrency
    return DueLoop(
        context.database,
        DELIVERIES,
        DeliveryJob(context).run,
        concurrency=concurrency,
        batch=concurrency,
        lease=settings.delivery_lease,
        per_account=min(settings.delivery_concurrency_per_account, concurrency),
        # a post that has left must be recorded: cut off, it would have to be searched for
        finish_within=settings.delivery_finish,
    )
