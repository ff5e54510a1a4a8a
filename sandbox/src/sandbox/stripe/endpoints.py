"""Webhook endpoints, events, invoices, products and prices: mostly reads."""

from collections.abc import Callable
from operator import ge, gt, le, lt
from typing import Any

from sandbox.stripe.catalogue import OFFERS, price, product
from sandbox.stripe.errors import invalid, no_such, not_stood_in
from sandbox.stripe.objects import OLDER_VERSION, VERSION, webhook_endpoint
from sandbox.stripe.webhooks import WebhookSender
from sandbox.stripe.world import World, merged_metadata, new_id

_ENDPOINT = {"url", "enabled_events", "api_version", "description", "metadata", "expand"}


def create_endpoint(world: World, webhooks: WebhookSender, params: dict[str, Any]) -> dict[str, Any]:
    """Create a webhook endpoint. Only this response contains its secret."""
    if other := params.keys() - _ENDPOINT:
        raise not_stood_in(min(other))
    if not params["url"].startswith(("http://", "https://")):
        raise invalid("Not a valid URL", "url", "url_invalid")
    if not params["enabled_events"]:
        raise invalid("You must enable at least one event.", "enabled_events")
    if params.get("api_version", VERSION) not in (VERSION, OLDER_VERSION):
        raise invalid(f"Invalid API version: {params['api_version']}", "api_version")
    made = webhook_endpoint(new_id("we"), params["url"], world.now)
    made |= {name: params[name] for name in ("enabled_events", "api_version", "description") if name in params}
    made["metadata"] = merged_metadata({}, params.get("metadata"))
    secret = new_id("whsec")
    webhooks.keep_secret(made["id"], secret)
    return world.save(made) | {"secret": secret}


def delete_endpoint(world: World, identifier: str) -> dict[str, Any]:
    world.get("webhook_endpoint", identifier)
    return world.save({"id": identifier, "object": "webhook_endpoint", "deleted": True})


def events(world: World, params: dict[str, Any]) -> list[dict[str, Any]]:
    if "type" in params and "types" in params:
        raise invalid("You may only specify one of these parameters: type, types.", "types")
    kinds = params.get("types") or ([params["type"]] if "type" in params else [])
    since = params.get("created")
    return [
        item
        for item in world.all("event")
        if (not kinds or any(_fits(kind, item["type"]) for kind in kinds)) and _within(item["created"], since)
    ]


def subscriptions(world: World, params: dict[str, Any]) -> list[dict[str, Any]]:
    """List subscriptions. Without a status, cancelled ones are left out, as by Stripe."""
    status = params.get("status")

    def fits(item: dict[str, Any]) -> bool:
        wanted = (
            item["status"] not in ("canceled", "incomplete_expired")
            if status is None
            else status == "all" or item["status"] == status or (status == "ended" and item["ended_at"])
        )
        prices = {part["price"]["id"] for part in item["items"]["data"]}
        return bool(wanted) and params.get("customer", item["customer"]) == item["customer"] and (
            "price" not in params or params["price"] in prices
        )  # fmt: skip

    return [item for item in world.all("subscription") if fits(item)]


def invoices(world: World, params: dict[str, Any]) -> list[dict[str, Any]]:
    def fits(item: dict[str, Any]) -> bool:
        owner = item["parent"]["subscription_details"]["subscription"]
        known = {"customer": item["customer"], "subscription": owner, "status": item["status"]}
        return all(params.get(name, value) == value for name, value in known.items())

    return [item for item in world.all("invoice") if fits(item)]


def prices(params: dict[str, Any]) -> list[dict[str, Any]]:
    keys = params.get("lookup_keys")
    return [
        item
        for item in map(price, OFFERS)
        if (not keys or item["lookup_key"] in keys)
        and params.get("product", item["product"]) == item["product"]
        and params.get("active", True)
    ]


def products(params: dict[str, Any]) -> list[dict[str, Any]]:
    ids = params.get("ids")
    return [item for item in map(product, OFFERS) if (not ids or item["id"] in ids) and params.get("active", True)]


def one_price(identifier: str) -> dict[str, Any]:
    return _one(prices({}), "price", identifier)


def one_product(identifier: str) -> dict[str, Any]:
    return _one(products({}), "product", identifier)


def _one(items: list[dict[str, Any]], kind: str, identifier: str) -> dict[str, Any]:
    found = next((item for item in items if item["id"] == identifier), None)
    if found is None:
        raise no_such(kind, identifier, kind)
    return found


def _fits(pattern: str, kind: str) -> bool:
    return kind.startswith(pattern[:-1]) if pattern.endswith("*") else kind == pattern


def _within(created: int, bounds: Any) -> bool:
    if bounds is None:
        return True
    if isinstance(bounds, int):
        return created == bounds
    checks: dict[str, Callable[[int, int], bool]] = {"gt": gt, "gte": ge, "lt": lt, "lte": le}
    return all(checks[name](created, bound) for name, bound in bounds.items())
