"""Idempotency keys, as documented in docs.stripe.com/api/idempotent_requests.

The first result of a key is kept for at least 24 hours and returned again, errors included. The same key with a
different request is an error. A request with invalid parameters is not kept.
"""

import json
from typing import Any

from sandbox.standin import Store
from sandbox.stripe.errors import StripeError

_TABLE = "idempotency"
_KEPT_SECONDS = 24 * 3_600
_LONGEST = 255


class Replays:
    """Results by key."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def find(self, key: str, method: str, path: str, params: dict[str, Any], now: int) -> dict[str, Any] | None:
        """Return {"status", "body"} of the first request with the key. Raises StripeError if it was a different one."""
        if len(key) > _LONGEST:
            raise StripeError(400, f"Idempotency keys can be at most {_LONGEST} characters long.")
        kept: dict[str, Any] | None = self._store.get(_TABLE, key)
        if kept is None or now - kept["at"] > _KEPT_SECONDS:
            return None
        if kept["request"] != _fingerprint(method, path, params):
            raise StripeError(
                400,
                "Keys for idempotent requests can only be used with the same parameters they were first used with. Try"
                f" using a key other than '{key}' if you meant to execute a different request.",
                kind="idempotency_error",
            )
        return kept

    def keep(
        self, key: str, method: str, path: str, params: dict[str, Any], now: int, *, status: int, body: dict[str, Any]
    ) -> None:
        request = _fingerprint(method, path, params)
        self._store.put(_TABLE, key, {"at": now, "request": request, "status": status, "body": body})


def _fingerprint(method: str, path: str, params: dict[str, Any]) -> str:
    return f"{method} {path} {json.dumps(params, sort_keys=True)}"
