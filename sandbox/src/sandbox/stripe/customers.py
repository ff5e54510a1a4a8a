"""Customers."""

import re
from typing import Any

from sandbox.stripe.errors import invalid, not_stood_in
from sandbox.stripe.objects import customer
from sandbox.stripe.subscriptions import ENDED, cancel
from sandbox.stripe.world import World, changed, merged_metadata, new_id

_SETTABLE = {
    "email", "name", "business_name", "individual_name", "phone", "description", "address", "shipping",
    "preferred_locales", "tax_exempt",
}  # fmt: skip


def create(world: World, params: dict[str, Any]) -> dict[str, Any]:
    made = customer(new_id("cus"), world.now)
    _apply(made, params)
    world.save(made)
    world.emit("customer.created", made)
    return made


def update(world: World, identifier: str, params: dict[str, Any]) -> dict[str, Any]:
    before, after = _living(world, identifier), _living(world, identifier)
    _apply(after, params)
    world.save(after)
    if difference := changed(before, after):
        world.emit("customer.updated", after, difference)
    return after


def delete(world: World, identifier: str) -> dict[str, Any]:
    """Delete a customer permanently. Its subscriptions end immediately."""
    gone = _living(world, identifier)
    for item in world.all("subscription"):
        if item["customer"] == identifier and item["status"] not in ENDED:
            cancel(world, item["id"], {})
    world.emit("customer.deleted", gone)
    tombstone = {"id": identifier, "object": "customer", "deleted": True}
    world.save(tombstone)
    return tombstone


def listed(world: World, params: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        item
        for item in world.all("customer")
        if not item.get("deleted") and ("email" not in params or item["email"] == params["email"])
    ]


def _living(world: World, identifier: str) -> dict[str, Any]:
    found = world.get("customer", identifier)
    if found.get("deleted"):
        raise invalid(f"This customer has been deleted: {identifier}", "id", "resource_missing")
    return found


def _apply(item: dict[str, Any], params: dict[str, Any]) -> None:
    if other := params.keys() - _SETTABLE - {"metadata", "expand"}:
        raise not_stood_in(min(other))
    email = params.get("email")
    if email and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
        raise invalid(f"Invalid email address: {email}", "email", "email_invalid")
    item |= {name: params[name] or None for name in _SETTABLE & params.keys()}
    if "metadata" in params:
        item["metadata"] = merged_metadata(item["metadata"], params["metadata"])
