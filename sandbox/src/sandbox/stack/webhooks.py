"""Registers our webhook with Ayrshare, as an operator does."""

import json

from .errors import StackError
from .processes import http_call


async def register_with_ayrshare(base_url: str, key: str, hook: str, secret: str) -> None:
    """Register `hook` on the primary profile, to which the others fall back. Raises StackError if it is refused."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    for action in ("scheduled", "social"):
        body = json.dumps({"url": hook, "secret": secret, "action": action})
        status, response = await http_call("POST", f"{base_url}/hook/webhook", body, headers)
        if status != 200:
            raise StackError(f"Ayrshare at {base_url} refused the webhook {hook}: {status} {response}")
