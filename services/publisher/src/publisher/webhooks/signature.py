"""Ayrshare's webhook signature: HMAC-SHA256 over the raw body.

The encoding is not documented (hex in the one consistent client, so hex or base64 is taken), and while a secret is
rotated a second header holds ``v1=<hex>,v1=<hex>``. The timestamp header is not part of what is signed: freshness can't
be told from it, so repeats are recognised by their ids.
"""

import base64
import hashlib
import hmac

from pydantic import SecretStr


def is_signed(body: bytes, secret: SecretStr, signature: str | None, rotation: str | None) -> bool:
    """Tell whether one of the signatures in the two headers is ours, in constant time for each."""
    digest = hmac.new(secret.get_secret_value().encode(), body, hashlib.sha256).digest()
    expected = [digest.hex(), base64.b64encode(digest).decode()]
    given = [signature or ""] + [part.strip().removeprefix("v1=") for part in (rotation or "").split(",")]
    return any(
        hmac.compare_digest(candidate.encode(), form.encode()) for candidate in given if candidate for form in expected
    )
