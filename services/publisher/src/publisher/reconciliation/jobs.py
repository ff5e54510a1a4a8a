"""P5: a post that may be live is searched for in Ayrshare's history, and not sent again before it is shown absent.

A delivery that is ``reconciling`` or ``unknown`` goes through these steps:

plan     (transaction)  what to search for, or a later time while the provider can't be called
look_up  (requests)     reads the history back to the first call, and confirms where a post that it shows has appeared
record   (transaction)  the outcome that the history shows, or the next lookup
"""

from dataclasses import replace
from datetime import timedelta

import structlog
from common.due import DueRow
from pulseworks_contracts import PlatformPayload

from publisher.clients.ayrshare.circuit_breaker import Permit
from publisher.clients.ayrshare.classification import Accepted, Rejected, RejectedForNow, Unclear
from publisher.clients.ayrshare.errors import (
    AyrshareRateLimitedError,
    AyrshareRefusedError,
    AyrshareUnavailableError,
    ProfileKeyUnreadableError,
)
from publisher.clients.ayrshare.history import Absent, HistorySearch, Present, search_history
from publisher.clients.ayrshare.rate_limit import UNLIMITED
from publisher.factory import Factory, ProcessContext
from publisher.models import Delivery
from publisher.placement.rules import MisplacedPost, Target, names_another_account
from publisher.placement.workflow import confirm_placement, remove_misplaced_post
from publisher.protocol.states import ABSENT_LOOKUPS, Cause, Status
from publisher.reconciliation.rules import HistoryLookup, Observation, Unreadable, is_repeated, keeps_looking
from publisher.transitions.rules import refused_too_late
from publisher.transitions.service import UNKNOWN_LOOKUP_INTERVAL, DeliveryTransitions

log = structlog.get_logger(__name__)

_KEY_UNREADABLE = "We can't read the key of your connection to the posting provider; please contact support. "


