"""Invoices: the cost of a period or a change, and whether the card pays."""

from typing import Any

from sandbox.stripe.errors import StripeError
from sandbox.stripe.objects import invoice, invoice_line
from sandbox.stripe.world import World, new_id

_PENDING = "pending_prorations"
_DECLINING = "declining_customers"


def set_declining(world: World, customer_id: str, *, declines: bool) -> None:
    """Set whether the customer's card is declined."""
    world.store.put(_DECLINING, customer_id, declines)


def is_declining(world: World, customer_id: str) -> bool:
    return bool(world.store.get(_DECLINING, customer_id))


def charge(
    world: World, subscription: dict[str, Any], reason: str, *, free: bool = False, prorations_only: bool = False
) -> dict[str, Any]:
    """Invoice the current period (or only the cost of changes), try to pay, and emit events."""
    made = invoice(new_id("in"), f"PW-{world.store.count('invoice') + 1:06d}", subscription, world.now)
    lines = [] if prorations_only else _period_lines(made["id"], subscription, free=free)
    pending = world.store.get(_PENDING, subscription["id"]) or 0
    if pending and subscription["items"]["data"]:
        first = subscription["items"]["data"][0]
        lines.append(invoice_line(new_id("il"), made["id"], first, pending, "Changes in between", proration=True))
        world.store.put(_PENDING, subscription["id"], 0)
    total = sum(line["amount"] for line in lines)
    made["lines"]["data"] = lines
    customer = world.find("customer", subscription["customer"]) or {}
    made |= {
        "billing_reason": reason,
        "customer_email": customer.get("email"),
        "customer_name": customer.get("name"),
        "period_end": world.now,
        "period_start": world.now,
    }
    made |= dict.fromkeys(("subtotal", "subtotal_excluding_tax", "total", "total_excluding_tax"), total)
    made |= dict.fromkeys(("amount_due", "amount_remaining"), max(0, total))
    world.save(made)
    world.emit("invoice.created", made)
    world.emit("invoice.finalized", made)
    pay(world, made)
    return made


def pay(world: World, made: dict[str, Any]) -> bool:
    """Try to pay an open invoice; return whether it was paid."""
    made |= {"attempted": True, "attempt_count": made["attempt_count"] + 1}
    if made["amount_due"] > 0 and is_declining(world, made["customer"]):
        made["next_payment_attempt"] = world.now + 3 * 86_400
        world.save(made)
        world.emit("invoice.payment_failed", made)
        return False
    made |= {
        "status": "paid",
        "amount_paid": made["amount_due"],
        "amount_remaining": 0,
        "next_payment_attempt": None,
    }
    made["status_transitions"]["paid_at"] = world.now
    world.save(made)
    world.emit("invoice.paid", made)
    world.emit("invoice.payment_succeeded", made)
    return True


def prorate(world: World, before: dict[str, Any], after: dict[str, Any], params: dict[str, Any]) -> None:
    """Charge or record the difference for the rest of the period. Raises StripeError 402 if the card is declined."""
    behaviour = params.get("proration_behavior", "create_prorations")
    difference = _price_of_rest(world, after) - _price_of_rest(world, before)
    if behaviour == "none" or not difference:
        return
    if behaviour == "always_invoice" and is_declining(world, after["customer"]):
        if params.get("payment_behavior") == "error_if_incomplete":
            raise StripeError(
                402, "Your card was declined.", kind="card_error", code="card_declined", decline_code="generic_decline",
                stored=True,
            )  # fmt: skip
        after["status"] = "past_due"
    pending = world.store.get(_PENDING, after["id"]) or 0
    world.store.put(_PENDING, after["id"], pending + difference)
    if behaviour == "always_invoice":
        after["latest_invoice"] = charge(world, after, "subscription_update", prorations_only=True)["id"]


def _period_lines(invoice_id: str, subscription: dict[str, Any], *, free: bool) -> list[dict[str, Any]]:
    return [
        invoice_line(
            new_id("il"),
            invoice_id,
            item,
            0 if free else item["price"]["unit_amount"] * item["quantity"],
            f"{item['quantity']} × {item['price']['id']} (per month)",
            proration=False,
        )
        for item in subscription["items"]["data"]
    ]


def _price_of_rest(world: World, subscription: dict[str, Any]) -> int:
    total = 0.0
    for item in subscription["items"]["data"]:
        length = max(1, item["current_period_end"] - item["current_period_start"])
        left = min(1.0, max(0.0, (item["current_period_end"] - world.now) / length))
        total += item["price"]["unit_amount"] * item["quantity"] * left
    return round(total)
