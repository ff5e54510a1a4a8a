from uuid import UUID

from common.http.idempotency import IdempotencyKeyReusedError

from billing.changes.repository import PlanChangeRepository
from billing.models import PlanChange
from billing.plans.rules import ENTITLED_STATUSES, PlanSelection
from billing.subscriptions.errors import NoSubscriptionError, SubscriptionNotChangeableError
from billing.subscriptions.repository import SubscriptionRepository


class PlanChangeService:
    def __init__(self, changes: PlanChangeRepository, subscriptions: SubscriptionRepository) -> None:
        self._changes = changes
        self._subscriptions = subscriptions

    async def begin(
        self, change_id: UUID, account_id: UUID, user_id: UUID, target: PlanSelection
    ) -> tuple[PlanChange, str]:
        """Return the change with this id, created if necessary, and the id of the Stripe subscription to change.

        Raises IdempotencyKeyReusedError when the id belongs to a change to another target, NoSubscriptionError, and
        SubscriptionNotChangeableError.
        """
        change = await self._changes.get(change_id)
        subscription = await self._subscriptions.current()
        if subscription is None or subscription.stripe_subscription_id is None:
            raise NoSubscriptionError("Start a subscription with POST /api/billing/checkout.")
        if change is None:
            require_changeable(subscription.status)
            await self._changes.insert(
                id=change_id,
                account_id=account_id,
                created_by=user_id,
                plan=target.plan,
                posting_addon=target.posting_addon,
            )
            change = await self._changes.lock(change_id)
        if change is None or (change.plan, change.posting_addon) != (target.plan, target.posting_addon):
            raise IdempotencyKeyReusedError("Use a new key for a new request, and the same body for a repeated one.")
        return change, subscription.stripe_subscription_id


def require_changeable(status: str) -> None:
    """Raise SubscriptionNotChangeableError for a status in which Stripe accepts no change of plan."""
    if status not in ENTITLED_STATUSES:
        raise SubscriptionNotChangeableError(
            f"Its status is {status}. Pay or resume it in the portal; if it has ended, start a new one with "
            "POST /api/billing/checkout."
        )
