"""The state of the stand-in: objects by kind, their events, and the current request."""

import copy
import secrets
import string
from collections.abc import Callable
from typing import Any

from sandbox.standin import Clock, Store
from sandbox.stripe.errors import no_such
from sandbox.stripe.objects import event

_ALPHABET = string.ascii_letters + string.digits
# the kind of an object to the prefix of its id and its name in error texts
KINDS = {
    "customer": ("cus", "customer"),
    "subscription": ("sub", "subscription"),
    "checkout.session": ("cs_test", "checkout.session"),
    "invoice": ("in", "invoice"),
    "event": ("evt", "event"),
    "billing_portal.session": ("bps", "billing_portal.session"),
    "webhook_endpoint": ("we", "webhook endpoint"),
}


def new_id(prefix: str) -> str:
    return prefix + "_" + "".join(secrets.choice(_ALPHABET) for _ in range(24))


class World:
    """Objects are copied on read and write, so a change takes effect only when it is saved."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self.base_url = ""
        self.request: dict[str, Any] = {"id": None, "idempotency_key": None}
        self.deliver: Callable[[dict[str, Any]], int] = lambda _event: 0

    @property
    def now(self) -> int:
        """Seconds since 1970."""
        return int(self.clock.now().timestamp())

    def find(self, kind: str, identifier: str) -> dict[str, Any] | None:
        found: dict[str, Any] | None = copy.deepcopy(self.store.get(kind, identifier))
        return found

    def get(self, kind: str, identifier: str, *, param: str = "id", status: int = 404) -> dict[str, Any]:
        """Return a copy. Raises StripeError `resource_missing`."""
        found = self.find(kind, identifier)
        if found is None:
            raise no_such(KINDS[kind][1], identifier, param, status=status)
        return found

    def all(self, kind: str) -> list[dict[str, Any]]:
        """Return copies, newest first."""
        return copy.deepcopy(self.store.values(kind))[::-1]

    def save(self, item: dict[str, Any]) -> dict[str, Any]:
        self.store.put(item["object"], item["id"], copy.deepcopy(item))
        return item

    def emit(self, kind: str, item: dict[str, Any], previous: dict[str, Any] | None = None) -> dict[str, Any]:
        """Record an event about the current item, and queue its deliveries."""
        data: dict[str, Any] = {"object": copy.deepcopy(item)}
        if previous is not None:
            data["previous_attributes"] = previous
        happened = event(new_id("evt"), kind, data, self.now, dict(self.request), 0)
        self.save(happened)
        happened["pending_webhooks"] = self.deliver(happened)
        return self.save(happened)


def changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Return the old values of changed fields, as in `previous_attributes`."""
    return {name: before.get(name) for name in after if before.get(name) != after[name]}


def merged_metadata(old: dict[str, str], new: Any) -> dict[str, str]:
    """Apply a metadata parameter: an empty value removes a key, an empty parameter removes all keys."""
    if new == "":
        return {}
    together = old | (new or {})
    return {key: value for key, value in together.items() if value != ""}
