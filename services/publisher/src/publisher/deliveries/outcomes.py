"""What becomes of a delivery: each outcome is one transaction of status, ids, event and audit (P8)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from common.messaging import outbox
from prometheus_client import Counter
from pulseworks_contracts import (
    LIMITS,
    AuditRecorded,
    AuditRecordedData,
    PostFailedData,
    PostOutcomeUnknownData,
    PostPublishedData,
    Reason,
)
from sqlalchemy.ext.asyncio import AsyncSession

from publisher.deliveries.classification import Accepted
from publisher.deliveries.repository import DeliveryRepository
from publisher.deliveries.states import Cause, Status, Transition, rises, step
from publisher.models import ApprovedContent, Delivery, DeliveryAttempt

OUTCOMES = Counter("pulseworks_deliveries", "Deliveries by the state that they came to.", ["status", "code"])

HOLDS = ("profile_paused", "provider_away")
"""Why a delivery that nothing speaks against waits."""

UNKNOWN_LOOK = timedelta(hours=1)
"""How often an outcome that is shown as unknown is still looked for."""


class Outcomes:
    """Every change of a delivery's status but its birth goes through here, within the caller's transaction."""

    def __init__(self, session: AsyncSession, now: datetime) -> None:
        self.session = session
        self.now = now
        self.deliveries = DeliveryRepository(session)

    async def start_sending(self, delivery: Delivery) -> None:
        """Put up the fence (P4): committed before the call, found again after a crash."""
        self._move(delivery, Cause.CHECKS_PASSED)
        delivery.attempt = delivery.next_attempt
        delivery.sent_at = self.now
        await self.deliveries.start_attempt(delivery)

    async def publish(
        self, delivery: Delivery, ids: Accepted, *, cause: Cause = Cause.ACCEPTED, user_id: UUID | None = None
    ) -> None:
        transition = self._move(delivery, cause)
        delivery.provider_post_id = ids.provider_post_id
        delivery.platform_post_id = ids.platform_post_id
        delivery.post_url = ids.post_url
        delivery.published_at = self.now
        _set_error(delivery, None, None, None)
        await self.deliveries.settle(delivery, None)
        data = PostPublishedData(
            **_outcome(delivery),
            provider_post_id=ids.provider_post_id,
            platform_post_id=ids.platform_post_id,
            post_url=ids.post_url,
            published_at=self.now,
        )
        await self._tell(transition, delivery, data)
        await self.audit("POST_PUBLISHED", delivery, user_id=user_id)

    async def fail(self, delivery: Delivery, cause: Cause, reason: Reason) -> None:
        transition = self._move(delivery, cause, reason.code)
        _set_error(delivery, reason.code, reason.message, reason.remedy)
        await self.deliveries.settle(delivery, None)
        data = PostFailedData(**_outcome(delivery), **reason.model_dump())
        await self._tell(transition, delivery, data)
        await self.audit("POST_FAILED", delivery)

    async def surface(self, delivery: Delivery) -> None:
        """Show an outcome that looking has not settled. A person has both ways out."""
        transition = self._move(delivery, Cause.LIMIT_REACHED)
        name = LIMITS[_outcome(delivery)["platform"]].display_name
        message = (
            f"We could not find out whether this post is live on {name}. "
            "Look there: if it is, mark it as live with its address; if it is not, have it sent again."
        )
        _set_error(delivery, "outcome_unknown", message, None)
        await self.deliveries.settle(delivery, UNKNOWN_LOOK)
        await self._tell(transition, delivery, PostOutcomeUnknownData(**_outcome(delivery), message=message))
        await self.audit("POST_OUTCOME_UNKNOWN", delivery)

    async def cancel(self, delivery: Delivery, reason: str) -> None:
        """Leave it: the scheduler has taken the post back and has told everybody itself."""
        self._move(delivery, Cause.WITHDRAWN, reason)
        _set_error(delivery, reason, None, None)
        await self.deliveries.settle(delivery, None)

    async def postpone(self, delivery: Delivery, cause: Cause, after: timedelta, *, why: Reason | None = None) -> None:
        """Send it later, with the key that the table gives for ``cause``."""
        self._move(delivery, cause)
        if why is None:
            _set_error(delivery, None, None, None)
        else:
            _set_error(delivery, why.code, why.message, why.remedy)
        delivery.looks = delivery.absent_looks = 0
        await self.deliveries.settle(delivery, after)

    async def reconcile(self, delivery: Delivery, cause: Cause, pause: timedelta) -> None:
        """Look for what may be live. The settling time counts from now, since a lost call may end only now."""
        self._move(delivery, cause)
        delivery.uncertain_since = delivery.uncertain_since or self.now
        delivery.settling_since = self.now
        delivery.looks = delivery.absent_looks = 0
        delivery.key_used = delivery.key_used or cause is Cause.DUPLICATE
        await self.deliveries.settle(delivery, pause)

    async def end_attempt(
        self, delivery: Delivery, outcome: str, *, status: int | None = None, answer: str | None = None
    ) -> None:
        """Note what became of the last call. Ends a call once only."""
        attempt = await self.deliveries.last_attempt(delivery)
        if attempt is None or attempt.finished_at is not None:
            return
        attempt.finished_at = self.now
        attempt.outcome = outcome
        attempt.provider_status = status
        attempt.provider_answer = answer
        await self.audit("POST_ATTEMPTED", delivery, attempt=attempt)

    async def hold(self, delivery: Delivery, after: timedelta, code: str, message: str) -> None:
        """Put off what nothing speaks against but the provider's state. No attempt is used, and the reason shows."""
        if delivery.error_code in {None, *HOLDS}:
            _set_error(delivery, code, message, "retry")
        await self.deliveries.settle(delivery, after)

    async def audit(
        self,
        event_type: str,
        delivery: Delivery,
        *,
        user_id: UUID | None = None,
        attempt: DeliveryAttempt | None = None,
        **facts: object,
    ) -> None:
        content = await self.session.get(ApprovedContent, (delivery.account_id, delivery.content_id))
        metadata: dict[str, Any] = {
            **_facts(delivery),
            **facts,
            "approved_by": str(content.approved_by) if content is not None and content.approved_by else None,
        }
        if attempt is not None:
            metadata |= {
                "call": attempt.call,
                "idempotency_key": attempt.idempotency_key,
                "started_at": attempt.started_at.isoformat(),
                "result": attempt.outcome,
                "provider_status": attempt.provider_status,
                "provider_answer": attempt.provider_answer,
            }
        data = AuditRecordedData(
            event_type=event_type,
            entity_type="delivery",
            entity_id=str(delivery.id),
            user_id=user_id,
            occurred_at=self.now,
            metadata=metadata,
        )
        event = AuditRecorded(account_id=delivery.account_id, subject=str(delivery.id), time=self.now, data=data)
        await outbox.add(self.session, event)

    def _move(self, delivery: Delivery, cause: Cause, code: str = "") -> Transition:
        """Take the step that the table has for ``cause``. The only place where a status changes."""
        transition = step(Status(delivery.status), cause)
        delivery.status = transition.target
        delivery.revision += 1
        if rises(transition.key, uncertain=delivery.uncertain_since is not None):
            delivery.next_attempt = delivery.attempt + 1
            delivery.key_used = False
            delivery.uncertain_since = None
        OUTCOMES.labels(transition.target, code).inc()
        return transition

    async def _tell(self, transition: Transition, delivery: Delivery, data: object) -> None:
        event: Callable[..., Any] | None = transition.tells
        if event is None:
            raise RuntimeError(f"the table has no event for {transition.cause}")
        made = event(account_id=delivery.account_id, subject=str(delivery.schedule_item_id), time=self.now, data=data)
        await outbox.add(self.session, made)


