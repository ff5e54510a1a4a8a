from dataclasses import asdict, dataclass
from uuid import UUID

from common.http.idempotency import IdempotencyKeyReusedError

from billing.checkout.errors import AlreadySubscribedError, CheckoutClosedError
from billing.checkout.repository import CheckoutRepository
from billing.clients.stripe.objects import FINAL_STATUSES
from billing.models import Checkout, CheckoutStatus
from billing.subscriptions.repository import SubscriptionRepository


@dataclass(frozen=True)
class CheckoutParameters:
    """What a checkout is for; two requests with the same key must have the same parameters."""

    plan: str
    posting_addon: bool
    success_url: str
    cancel_url: str

    def matches(self, checkout: Checkout) -> bool:
        return all(getattr(checkout, name) == value for name, value in asdict(self).items())


class CheckoutService:
    def __init__(self, checkouts: CheckoutRepository, subscriptions: SubscriptionRepository) -> None:
        self._checkouts = checkouts
        self._subscriptions = subscriptions

    async def begin(
        self, checkout_id: UUID, account_id: UUID, user_id: UUID, parameters: CheckoutParameters
    ) -> Checkout:
        """Return the checkout with this id, created if necessary.

        Raises IdempotencyKeyReusedError when the id belongs to a checkout with other parameters, CheckoutClosedError
        when that one has been closed, and AlreadySubscribedError.
        """
        checkout = await self._checkouts.get(checkout_id)
        if checkout is None or checkout.url is None:
            await self.require_no_subscription()
        if checkout is None:
            await self._checkouts.insert(
                id=checkout_id, account_id=account_id, created_by=user_id, **asdict(parameters)
            )
            checkout = await self._checkouts.lock(checkout_id)
        if checkout is None or not parameters.matches(checkout):
            raise IdempotencyKeyReusedError("Use a new key for a new request, and the same body for a repeated one.")
        if checkout.status == CheckoutStatus.EXPIRED:
            raise CheckoutClosedError(
                "Its page has expired, or a newer checkout replaced it. Start one with a new key."
            )
        return checkout

    async def require_no_subscription(self) -> None:
        """Raise AlreadySubscribedError unless the last subscription has ended: the account would pay for two."""
        subscription = await self._subscriptions.current()
        if (
            subscription is not None
            and subscription.stripe_subscription_id is not None
            and subscription.status not in FINAL_STATUSES
        ):
            raise AlreadySubscribedError(
                f"Its status is {subscription.status}. Change it with POST /api/billing/change, or manage and pay it "
                "in the portal."
            )
