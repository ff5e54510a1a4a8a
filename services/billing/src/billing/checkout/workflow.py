"""Starting a checkout: short transactions around calls to Stripe."""

from dataclasses import dataclass

from common.auth import Principal
from common.ids import derived_id, new_id

from billing.checkout.errors import CheckoutClosedError
from billing.checkout.schemas import CheckoutRequest
from billing.checkout.service import CheckoutParameters
from billing.clients.stripe.errors import StripeFailedError, StripeRefusedError
from billing.clients.stripe.objects import CheckoutSession
from billing.customers.workflow import discard_customer, ensure_customer
from billing.factory import ProcessContext
from billing.idempotency.workflow import idempotency_key
from billing.models import Checkout, CheckoutStatus
from billing.plans.rules import PlanSelection
from billing.subscriptions.workflow import SubscriptionReconciler, one_operation

_MISSING = "resource_missing"


@dataclass(frozen=True)
class CheckoutPage:
    url: str
    replayed: bool
    """An earlier request with the same key started the checkout."""


class CheckoutWorkflow:
    def __init__(self, context: ProcessContext) -> None:
        self._context = context
        self._reconciler = SubscriptionReconciler(context, context.stripe)

    async def start(self, principal: Principal, request: CheckoutRequest, key: str | None) -> CheckoutPage:
        """Return Stripe's page for a new subscription.

        The same ``key`` of the same user returns the same checkout, also after a partial failure. Raises
        RedirectNotAllowedError, AlreadySubscribedError, CheckoutClosedError, IdempotencyKeyReusedError,
        StillChangingError and StripeCallError.
        """
        account_id = principal.account_id
        checkout_id = new_id() if key is None else derived_id("checkout", account_id, principal.user_id, key)
        redirects = self._context.redirects
        parameters = CheckoutParameters(
            plan=request.plan,
            posting_addon=request.posting_addon,
            success_url=redirects.success(request.success_url),
            cancel_url=redirects.cancel(request.cancel_url),
        )
        async with one_operation(self._context, account_id, checkout_id):
            async with self._context.transaction(account_id) as factory:
                checkout = await factory.checkouts().begin(checkout_id, account_id, principal.user_id, parameters)
                others = await factory.checkout_repository().list_unsettled(except_id=checkout_id)
            if checkout.url is not None:
                return CheckoutPage(checkout.url, replayed=True)
            for other in others:
                await self._close(other)
            return CheckoutPage(await self._start(checkout), replayed=False)

    async def _start(self, checkout: Checkout) -> str:
        session = await self._open(checkout)
        if session.url is None:
            raise StripeFailedError("The payment page could not be opened. Start a new checkout.")
        async with self._context.transaction(checkout.account_id) as factory:
            is_current = await factory.checkout_repository().mark_open(checkout.id, session)
        if not is_current:
            # this request took so long that a newer checkout has replaced it
            await self._expire(checkout, session.id)
            raise CheckoutClosedError("A newer checkout replaced this one. Use its page, or start a new one.")
        return session.url

    async def _close(self, other: Checkout) -> None:
        """Close an earlier page that is still open: if both were paid, the account would have two subscriptions."""
        session_id = other.stripe_session_id
        if session_id is None:
            # Its request got no answer. Its key returns the session that it created, or creates one that is closed.
            try:
                session_id = (await self._open(other)).id
            except StripeRefusedError:
                async with self._context.transaction(other.account_id) as factory:
                    await factory.checkout_repository().mark_expired(other.id)
                return
        session = await self._expire(other, session_id)
        async with self._context.transaction(other.account_id) as factory:
            await factory.checkout_repository().settle(session)
        if session.subscription_id is not None:
            # It was paid, and its event has not arrived yet.
            await self._reconciler.reconcile(other.account_id, session.subscription_id)
            async with self._context.transaction(other.account_id) as factory:
                await factory.checkouts().require_no_subscription()

    async def _expire(self, checkout: Checkout, session_id: str) -> CheckoutSession:
        try:
            return await self._context.stripe.expire_checkout(session_id, key=f"checkout-{checkout.id}-{session_id}")
        except StripeRefusedError:
            return await self._fetch_session(session_id)

    async def _fetch_session(self, session_id: str) -> CheckoutSession:
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
        await discard_customer(self._context, checkout.account_id, customer_id)
        customer_id = await ensure_customer(self._context, checkout.account_id)
        return await self._create(await self._reload(checkout), customer_id)

    async def _reload(self, checkout: Checkout) -> Checkout:
        async with self._context.transaction(checkout.account_id) as factory:
            return await factory.checkout_repository().get(checkout.id) or checkout

    async def _create(self, checkout: Checkout, customer_id: str) -> CheckoutSession:
        selection = PlanSelection.of(checkout.plan, posting_addon=checkout.posting_addon)
        async with idempotency_key(self._context, checkout) as key:
            return await self._context.stripe.create_checkout(
                customer_id=customer_id,
                checkout_id=checkout.id,
                prices=self._context.catalogue.price_ids(selection),
                success_url=checkout.success_url,
                cancel_url=checkout.cancel_url,
                key=key,
            )
