from dataclasses import dataclass
from uuid import UUID

from common.http.idempotency import IdempotencyKeyReusedError

from billing.changes.repository import PlanChangeRepository
from billing.models import ChangeStatus, PlanChange
from billing.plans.catalogue import Bought
from billing.plans.entitlements import IN_GOOD_STANDING
from billing.subscriptions.errors import NoSubscriptionError, SubscriptionNotChangeableError
from billing.subscriptions.repository import SubscriptionRepository


@dataclass(frozen=True)
class Begun:
    change: PlanChange
    subscription_id: str

    @property
    def done(self) -> bool:
        return self.change.status == ChangeStatus.DONE


class PlanChangeService:
    def __init__(self, changes: PlanChangeRepository, subscriptions: SubscriptionRepository) -> None:
        self._changes = changes
        self._subscriptions = subscriptions

    async def begin(self, change_id: UUID, account_id: UUID, user_id: UUID, wanted: Bought) -> Begun:
        """Return the change with this id, made now if there is none.

        Raises IdempotencyKeyReusedError when it is another change's id, NoSubscriptionError and
        SubscriptionNotChangeableError when there is nothing to change.
        """
        change = await self._changes.get(change_id)
        held = await self._subscriptions.current()
        if held is None or held.stripe_subscription_id is None:
            raise NoSubscriptionError("Start one with POST /api/billing/checkout.")
        if change is None:
            require_changeable(held.status)
            await self._changes.insert(
                id=change_id,
                account_id=account_id,
                created_by=user_id,
                plan=wanted.plan,
                posting_addon=wanted.posting_addon,
            )
            change = await self._changes.lock(change_id)
        if change is None or (change.plan, change.posting_addon) != (wanted.plan, wanted.posting_addon):
            raise IdempotencyKeyReusedError("Use a new key for a new request, and the same body for a repeated one.")
        return Begun(change, held.stripe_subscription_id)


def require_changeable(status: str) -> None:
    """Raise SubscriptionNotChangeableError for a status in which Stripe takes no other plan."""
    if status not in IN_GOOD_STANDING:
        raise SubscriptionNotChangeableError(
            f"Its status is {status}. Pay or resume it in the portal; if it has ended, start another one with "
            "POST /api/billing/checkout."
        )
