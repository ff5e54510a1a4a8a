"""Subscriptions: their start, changes, periods and end."""

import calendar
from datetime import UTC, datetime
from typing import Any

from sandbox.stripe.catalogue import BY_PRICE, Offer
from sandbox.stripe.errors import StripeError, invalid, no_such, not_stood_in
from sandbox.stripe.invoices import charge, prorate
from sandbox.stripe.objects import subscription, subscription_item
from sandbox.stripe.world import World, changed, merged_metadata, new_id

_UPDATABLE = {
    "items", "metadata", "cancel_at_period_end", "proration_behavior", "payment_behavior", "expand", "description",
    "default_payment_method", "cancellation_details", "trial_end", "off_session",
}  # fmt: skip
_CANCEL = {"cancellation_details", "invoice_now", "prorate", "expand"}
ENDED = ("canceled", "incomplete_expired")


def a_month_after(start: int, anchor: int) -> int:
    """Return the same day of the next month, or its last day if it has no such day."""
    day = datetime.fromtimestamp(anchor, UTC).day
    begin = datetime.fromtimestamp(start, UTC)
    year, month = (begin.year + 1, 1) if begin.month == 12 else (begin.year, begin.month + 1)
    last = calendar.monthrange(year, month)[1]
    return int(begin.replace(year=year, month=month, day=min(day, last)).timestamp())


def offer_of(price_id: str, param: str) -> Offer:
    if price_id not in BY_PRICE:
        raise no_such("price", price_id, param, status=400)
    return BY_PRICE[price_id]


def start(world: World, customer_id: str, lines: list[tuple[Offer, int]], data: dict[str, Any]) -> dict[str, Any]:
    """Start a subscription that is paid immediately (or is in a trial), and emit the same events as Stripe."""
    now = world.now
    made = subscription(new_id("sub"), customer_id, now)
    trial_days = data.get("trial_period_days")
    end = now + trial_days * 86_400 if trial_days else a_month_after(now, now)
    made["items"]["data"] = [
        subscription_item(new_id("si"), made["id"], offer, quantity, (now, end), now) for offer, quantity in lines
    ]
    made |= {"metadata": merged_metadata({}, data.get("metadata")), "description": data.get("description")}
    if trial_days:
        made |= {"trial_start": now, "trial_end": end, "billing_cycle_anchor": end}
    world.save(made)
    world.emit("customer.subscription.created", made)
    before = dict(made)
    paid = charge(world, made, "subscription_create", free=bool(trial_days))
    made |= {"status": "trialing" if trial_days else "active", "latest_invoice": paid["id"]}
    world.save(made)
    world.emit("customer.subscription.updated", made, changed(before, made))
    return made


def update(world: World, identifier: str, params: dict[str, Any]) -> dict[str, Any]:
    """Execute `POST /v1/subscriptions/{id}`."""
    if other := params.keys() - _UPDATABLE:
        raise not_stood_in(min(other))
    before = world.get("subscription", identifier)
    if before["status"] in ENDED:
        raise invalid(
            "A canceled subscription can only update its cancellation_details and metadata.",
            code="subscription_canceled",
        )
    after = world.get("subscription", identifier)
    for name in ("description", "default_payment_method"):
        if name in params:
            after[name] = params[name] or None
    if "metadata" in params:
        after["metadata"] = merged_metadata(after["metadata"], params["metadata"])
    if "cancel_at_period_end" in params:
        _cancel_later(world, after, params["cancel_at_period_end"])
    after["cancellation_details"] |= params.get("cancellation_details") or {}
    if "trial_end" in params:
        _end_trial(world, after, params["trial_end"])
    if "items" in params:
        after["items"]["data"] = _changed_items(world, after, params["items"])
        prorate(world, before, after, params)
    world.save(after)
    if difference := changed(before, after):
        world.emit("customer.subscription.updated", after, difference)
    return after


def cancel(
    world: World, identifier: str, params: dict[str, Any], reason: str = "cancellation_requested"
) -> dict[str, Any]:
    """End a subscription now."""
    if other := params.keys() - _CANCEL:
        raise not_stood_in(min(other))
    ended = world.get("subscription", identifier)
    if ended["status"] in ENDED:
        raise no_such("subscription", identifier, "id")
    ended["cancellation_details"] |= (params.get("cancellation_details") or {}) | {"reason": reason}
    ended |= {
        "status": "canceled",
        "canceled_at": ended["canceled_at"] or world.now,
        "ended_at": world.now,
    }
    world.save(ended)
    world.emit("customer.subscription.deleted", ended)
    return ended


