from collections.abc import Sequence
from uuid import UUID

import stripe
from pydantic import SecretStr

from billing.clients.stripe.errors import StripeFailedError, translated
from billing.clients.stripe.objects import (
    CheckoutSession,
    StripeSubscription,
    checkout_session_from,
    subscription_from,
)

ItemChange = stripe.params.SubscriptionUpdateParamsItem
"""One entry of `items` in an update: it replaces an item's price, adds an item or removes one."""


class StripeApi:
    """Stripe's API. Every write takes an idempotency key, which the caller derives from a row of its own.

    ``timeout`` is in seconds, for each of 1 + ``retries`` attempts. Callers that repeat calls themselves use no
    retries. All methods raise StripeCallError.
    """

    def __init__(self, *, api_key: SecretStr, base_url: str, timeout: float, retries: int) -> None:
        self._http = stripe.HTTPXClient(timeout=timeout)
        self._client = stripe.StripeClient(
            api_key.get_secret_value(),
            base_addresses={"api": base_url},
            http_client=self._http,
            max_network_retries=retries,
        )

    async def close(self) -> None:
        await self._http.close_async()  # type: ignore[no-untyped-call] # the SDK lacks the annotation

    async def check_prices(self, prices: Sequence[str]) -> None:
        """Raise unless the key is accepted and each price exists. Costs nothing."""
        for price in prices:
            with translated("price"):
                await self._client.v1.prices.retrieve_async(price)

    async def create_customer(self, *, name: str | None, account_id: UUID, key: str) -> str:
        """Return the new customer's id."""
        params: stripe.params.CustomerCreateParams = {"metadata": {"account_id": str(account_id)}}
        if name is not None:
            params["name"] = name
        with translated("create_customer"):
            return (await self._client.v1.customers.create_async(params, {"idempotency_key": key})).id

    async def create_checkout(
        self, *, customer_id: str, checkout_id: UUID, prices: Sequence[str], success_url: str, cancel_url: str, key: str
    ) -> CheckoutSession:
        metadata = {"checkout_id": str(checkout_id)}
        params: stripe.params.checkout.SessionCreateParams = {
            "mode": "subscription",
            "customer": customer_id,
            "client_reference_id": str(checkout_id),
            "line_items": [{"price": price, "quantity": 1} for price in prices],
            "metadata": metadata,
            "subscription_data": {"metadata": metadata},
            "success_url": success_url,
            "cancel_url": cancel_url,
        }
        with translated("create_checkout"):
            session = await self._client.v1.checkout.sessions.create_async(params, {"idempotency_key": key})
            return checkout_session_from(session)

    async def checkout(self, session_id: str) -> CheckoutSession:
        with translated("checkout"):
            return checkout_session_from(await self._client.v1.checkout.sessions.retrieve_async(session_id))

    async def expire_checkout(self, session_id: str, *, key: str) -> CheckoutSession:
        """Close an open session. Raises StripeRefusedError if it is no longer open."""
        with translated("expire_checkout"):
            options: stripe.RequestOptions = {"idempotency_key": key}
            return checkout_session_from(await self._client.v1.checkout.sessions.expire_async(session_id, {}, options))

    async def create_portal(self, *, customer_id: str, return_url: str, key: str) -> str:
        """Return the address of a portal session, which is valid for minutes."""
        params: stripe.params.billing_portal.SessionCreateParams = {"customer": customer_id, "return_url": return_url}
        with translated("create_portal"):
            session = await self._client.v1.billing_portal.sessions.create_async(params, {"idempotency_key": key})
            return session.url

    async def subscription(self, subscription_id: str) -> StripeSubscription:
        with translated("subscription"):
            answer = await self._client.v1.subscriptions.retrieve_async(subscription_id)
        return _parsed(answer)

    async def change_items(self, subscription_id: str, items: Sequence[ItemChange], *, key: str) -> None:
        """Change a subscription's items; the unused part of the month is credited (`create_prorations`)."""
        params: stripe.params.SubscriptionUpdateParams = {
            "items": list(items),
            "proration_behavior": "create_prorations",
        }
        with translated("change_items"):
            await self._client.v1.subscriptions.update_async(subscription_id, params, {"idempotency_key": key})

    async def cancel_subscription(self, subscription_id: str, *, key: str) -> None:
        """End a subscription at once and credit the unused part of the month."""
        params: stripe.params.SubscriptionCancelParams = {"prorate": True, "invoice_now": True}
        with translated("cancel_subscription"):
            await self._client.v1.subscriptions.cancel_async(subscription_id, params, {"idempotency_key": key})


def _parsed(answer: stripe.Subscription) -> StripeSubscription:
    try:
        return subscription_from(answer)
    except (AttributeError, KeyError, TypeError) as error:
        failed = StripeFailedError("Try again later. If the error persists, contact support.")
        failed.add_note(f"Stripe's subscription can't be read: {error!r}")
        raise failed from error
