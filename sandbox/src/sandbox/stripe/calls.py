"""The table of calls."""

from typing import Any

from stripe import params as p
from stripe.params import billing_portal
from stripe.params import checkout as checkout_params

from sandbox.stripe import checkout, customers, endpoints, portal, subscriptions
from sandbox.stripe.api import Call
from sandbox.stripe.expanding import page
from sandbox.stripe.webhooks import WebhookSender
from sandbox.stripe.world import World


def calls(world: World, webhooks: WebhookSender) -> list[Call]:
    """Return every call that the stand-in supports."""
    return [
        *_customers(world),
        *_checkout(world),
        *_subscriptions(world),
        *_events(world, webhooks),
        *_catalogue(),
    ]


def _customers(world: World) -> list[Call]:
    return [
        Call("POST", "/v1/customers", p.CustomerCreateParams, lambda q: customers.create(world, q)),
        Call(
            "GET",
            "/v1/customers",
            p.CustomerListParams,
            lambda q: page(customers.listed(world, q), q, "/v1/customers"),
        ),
        Call("GET", "/v1/customers/{id}", p.CustomerRetrieveParams, lambda i, _: world.get("customer", i)),
        Call("POST", "/v1/customers/{id}", p.CustomerUpdateParams, lambda i, q: customers.update(world, i, q)),
        Call("DELETE", "/v1/customers/{id}", p.CustomerDeleteParams, lambda i, _: customers.delete(world, i)),
    ]


def _checkout(world: World) -> list[Call]:
    base = "/v1/checkout/sessions"

    def listed(q: dict[str, Any]) -> dict[str, Any]:
        wanted = {name: q[name] for name in ("customer", "subscription", "status") if name in q}
        fitting = [
            item for item in world.all("checkout.session") if all(item[name] == value for name, value in wanted.items())
        ]
        return page(fitting, q, base)

    return [
        Call("POST", base, checkout_params.SessionCreateParams, lambda q: checkout.create(world, q)),
        Call("GET", base, checkout_params.SessionListParams, listed),
        Call(
            "GET",
            base + "/{id}",
            checkout_params.SessionRetrieveParams,
            lambda i, _: world.get("checkout.session", i),
        ),
        Call(
            "POST",
            base + "/{id}/expire",
            checkout_params.SessionExpireParams,
            lambda i, _: checkout.expire(world, i),
        ),
        Call(
            "GET",
            base + "/{id}/line_items",
            checkout_params.SessionListLineItemsParams,
            lambda i, _: checkout.line_items(world, i),
        ),
        Call(
            "POST",
            "/v1/billing_portal/sessions",
            billing_portal.SessionCreateParams,
            lambda q: portal.create(world, q),
        ),
    ]


def _subscriptions(world: World) -> list[Call]:
    base = "/v1/subscriptions"
    return [
        Call("GET", base, p.SubscriptionListParams, lambda q: page(endpoints.subscriptions(world, q), q, base)),
        Call("GET", base + "/{id}", p.SubscriptionRetrieveParams, lambda i, _: world.get("subscription", i)),
        Call(
            "POST",
            base + "/{id}",
            p.SubscriptionUpdateParams,
            lambda i, q: subscriptions.update(world, i, q),
        ),
        Call(
            "DELETE",
            base + "/{id}",
            p.SubscriptionCancelParams,
            lambda i, q: subscriptions.cancel(world, i, q),
        ),
        Call(
            "GET",
            "/v1/invoices",
            p.InvoiceListParams,
            lambda q: page(endpoints.invoices(world, q), q, "/v1/invoices"),
        ),
        Call("GET", "/v1/invoices/{id}", p.InvoiceRetrieveParams, lambda i, _: world.get("invoice", i)),
    ]


def _events(world: World, webhooks: WebhookSender) -> list[Call]:
    base = "/v1/webhook_endpoints"
    return [
        Call(
            "GET",
            "/v1/events",
            p.EventListParams,
            lambda q: page(endpoints.events(world, q), q, "/v1/events"),
        ),
        Call("GET", "/v1/events/{id}", p.EventRetrieveParams, lambda i, _: world.get("event", i)),
        Call(
            "POST",
            base,
            p.WebhookEndpointCreateParams,
            lambda q: endpoints.create_endpoint(world, webhooks, q),
        ),
        Call("GET", base, p.WebhookEndpointListParams, lambda q: page(webhooks.endpoints(), q, base)),
        Call(
            "GET",
            base + "/{id}",
            p.WebhookEndpointRetrieveParams,
            lambda i, _: world.get("webhook_endpoint", i),
        ),
        Call(
            "DELETE",
            base + "/{id}",
            p.WebhookEndpointDeleteParams,
            lambda i, _: endpoints.delete_endpoint(world, i),
        ),
    ]


def _catalogue() -> list[Call]:
    return [
        Call("GET", "/v1/prices", p.PriceListParams, lambda q: page(endpoints.prices(q), q, "/v1/prices")),
        Call("GET", "/v1/prices/{id}", p.PriceRetrieveParams, lambda i, _: endpoints.one_price(i)),
        Call("GET", "/v1/products", p.ProductListParams, lambda q: page(endpoints.products(q), q, "/v1/products")),
        Call("GET", "/v1/products/{id}", p.ProductRetrieveParams, lambda i, _: endpoints.one_product(i)),
    ]