def roll_over(world: World, identifier: str) -> None:
    """Apply the end of a period: end the subscription, or start and charge the next period."""
    due = world.get("subscription", identifier)
    if due["cancel_at_period_end"]:
        cancel(world, identifier, {}, reason="cancellation_requested")
        return
    before = world.get("subscription", identifier)
    begin = period_end(due)
    for item in due["items"]["data"]:
        item |= {
            "current_period_start": begin,
            "current_period_end": a_month_after(begin, due["billing_cycle_anchor"]),
        }
    invoice = charge(world, due, "subscription_cycle")
    due |= {
        "status": "active" if invoice["status"] == "paid" else "past_due",
        "latest_invoice": invoice["id"],
    }
    world.save(due)
    world.emit("customer.subscription.updated", due, changed(before, due))


def period_end(item: dict[str, Any]) -> int:
    """Return when the current period ends (never, for a subscription without items)."""
    return min((part["current_period_end"] for part in item["items"]["data"]), default=2**53)


def _cancel_later(world: World, item: dict[str, Any], later: bool) -> None:
    if later == item["cancel_at_period_end"]:
        return
    item |= {
        "cancel_at_period_end": later,
        "cancel_at": period_end(item) if later else None,
        "canceled_at": world.now if later else None,
    }
    item["cancellation_details"]["reason"] = "cancellation_requested" if later else None


def _end_trial(world: World, item: dict[str, Any], when: Any) -> None:
    if when != "now":
        raise not_stood_in("trial_end other than now")
    if item["status"] != "trialing":
        raise invalid("The subscription is not in a trial.", "trial_end")
    item |= {"trial_end": world.now, "billing_cycle_anchor": world.now, "status": "active"}
    for part in item["items"]["data"]:
        part |= {
            "current_period_start": world.now,
            "current_period_end": a_month_after(world.now, world.now),
        }
    item["latest_invoice"] = charge(world, item, "subscription_update")["id"]


def _changed_items(world: World, item: dict[str, Any], wanted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    kept = {part["id"]: part for part in item["items"]["data"]}
    period = (min((part["current_period_start"] for part in kept.values()), default=world.now), period_end(item))
    for number, change in enumerate(wanted):
        param = f"items[{number}]"
        if other := change.keys() - {"id", "price", "quantity", "deleted", "metadata"}:
            raise not_stood_in(f"{param}[{min(other)}]")
        if "id" not in change:
            if "price" not in change:
                raise StripeError(400, f"Missing required param: {param}[price].", code="parameter_missing")
            offer = offer_of(change["price"], f"{param}[price]")
            part = subscription_item(new_id("si"), item["id"], offer, change.get("quantity", 1), period, world.now)
            kept[part["id"]] = part
        elif change["id"] not in kept:
            raise no_such("subscription_item", change["id"], f"{param}[id]", status=400)
        elif change.get("deleted"):
            del kept[change["id"]]
        else:
            _change_item(kept[change["id"]], change, param)
    _check_items(list(kept.values()))
    return list(kept.values())


def _change_item(part: dict[str, Any], change: dict[str, Any], param: str) -> None:
    if "price" in change:
        offer = offer_of(change["price"], f"{param}[price]")
        renewed = subscription_item(part["id"], part["subscription"], offer, part["quantity"], (0, 0), 0)
        part |= {"price": renewed["price"], "plan": renewed["plan"]}
    if "quantity" in change:
        part["quantity"] = change["quantity"]
    if "metadata" in change:
        part["metadata"] = merged_metadata(part["metadata"], change["metadata"])


def _check_items(parts: list[dict[str, Any]]) -> None:
    prices = [part["price"]["id"] for part in parts]
    if not prices:
        raise invalid("A subscription must have at least one active plan.", "items")
    if repeated := {price for price in prices if prices.count(price) > 1}:
        raise invalid(f"Cannot add multiple subscription items with the same plan: {min(repeated)}", "items")
