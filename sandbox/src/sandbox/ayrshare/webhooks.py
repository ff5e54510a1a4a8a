"""Webhooks: registered per profile and action, signed, and retried (EXTERNAL_APIS 1.8)."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypedDict

import aiohttp

from sandbox.ayrshare.agenda import Agenda
from sandbox.ayrshare.config import AyrshareConfig
from sandbox.ayrshare.media import is_acceptable
from sandbox.ayrshare.post_store import Post
from sandbox.ayrshare.profiles import PRIMARY, Linked, Profile, Profiles
from sandbox.ayrshare.responses import bad_parameters, new_id, utc
from sandbox.ayrshare.schemas import RegisterHook
from sandbox.standin import StandIn

_HOOKS, _DELIVERIES = "hooks", "deliveries"
_ROTATION_SECONDS = 86_400
_RETRIED = {408, 425, 429}


class Hooks(TypedDict):
    """A profile's webhooks: URLs by action, one secret for all of them, and the previous secret."""

    urls: dict[str, str]
    updated: float
    secret: str | None
    old_secret: str | None
    rotated_at: float


class Delivery(TypedDict):
    """A payload for a URL; `next_at` is None once the delivery is finished."""

    hook_id: str
    ref_id: str
    signed_as: str
    url: str
    payload: dict[str, Any]
    next_at: float | None
    delivered: bool
    sends: list[dict[str, Any]]