class ReconciliationJob:
    def __init__(self, context: ProcessContext) -> None:
        self._context = context
        self._rules = context.settings.reconciliation_rules

    async def take_over(self, transitions: DeliveryTransitions, delivery: Delivery) -> None:
        """Start to reconcile a delivery whose run ended between fence and record, by a crash or a lost database."""
        log.warning("delivery_interrupted", key=delivery.idempotency_key)
        await transitions.finish_attempt(delivery, "interrupted")
        await transitions.reconcile(delivery, Cause.INTERRUPTED, timedelta(0))

    async def plan(
        self, factory: Factory, transitions: DeliveryTransitions, delivery: Delivery, permit: Permit
    ) -> HistoryLookup | None:
        """Return what to search for. While no lookup is possible, the limit still applies: it becomes unknown."""
        provider = await factory.provider_profiles().get(delivery.provider_profile_id)
        if provider is None or provider.profile_key is None or delivery.sent_at is None:
            raise RuntimeError("a delivery that was sent has no provider profile or no time of sending")
        wait = factory.pacing().wait(provider)
        if wait is None and not permit.granted:
            wait = self._context.breaker.wait()
        if wait is not None:
            await self._look_up_later(transitions, delivery, not_before=wait)
            return None
        payload = PlatformPayload.model_validate(delivery.payload)
        try:
            profile_key = self._context.profile_keys.open(provider.profile_key)
        except ProfileKeyUnreadableError:
            log.exception("profile_key_unreadable", provider_profile_id=provider.ref_id)
            await self._give_up(transitions, delivery)
            return None
        since = await factory.leased_deliveries().first_call_at(delivery) or delivery.sent_at
        return HistoryLookup(
            target=Target(profile_key, delivery.provider_profile_id, payload.platform, delivery.platform_account_id),
            search=HistorySearch(delivery.idempotency_key, payload.platform, since),
            sent_at=delivery.sent_at,
            began_at=transitions.now,
            ambiguous=is_repeated(delivery) and self._rules.settles_in(delivery, transitions.now) > timedelta(0),
        )

    async def look_up(self, row: DueRow, lookup: HistoryLookup, permit: Permit) -> None:
        """Search the history and record what it shows."""
        seen = await self._read(row, lookup, permit)
        log.info("delivery_looked_up", finding=type(seen.finding).__name__, cached=seen.cached, key=lookup.search.note)
        async with self._context.database.transaction(row.account_id) as session:
            factory = self._context.factory(session)
            delivery = await factory.leased_deliveries().lock(row)
            if delivery is not None:
                settled = self._rules.is_settled(delivery, lookup, seen)
                await self._record(factory, factory.transitions(), delivery, seen, settled=settled)
                await factory.pacing().apply_limit(delivery.provider_profile_id, seen.limit)
        if isinstance(seen.finding, MisplacedPost) and delivery is not None:
            await remove_misplaced_post(self._context, row, lookup.target, seen.finding)

    async def _read(self, row: DueRow, lookup: HistoryLookup, permit: Permit) -> Observation:
        ayrshare, profile_key = self._context.ayrshare, lookup.target.profile_key
        near_limit = self._context.settings.pacing_rules.is_near_limit
        try:
            result = await search_history(
                lambda query: ayrshare.history(profile_key, query),
                lookup.search,
                may_continue=lambda limit: not near_limit(limit),
            )
        except AyrshareRateLimitedError as error:
            permit.answered()
            return Observation(Unreadable(str(error), rate_limited=True), error.limit)
        except AyrshareRefusedError as error:
            permit.answered()
            return Observation(Unreadable(str(error), rate_limited=False))
        except AyrshareUnavailableError as error:
            permit.failed()
            return Observation(Unreadable(str(error), rate_limited=False))
        permit.answered()
        seen = Observation(result.finding, result.limit, result.cached)
        if not isinstance(result.finding, Accepted):
            return seen
        if lookup.ambiguous and names_another_account(lookup.target, result.finding):
            return replace(seen, finding=Present())
        placement = await confirm_placement(
            self._context, row.account_id, lookup.target, result.finding, permit, sent_at=lookup.sent_at
        )
        # an unclear placement changes nothing: another lookup follows
        return replace(seen, finding=Present() if isinstance(placement, Unclear) else placement)

    async def _record(
        self,
        factory: Factory,
        transitions: DeliveryTransitions,
        delivery: Delivery,
        seen: Observation,
        *,
        settled: bool,
    ) -> None:
        delivery.looks += 1
        match seen.finding:
            case Accepted() as ids:
                await transitions.publish(delivery, ids)
            case Rejected() | RejectedForNow() if is_repeated(delivery) and not settled:
                # it may be from the earlier call with this key, while the last one is still in flight
                await self._look_up_later(transitions, delivery)
            case MisplacedPost() as misplaced:
                await factory.placement().record_misplaced(delivery, misplaced)
            case Rejected(reason):
                await transitions.fail(delivery, Cause.REJECTED, reason)
            case RejectedForNow() as verdict if delivery.status == Status.RECONCILING:
                await transitions.retry_or_fail(delivery, verdict, UNLIMITED)
            case RejectedForNow(reason):
                # the outcome was shown to a person, who does not expect an automatic retry days later
                await transitions.fail(delivery, Cause.RETRIES_SPENT, refused_too_late(reason))
            case Absent(conclusive):
                await self._record_absence(transitions, delivery, proves=conclusive and settled)
            case Unreadable(_, rate_limited=True):
                wait = await factory.pacing().refused(delivery.provider_profile_id, seen.limit)
                await self._look_up_later(transitions, delivery, not_before=wait)
            case Present() | Unreadable():
                await self._look_up_later(transitions, delivery)

    async def _give_up(self, transitions: DeliveryTransitions, delivery: Delivery) -> None:
        """Show the outcome as unknown as soon as the last call has settled: no lookup can be made."""
        settles_in = self._rules.settles_in(delivery, transitions.now)
        if delivery.status == Status.RECONCILING and settles_in <= timedelta(0):
            await transitions.mark_unknown(delivery, because=_KEY_UNREADABLE)
        elif delivery.status == Status.RECONCILING:
            await transitions.release(delivery, settles_in)
        else:
            await self._look_up_later(transitions, delivery)

    async def _record_absence(self, transitions: DeliveryTransitions, delivery: Delivery, *, proves: bool) -> None:
        if proves:
            delivery.absent_looks += 1
        # a used key means that some call did arrive: then only a person may have it sent again
        may_send_again = delivery.status == Status.RECONCILING and not delivery.key_used
        if may_send_again and delivery.absent_looks >= ABSENT_LOOKUPS:
            log.info("delivery_shown_absent", key=delivery.idempotency_key)
            await transitions.postpone(delivery, Cause.SHOWN_ABSENT, timedelta(0))
        elif may_send_again and proves:
            # one more lookup settles it, even if no lookup was possible before the limit
            await transitions.release(delivery, self._rules.pause(delivery, transitions.now))
        else:
            await self._look_up_later(transitions, delivery)

    async def _look_up_later(
        self, transitions: DeliveryTransitions, delivery: Delivery, *, not_before: timedelta = timedelta(0)
    ) -> None:
        now = transitions.now
        unknown_in = self._rules.unknown_in(delivery, now)
        if delivery.status == Status.UNKNOWN:
            await transitions.release(delivery, UNKNOWN_LOOKUP_INTERVAL if keeps_looking(delivery, now) else None)
        elif unknown_in <= timedelta(0):
            await transitions.mark_unknown(delivery)
        else:
            # a person sees it in time, even if no lookup is possible until then
            pause = min(max(self._rules.pause(delivery, now), not_before), unknown_in)
            await transitions.release(delivery, pause)
