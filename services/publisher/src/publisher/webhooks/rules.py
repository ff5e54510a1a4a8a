"""Reads Ayrshare's webhooks and verifies their signature: HMAC-SHA256 over the raw body.

The encoding of the signature is not documented (the one consistent client uses hex, so hex and base64 are accepted).
During a rotation of the secret a second header contains ``v1=<hex>,v1=<hex>``. The signature does not cover the
timestamp header, so it proves no freshness; repeats are recognised by their ids.
"""

import base64
import hashlib
import hmac
import json
from datetime import datetime, timedelta
from typing import Any

from pulseworks_contracts import Platform
from pydantic import SecretStr

from publisher.clients.ayrshare.answers import NETWORKS, parse_time
from publisher.clients.ayrshare.errors import (
    AyrshareRateLimitedError,
    AyrshareUnavailableError,
    ProfileKeyUnreadableError,
)
from publisher.webhooks.errors import WebhookMalformedError

UNMATCHED_KEPT = timedelta(minutes=10)
"""How long an event of an unknown profile is kept: the profile may be stored a moment after its first event."""
MOST_ATTEMPTS = 12
"""Attempts at an event that fails for its own sake: about twenty minutes."""

# These say nothing about the event: Ayrshare answers again, and an operator restores a secret.
_TEMPORARY = (AyrshareUnavailableError, AyrshareRateLimitedError, ProfileKeyUnreadableError)

_PLATFORMS: dict[str, Platform] = {network: platform for platform, network in NETWORKS.items()}


def is_signed(body: bytes, secret: SecretStr, signature: str | None, rotation: str | None) -> bool:
    """Return whether one of the signatures in the two headers is valid. Each comparison takes constant time."""
    digest = hmac.new(secret.get_secret_value().encode(), body, hashlib.sha256).digest()
    expected = [digest.hex(), base64.b64encode(digest).decode()]
    given = [signature or ""] + [part.strip().removeprefix("v1=") for part in (rotation or "").split(",")]
    return any(
        hmac.compare_digest(candidate.encode(), form.encode()) for candidate in given if candidate for form in expected
    )


def parse(body: bytes) -> dict[str, Any]:
    try:
        event = json.loads(body)
    except ValueError:
        raise WebhookMalformedError("Send a JSON object.") from None
    if not isinstance(event, dict):
        raise WebhookMalformedError("Send a JSON object.")
    return event


def event_id(event: dict[str, Any], delivery_id: str | None, body: bytes) -> str:
    """Return what repeats of a webhook have in common: the hook id, else the delivery id, else the body's hash."""
    hook_id = event.get("hookId")
    if isinstance(hook_id, str) and hook_id:
        return f"hook:{hook_id}"[:200]
    if delivery_id:
        return f"delivery:{delivery_id}"[:200]
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def platform_of(event: dict[str, Any]) -> Platform | None:
    return _PLATFORMS.get(str(event.get("platform", "")))


def happened_at(event: dict[str, Any]) -> datetime | None:
    return parse_time(event.get("timeStamp")) or parse_time(event.get("created"))


def unlink_reason(event: dict[str, Any]) -> str:
    """Return for people why an account was unlinked, with Ayrshare's message if there is one."""
    details = event.get("details")
    message = details.get("message") if isinstance(details, dict) else None
    return f"it was unlinked at the posting provider{f' ({message})' if message else ''}"


def is_given_up(error: Exception, attempts: int) -> bool:
    """Return whether an event whose ``attempts``-th attempt failed is not tried again."""
    return attempts >= MOST_ATTEMPTS and not isinstance(error, _TEMPORARY)