class Webhooks:
    """Registers webhooks and delivers their payloads."""

    def __init__(self, standin: StandIn[AyrshareConfig], profiles: Profiles, agenda: Agenda) -> None:
        self._standin = standin
        self._profiles = profiles
        self._agenda = agenda
        self._session: aiohttp.ClientSession | None = None

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Keep the connections to receivers open."""
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
            self._session = session
            yield
        self._session = None

    def resume(self) -> None:
        """Resume the deliveries that were in progress when the stand-in was stopped."""
        for delivery in self._standin.store.values(_DELIVERIES):
            if delivery["next_at"] is not None:
                self._plan(delivery["hook_id"], delivery["next_at"])

    def register(self, profile: Profile, hook: RegisterHook) -> None:
        """Set the URL of one action. A new secret applies to all actions; the old one also signs for 24 hours.

        Raises AyrshareError (HTTP 400) for a URL that is not https.
        """
        config = self._standin.config
        if not is_acceptable(
            hook.url, http_on_loopback=config.allow_http_webhooks, http_hosts=config.http_webhook_hosts
        ):
            raise bad_parameters(f"url must be https, got {hook.url}.")
        now = self._standin.clock.now().timestamp()
        hooks = self._hooks(profile["ref_id"])
        changed: Hooks = {**hooks, "urls": {**hooks["urls"], hook.action: hook.url}, "updated": now}
        if hook.secret is not None and hook.secret != hooks["secret"]:
            changed = {
                **changed,
                "secret": hook.secret,
                "old_secret": hooks["secret"],
                "rotated_at": now,
            }
        self._standin.store.put(_HOOKS, profile["ref_id"], changed)

    def listed(self, profile: Profile) -> dict[str, Any]:
        hooks = self._hooks(profile["ref_id"])
        return {"status": "success", **hooks["urls"], "updated": utc(hooks["updated"])}

    def remove(self, profile: Profile, action: str) -> None:
        hooks = self._hooks(profile["ref_id"])
        urls = {name: url for name, url in hooks["urls"].items() if name != action}
        self._standin.store.put(_HOOKS, profile["ref_id"], {**hooks, "urls": urls})

    def history(self, profile: Profile) -> list[dict[str, Any]]:
        """Return a profile's deliveries, newest first, each with its attempts (format unconfirmed)."""
        return [
            {**delivery["payload"], "delivered": delivery["delivered"], "sends": delivery["sends"]}
            for delivery in reversed(self._standin.store.values(_DELIVERIES))
            if delivery["ref_id"] == profile["ref_id"]
        ]

    def deliveries(self) -> list[Delivery]:
        return self._standin.store.values(_DELIVERIES)

    def post_settled(self, post: Post) -> None:
        """Report the outcome of a scheduled or retried post. Immediate posts have no webhook."""
        failed = bool(post["errors"])
        self._emit(
            post["ref_id"],
            "scheduled",
            {
                "code": 400 if failed else 200,
                "status": "error" if failed else "success",
                "id": post["id"],
                "errors": post["errors"],
                "postIds": post["results"],
                "source": "user",
            },
        )

    def account_changed(
        self,
        profile: Profile,
        kind: str,
        platform: str,
        account: Linked,
        *,
        details: dict[str, Any] | None = None,
    ) -> None:
        """Report that an account was linked or unlinked. `details` are set if the network did it."""
        payload: dict[str, Any] = {
            "code": 200,
            "displayName": account["name"],
            "platform": platform,
            "source": "system" if details else "user",
            "type": kind,
        }
        self._emit(profile["ref_id"], "social", payload | ({"details": details} if details else {}))

    def _emit(self, ref_id: str, action: str, payload: dict[str, Any]) -> None:
        """Schedule a delivery to the profile's webhook, else to the primary profile's, else none."""
        signed_as = next((owner for owner in (ref_id, PRIMARY) if action in self._hooks(owner)["urls"]), None)
        profile = self._profiles.by_ref(ref_id)
        if signed_as is None or profile is None:
            return
        now = self._standin.clock.now().timestamp()
        url = self._hooks(signed_as)["urls"][action]
        delivery: Delivery = {
            "hook_id": new_id(),
            "ref_id": ref_id,
            "signed_as": signed_as,
            "url": url,
            "payload": {},
            "next_at": now + self._standin.config.webhook_delay_seconds,
            "delivered": False,
            "sends": [],
        }
        delivery["payload"] = {
            "action": action,
            "created": utc(now),
            "refId": ref_id,
            **payload,
            "hookId": delivery["hook_id"],
            "title": profile["title"],
            "timeStamp": int(now),
            "url": url,
        }
        self._standin.store.put(_DELIVERIES, delivery["hook_id"], delivery)
        self._plan(delivery["hook_id"], now + self._standin.config.webhook_delay_seconds)

    def _plan(self, hook_id: str, at: float) -> None:
        async def deliver() -> None:
            await self._deliver(hook_id)

        self._agenda.add(at, deliver)

    async def _deliver(self, hook_id: str) -> None:
        delivery: Delivery | None = self._standin.store.get(_DELIVERIES, hook_id)
        if delivery is None or delivery["next_at"] is None:
            return
        status = await self._send(delivery, attempt=len(delivery["sends"]) + 1)
        if self._standin.store.get(_DELIVERIES, hook_id) is None:
            return  # the stand-in was reset in the meantime
        now = self._standin.clock.now().timestamp()
        sends = [*delivery["sends"], {"at": utc(now), "status": status}]
        taken = status is not None and 200 <= status < 300
        copies = self._standin.config.webhook_copies if taken else 1
        for _ in range(copies - 1):
            await self._send(delivery, attempt=len(sends))
        waits = self._standin.config.webhook_retry_seconds
        again = not taken and (status is None or status >= 500 or status in _RETRIED)
        next_at = now + waits[len(sends) - 1] if again and len(sends) <= len(waits) else None
        settled: Delivery = {**delivery, "sends": sends, "delivered": taken, "next_at": next_at}
        self._standin.store.put(_DELIVERIES, hook_id, settled)
        if next_at is not None:
            self._plan(hook_id, next_at)

    async def _send(self, delivery: Delivery, *, attempt: int) -> int | None:
        """Send once; return None if the receiver was too slow or unreachable. Redirects are not followed."""
        if self._session is None:
            raise RuntimeError("the stand-in is not serving")
        raw = json.dumps(delivery["payload"]).encode()
        timeout = aiohttp.ClientTimeout(total=self._standin.config.webhook_timeout_seconds)
        headers = {
            "Content-Type": "application/json",
            "X-Ayrshare-Delivery-Id": delivery["hook_id"],
            "X-Ayrshare-Delivery-Attempt": str(attempt),
            **self._signatures(delivery["signed_as"], raw),
        }
        try:
            async with self._session.post(
                delivery["url"], data=raw, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                return response.status
        except (aiohttp.ClientError, TimeoutError):
            return None

    def _signatures(self, ref_id: str, raw: bytes) -> dict[str, str]:
        hooks, now = self._hooks(ref_id), self._standin.clock.now().timestamp()
        secret, old = hooks["secret"], hooks["old_secret"]
        headers = {"X-Authorization-Timestamp": str(int(now))}
        if secret is None:
            return headers
        encoding = self._standin.config.webhook_signature
        headers["X-Authorization-Content-SHA256"] = sign(raw, secret, encoding)
        if old is not None and now - hooks["rotated_at"] < _ROTATION_SECONDS:
            both = (f"v1={sign(raw, key, encoding)}" for key in (secret, old))
            headers["X-Authorization-Content-SHA256-V2"] = ",".join(both)
        return headers

    def _hooks(self, ref_id: str) -> Hooks:
        hooks: Hooks | None = self._standin.store.get(_HOOKS, ref_id)
        none: Hooks = {"urls": {}, "updated": 0.0, "secret": None, "old_secret": None, "rotated_at": 0.0}
        return hooks or none


def sign(raw: bytes, secret: str, encoding: str = "hex") -> str:
    """Return the HMAC-SHA256 of a body. The timestamp is not part of it (EXTERNAL_APIS 1.8)."""
    digest = hmac.new(secret.encode(), raw, hashlib.sha256).digest()
    return digest.hex() if encoding == "hex" else base64.b64encode(digest).decode()
