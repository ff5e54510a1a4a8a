"""Customer portal sessions, and the actions of their page.

As in Stripe's own portal, a subscription with several products can be cancelled and resumed, but not changed.
"""

from typing import Any

from sandbox.stripe import invoices, subscriptions
from sandbox.stripe.errors import invalid, not_stood_in
from sandbox.stripe.objects import portal_session
from sandbox.stripe.world import World, changed, new_id

_CHECKED = {"customer", "return_url", "configuration", "flow_data", "locale", "expand"}


def create(world: World, params: dict[str, Any]) -> dict[str, Any]:
    """Execute `POST /v1/billing_portal/sessions`."""
    if other := params.keys() - _CHECKED:
        raise not_stood_in(min(other))
    if "customer" not in params:
        raise invalid("You must provide a customer to create a portal session.", "customer", "parameter_missing")
    if world.get("customer", params["customer"], param="customer", status=400).get("deleted"):
        raise invalid(f"No such customer: '{params['customer']}'", "customer", "resource_missing")
    identifier = new_id("bps")
    url = f"{world.base_url}/p/session/{identifier}"
    made = portal_session(identifier, params["customer"], url, world.now)
    made |= {name: params[name] for name in ("return_url", "locale", "configuration") if name in params}
    if flow := params.get("flow_data"):
        made["flow"] = _flow(world, params["customer"], flow)
    return world.save(made)


def _flow(world: World, customer_id: str, flow: dict[str, Any]) -> dict[str, Any]:
    for name in ("subscription_cancel", "subscription_update", "subscription_update_confirm"):
        if name not in flow:
            continue
        found = world.get(
            "subscription", flow[name]["subscription"], param=f"flow_data[{name}][subscription]", status=400
        )
        if found["customer"] != customer_id:
            raise invalid("The subscription does not belong to the customer.", f"flow_data[{name}][subscription]")
        if name != "subscription_cancel" and len(found["items"]["data"]) > 1:
            raise invalid(
                "This subscription cannot be updated because it has several products.",
                f"flow_data[{name}][subscription]",
            )
    return {"after_completion": {"type": "portal_homepage", "hosted_confirmation": None, "redirect": None}} | flow


def living_subscriptions(world: World, customer_id: str) -> list[dict[str, Any]]:
    return [
        item
        for item in world.all("subscription")
        if item["customer"] == customer_id and item["status"] not in subscriptions.ENDED
    ]


def act(world: World, session_id: str, action: str, subscription_id: str) -> None:
    """Execute the action of a button. Raises StripeError if the session may not."""
    session = world.get("billing_portal.session", session_id)
    own = {item["id"] for item in living_subscriptions(world, session["customer"])}
    if subscription_id not in own:
        raise invalid("This subscription is not yours, or it has ended.", "subscription")
    match action:
        case "cancel":
            subscriptions.update(world, subscription_id, {"cancel_at_period_end": True})
        case "resume":
            subscriptions.update(world, subscription_id, {"cancel_at_period_end": False})
        case "cancel_now":
            subscriptions.cancel(world, subscription_id, {})
        case "new_card":
            settle(world, subscription_id)
        case _:
            raise invalid(f"The page has no button {action}.", "action")


def settle(world: World, subscription_id: str) -> None:
    """Give the customer a valid card and pay open invoices."""
    before = world.get("subscription", subscription_id)
    after = world.get("subscription", subscription_id)
    invoices.set_declining(world, after["customer"], declines=False)
    for invoice in world.all("invoice")[::-1]:
        owner = invoice["parent"]["subscription_details"]["subscription"]
        if owner == subscription_id and invoice["status"] == "open":
            invoices.pay(world, invoice)
    if after["status"] in ("past_due", "unpaid"):
        after["status"] = "active"
        world.save(after)
        world.emit("customer.subscription.updated", after, changed(before, after))
