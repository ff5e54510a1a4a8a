"""Starting a checkout: short transactions around calls to Stripe."""

from dataclasses import dataclass

from common.auth import Principal
from common.ids import derived_id, new_id

from billing.checkout.schemas import CheckoutRequest
from billing.checkout.service import Wanted
from billing.clients.stripe import CheckoutSession, StripeFailedError, StripeRefusedError
from billing.customers.flow import ensure_customer, forget_customer
from billing.factory import ProcessContext
from billing.models import Checkout, CheckoutStatus
from billing.plans.catalogue import Bought
from billing.stripe_keys import idempotency_key
from billing.subscriptions.comparison import Comparison

_MISSING = "resource_missing"


@dataclass(frozen=True)
class Started:
    url: str
    replayed: bool
    """The caller's key had started it before."""


class CheckoutFlow:
    def __init__(self, context: ProcessContext) -> None:
        self._context = context
        self._comparison = Comparison(context, context.stripe)

    async def start(self, principal: Principal, asked: CheckoutRequest, key: str | None) -> Started:
        """Return Stripe's page for a new subscription.

        The same ``key`` of the same user gives the same checkout, also after a failure half-way. Raises
        RedirectNotAllowedError, AlreadySubscribedError, IdempotencyKeyReusedError and StripeCallError.
        """
        account_id = principal.account_id
        checkout_id = new_id() if key is None else derived_id("checkout", account_id, principal.user_id, key)
        redirects = self._context.redirects
        wanted = Wanted(
            plan=asked.plan,
            posting_addon=asked.posting_addon,
            success_url=redirects.success(asked.success_url),
            cancel_url=redirects.cancel(asked.cancel_url),
        )
        async with self._context.transaction(account_id) as factory:
            checkout = await factory.checkouts().begin(checkout_id, account_id, principal.user_id, wanted)
            others = await factory.checkout_repository().open_ones(but=checkout_id)
        if checkout.url is not None:
            return Started(checkout.url, replayed=True)
        for other in others:
            await self._close(other)
        session = await self._open(checkout)
        if session.url is None:
            raise StripeFailedError("Stripe made a checkout without an address. Start another one.")
        async with self._context.transaction(account_id) as factory:
            await factory.checkout_repository().opened(checkout_id, session)
        return Started(session.url, replayed=False)

    async def _close(self, other: Checkout) -> None:
        """Close a page that is still open somewhere: paid as well, it would be a second subscription."""
        if other.stripe_session_id is None:
            return
        try:
            session = await self._context.stripe.expire_checkout(
                other.stripe_session_id, key=f"checkout-{other.id}-expire"
            )
        except StripeRefusedError:
            session = await self._look_at(other.stripe_session_id)
        async with self._context.transaction(other.account_id) as factory:
            await factory.checkout_repository().settle(session)
        if session.subscription_id is not None:
            # It was paid, and the event of it is still on its way.
            await self._comparison.compare(other.account_id, session.subscription_id)
            async with self._context.transaction(other.account_id) as factory:
                await factory.checkouts().require_no_subscription()

    async def _look_at(self, session_id: str) -> CheckoutSession:
        try:
            return await self._context.stripe.checkout(session_id)
        except StripeRefusedError as error:
            if error.stripe_code != _MISSING:
                raise
            return CheckoutSession(session_id, CheckoutStatus.EXPIRED)

    async def _open(self, checkout: Checkout) -> CheckoutSession:
        customer_id = await ensure_customer(self._context, checkout.account_id)
        try:
            return await self._create(checkout, customer_id)
        except StripeRefusedError as error:
            if error.stripe_code != _MISSING or error.param != "customer":
                raise
        await forget_customer(self._context, checkout.account_id, customer_id)
        customer_id = await ensure_customer(self._context, checkout.account_id)
        return await self._create(await self._again(checkout), customer_id)

    async def _again(self, checkout: Checkout) -> Checkout:
        async with self._context.transaction(checkout.account_id) as factory:
            return await factory.checkout_repository().get(checkout.id) or checkout

    async def _create(self, checkout: Checkout, customer_id: str) -> CheckoutSession:
        bought = Bought.of(checkout.plan, posting_addon=checkout.posting_addon)
        async with idempotency_key(self._context.database, checkout) as key:
            return await self._context.stripe.create_checkout(
                customer_id=customer_id,
                checkout_id=checkout.id,
                prices=self._context.catalogue.price_ids(bought),
                success_url=checkout.success_url,
                cancel_url=checkout.cancel_url,
                key=key,
            )
