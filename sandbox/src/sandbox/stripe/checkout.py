"""Checkout sessions, and the effects of a payment on the hosted page."""

from typing import Any
from urllib.parse import urlsplit

from sandbox.stripe import customers, subscriptions
from sandbox.stripe.catalogue import BY_PRICE, Offer
from sandbox.stripe.errors import invalid, missing, not_stood_in
from sandbox.stripe.objects import checkout_line, checkout_session, list_of
from sandbox.stripe.world import World, merged_metadata, new_id

_LINES = "checkout_lines"
_CHECKED = {
    "mode", "line_items", "customer", "customer_email", "success_url", "cancel_url", "ui_mode", "expires_at",
    "subscription_data", "metadata", "expand",
}  # fmt: skip
_SHOWN = {
    "client_reference_id", "allow_promotion_codes", "billing_address_collection", "locale", "submit_type",
    "payment_method_collection", "payment_method_types", "phone_number_collection",
}  # fmt: skip
_IGNORED = {"automatic_tax", "customer_update", "tax_id_collection", "custom_text", "consent_collection"}
_SUBSCRIPTION_DATA = {"metadata", "trial_period_days", "description"}
_ONLY_FOR_PAYMENTS = ("customer_creation", "payment_intent_data", "invoice_creation", "shipping_options")
_MOST_LINES = 20


def create(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Execute `POST /v1/checkout/sessions` for mode `subscription` on the hosted page."""
    _check(world, params)
    lines = _lines(params.get("line_items") or [])
    amount = sum(offer.amount * quantity for offer, quantity in lines)
    made = checkout_session(new_id("cs_test"), amount, world.now)
    made |= {name: params[name] for name in _SHOWN & params.keys()}
    for name in ("customer", "customer_email", "success_url", "cancel_url", "expires_at"):
        made[name] = params.get(name, made[name])
    made["metadata"] = merged_metadata({}, params.get("metadata"))
    if made["automatic_tax"] is not None and "automatic_tax" in params:
        made["automatic_tax"]["enabled"] = params["automatic_tax"]["enabled"]
    made["url"] = f"{world.base_url}/c/pay/{made['id']}"
    details = {
        "lines": [checkout_line(new_id("li"), offer, quantity) for offer, quantity in lines],
        "subscription_data": params.get("subscription_data") or {},
    }
    world.store.put(_LINES, made["id"], details)
    return world.save(made)


def line_items(world: World, identifier: str) -> dict[str, Any]:
    world.get("checkout.session", identifier)
    return list_of(world.store.get(_LINES, identifier)["lines"], f"/v1/checkout/sessions/{identifier}/line_items")


def expire(world: World, identifier: str) -> dict[str, Any]:
    """Expire an open session. Raises StripeError (400) for any other."""
    session = world.get("checkout.session", identifier)
    if session["status"] != "open":
        raise invalid(
            f'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of'
            f" `{session['status']}`.",
        )
    session |= {"status": "expired", "url": None}
    world.save(session)
    world.emit("checkout.session.expired", session)
    return session


def complete(world: World, identifier: str, email: str | None) -> dict[str, Any]:
    """Pay on the hosted page: create the customer and the subscription, and emit their events."""
    session = world.get("checkout.session", identifier)
    details = world.store.get(_LINES, identifier)
    email = email or session["customer_email"]
    if session["customer"] is None:
        session["customer"] = customers.create(world, {"email": email} if email else {})["id"]
    customer = world.get("customer", session["customer"])
    lines = [(BY_PRICE[line["price"]["id"]], line["quantity"]) for line in details["lines"]]
    begun = subscriptions.start(world, session["customer"], lines, details["subscription_data"])
    free = begun["status"] == "trialing"
    session |= {
        "status": "complete",
        "payment_status": "no_payment_required" if free else "paid",
        "subscription": begun["id"],
        "invoice": begun["latest_invoice"],
        "url": None,
        "customer_details": {
            "address": dict.fromkeys(("city", "line1", "line2", "postal_code", "state")) | {"country": "NZ"},
            "business_name": None,
            "email": customer["email"] or email,
            "individual_name": None,
            "name": customer["name"],
            "phone": None,
            "tax_exempt": "none",
            "tax_ids": [],
        },
    }  # fmt: skip
    world.save(session)
    world.emit("checkout.session.completed", session)
    return session


def success_url(session: dict[str, Any]) -> str:
    """Return the URL to go to after the payment, with the session's id filled in."""
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def _check(world: World, params: dict[str, Any]) -> None:
    if params.get("mode") is None:
        raise missing("mode")
    if params["mode"] != "subscription":
        raise not_stood_in(f"mode={params['mode']}")
    for name in _ONLY_FOR_PAYMENTS:
        if name in params:
            raise invalid(f"You can not pass `{name}` in `subscription` mode.", name)
    _check_stood_in(params)
    _check_customer(world, params)
    for name in ("success_url", "cancel_url"):
        _check_url(name, params.get(name))
    if "success_url" not in params:
        raise missing("success_url")
    if len(params.get("client_reference_id", "")) > 200:
        raise invalid("Invalid string: client_reference_id must be at most 200 characters", "client_reference_id")
    if "expires_at" in params and not 1_800 <= params["expires_at"] - world.now <= 86_400:
        raise invalid("The `expires_at` timestamp must be between 30 minutes and 24 hours from now.", "expires_at")


def _check_stood_in(params: dict[str, Any]) -> None:
    if other := params.keys() - _CHECKED - _SHOWN - _IGNORED:
        raise not_stood_in(min(other))
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise not_stood_in(f"ui_mode={params['ui_mode']}")
    if other := (params.get("subscription_data") or {}).keys() - _SUBSCRIPTION_DATA:
        raise not_stood_in(f"subscription_data[{min(other)}]")


def _check_customer(world: World, params: dict[str, Any]) -> None:
    if "customer" not in params:
        return
    if "customer_email" in params:
        raise invalid("You may only specify one of these parameters: customer, customer_email.", "customer_email")
    if world.get("customer", params["customer"], param="customer", status=400).get("deleted"):
        raise invalid(f"No such customer: '{params['customer']}'", "customer", "resource_missing")


def _check_url(name: str, url: str | None) -> None:
    parts = urlsplit(url or "http://absent")
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise invalid("Not a valid URL", name, "url_invalid")


def _lines(wanted: list[dict[str, Any]]) -> list[tuple[Offer, int]]:
    if not wanted:
        raise missing("line_items")
    if len(wanted) > _MOST_LINES:
        raise invalid(f"A session can have at most {_MOST_LINES} recurring line items.", "line_items")
    lines = []
    for number, line in enumerate(wanted):
        param = f"line_items[{number}]"
        if "price" not in line:
            raise not_stood_in(f"{param} without a price id")
        offer = subscriptions.offer_of(line["price"], f"{param}[price]")
        quantity = line.get("quantity")
        if quantity is None:
            raise invalid("Quantity is required. Add `quantity` to `line_items`", param)
        if quantity < 1:
            raise invalid(f"This value must be greater than or equal to 1: {quantity}", f"{param}[quantity]")
        lines.append((offer, quantity))
    return lines
