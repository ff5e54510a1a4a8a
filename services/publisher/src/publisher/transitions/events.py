from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from pulseworks_contracts import (
    AuditRecorded,
    AuditRecordedData,
    Event,
    PostDelayed,
    PostDelayedData,
    PostFailedData,
    PostOutcomeUnknownData,
    PostPublishedData,
    Reason,
)

from publisher.models import Delivery, DeliveryAttempt
from publisher.protocol.states import Transition
from publisher.transitions.rules import Delay


def outcome_event(transition: Transition, delivery: Delivery, data: object, now: datetime) -> Event:
    """Return the event that the table prescribes for the transition. Raises RuntimeError when it has none."""
    event: Callable[..., Event] | None = transition.emits
    if event is None:
        raise RuntimeError(f"the table has no event for {transition.cause}")
    return event(account_id=delivery.account_id, subject=str(delivery.schedule_item_id), time=now, data=data)


def published_data(delivery: Delivery, now: datetime) -> PostPublishedData:
    return PostPublishedData(
        **_outcome(delivery),
        provider_post_id=delivery.provider_post_id,
        platform_post_id=delivery.platform_post_id,
        post_url=delivery.post_url,
        published_at=now,
    )


def failed_data(delivery: Delivery, reason: Reason) -> PostFailedData:
    return PostFailedData(**_outcome(delivery), **reason.model_dump())


def unknown_data(delivery: Delivery, message: str) -> PostOutcomeUnknownData:
    return PostOutcomeUnknownData(**_outcome(delivery), message=message)


def delayed(delivery: Delivery, delay: Delay, now: datetime) -> PostDelayed:
    data = PostDelayedData(**_outcome(delivery), code=delay.code, message=delay.message, remedy=delay.remedy)
    return PostDelayed(account_id=delivery.account_id, subject=str(delivery.schedule_item_id), time=now, data=data)


def audit_entry(
    event_type: str,
    delivery: Delivery,
    now: datetime,
    *,
    approved_by: UUID | None,
    user_id: UUID | None = None,
    attempt: DeliveryAttempt | None = None,
    facts: Mapping[str, object],
) -> AuditRecorded:
    """Return the audit entry of a delivery (P8), with its current ids and the result of the attempt, if given."""
    metadata: dict[str, Any] = {
        **_audit_facts(delivery),
        **facts,
        "approved_by": str(approved_by) if approved_by else None,
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
        occurred_at=now,
        metadata=metadata,
    )
    return AuditRecorded(account_id=delivery.account_id, subject=str(delivery.id), time=now, data=data)


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


def _audit_facts(delivery: Delivery) -> dict[str, Any]:
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