def _outcome(delivery: Delivery) -> dict[str, Any]:
    return {
        "delivery_id": delivery.id,
        "revision": delivery.revision,
        "item_id": delivery.schedule_item_id,
        "content_id": delivery.content_id,
        "platform": delivery.platform,
        "provider_profile_id": delivery.provider_profile_id,
        "platform_account_id": delivery.platform_account_id,
        "attempt": delivery.attempt,
    }


def _facts(delivery: Delivery) -> dict[str, Any]:
    """Return what the audit log keeps of a delivery (P8)."""
    return {
        "schedule_item_id": str(delivery.schedule_item_id),
        "item_revision": delivery.item_revision,
        "content_id": str(delivery.content_id),
        "content_hash": delivery.content_hash,
        "platform": delivery.platform,
        "provider_profile_id": delivery.provider_profile_id,
        "platform_account_id": delivery.platform_account_id,
        "status": delivery.status,
        "attempt": delivery.attempt,
        "provider_post_id": delivery.provider_post_id,
        "platform_post_id": delivery.platform_post_id,
        "post_url": delivery.post_url,
        "error_code": delivery.error_code,
        "error_message": delivery.error_message,
    }


def _set_error(delivery: Delivery, code: str | None, message: str | None, remedy: str | None) -> None:
    delivery.error_code, delivery.error_message, delivery.error_remedy = code, message, remedy
