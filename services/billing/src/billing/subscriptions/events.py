from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from pulseworks_contracts import AuditRecorded, AuditRecordedData, SubscriptionChanged, SubscriptionChangedData
from pulseworks_contracts.specs import type_of

from billing.clients.stripe.objects import StripeSubscription
from billing.models import Subscription
from billing.subscriptions.rules import SubscriptionState

SUBSCRIPTION_CHANGED = type_of(SubscriptionChanged)


def subscription_changed(row: Subscription, now: datetime) -> SubscriptionChanged:
    """Return the event for the row's current state and revision."""
    state = SubscriptionState.of(row)
    return SubscriptionChanged(
        account_id=row.account_id,
        subject=str(row.account_id),
        time=now,
        data=SubscriptionChangedData(
            revision=row.revision,
            plan=state.plan,
            posting_addon=state.posting_addon,
            status=state.status,
            current_period_end=state.current_period_end,
            entitlements=state.entitlements,
        ),
    )


def subscription_audit_entry(
    row: Subscription, before: SubscriptionState, user_id: UUID | None, now: datetime
) -> AuditRecorded:
    """Return the audit entry for a change of the row from ``before``; ``user_id`` is None if Stripe started it."""
    return AuditRecorded(
        account_id=row.account_id,
        subject=str(row.id),
        data=AuditRecordedData(
            event_type="SUBSCRIPTION_CHANGED",
            entity_type="subscription",
            entity_id=str(row.id),
            user_id=user_id,
            occurred_at=now,
            metadata={
                "from": _facts(before),
                "to": _facts(SubscriptionState.of(row)),
                "revision": row.revision,
                "stripe_subscription_id": row.stripe_subscription_id,
            },
        ),
    )


def further_subscription_audit_entry(
    account_id: UUID, event_type: str, subscription: StripeSubscription, user_id: UUID | None, now: datetime
) -> AuditRecorded:
    """Return the audit entry for a subscription that is paid beside the account's own, or no longer."""
    return AuditRecorded(
        account_id=account_id,
        subject=subscription.id,
        data=AuditRecordedData(
            event_type=event_type,
            entity_type="further_subscription",
            entity_id=subscription.id,
            user_id=user_id,
            occurred_at=now,
            metadata={"status": subscription.status, "prices": [item.price_id for item in subscription.items]},
        ),
    )


def _facts(state: SubscriptionState) -> dict[str, Any]:
    facts = asdict(state) | {"posting": state.entitlements.posting}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in facts.items()}
