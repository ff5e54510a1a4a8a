from uuid import UUID

from common.http.idempotency import IdempotencyKeyReusedError

from billing.checkout.errors import AlreadySubscribedError
from billing.checkout.repository import CheckoutRepository
from billing.models import Checkout
from billing.plans.entitlements import ENDED
from billing.subscriptions.repository import SubscriptionRepository

_RESUMABLE = "Change it with POST /api/billing/change, or manage and pay it in the portal."


class Wanted:
    """What a checkout is asked to be; two requests with one key must want the same."""

    def __init__(self, *, plan: str, posting_addon: bool, success_url: str, cancel_url: str) -> None:
        self.values = {
            "plan": plan,
            "posting_addon": posting_addon,
            "success_url": success_url,
            "cancel_url": cancel_url,
        }

    def describes(self, checkout: Checkout) -> bool:
        return all(getattr(checkout, name) == value for name, value in self.values.items())


class CheckoutService:
    def __init__(self, checkouts: CheckoutRepository, subscriptions: SubscriptionRepository) -> None:
        self._checkouts = checkouts
        self._subscriptions = subscriptions

    async def begin(self, checkout_id: UUID, account_id: UUID, user_id: UUID, wanted: Wanted) -> Checkout:
        """Return the checkout with this id, made now if there is none.

        Raises IdempotencyKeyReusedError when it is another checkout's id, AlreadySubscribedError when there is nothing
        to check out.
        """
        known = await self._checkouts.get(checkout_id)
        if known is None:
            await self.require_no_subscription()
            await self._checkouts.insert(id=checkout_id, account_id=account_id, created_by=user_id, **wanted.values)
            known = await self._checkouts.lock(checkout_id)
        if known is None or not wanted.describes(known):
            raise IdempotencyKeyReusedError("Use a new key for a new request, and the same body for a repeated one.")
        return known

    async def require_no_subscription(self) -> None:
        """Raise AlreadySubscribedError while there is one that has not ended: a second would be paid beside it."""
        held = await self._subscriptions.current()
        if held is not None and held.stripe_subscription_id is not None and held.status not in ENDED:
            raise AlreadySubscribedError(f"Its status is {held.status}. {_RESUMABLE}")
