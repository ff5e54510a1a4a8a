"""Deliveries of events: signed, retried unless answered with 2xx, and as disordered as a test requires."""

import json
import random
from datetime import UTC, datetime
from typing import Any

import aiohttp
import stripe

from sandbox.standin import StandIn
from sandbox.stripe.config import StripeConfig
from sandbox.stripe.objects import VERSION, as_of_older_version, webhook_endpoint
from sandbox.stripe.world import World, new_id

TABLE = "delivery"
_SECRETS = "webhook_secrets"
_CONFIGURED = "we_configured"


class WebhookSender:
    """Stores one row per (event, endpoint, copy) and sends them in `run`."""

    def __init__(self, standin: StandIn[StripeConfig], world: World) -> None:
        self._standin = standin
        self._world = world
        self._random = random.Random(0)

    def endpoints(self) -> list[dict[str, Any]]:
        """Return the endpoints created through the API, and the one of the configuration."""
        config = self._standin.config
        made = [item for item in self._world.all("webhook_endpoint") if not item.get("deleted")]
        if config.webhook_url:
            made.append(webhook_endpoint(_CONFIGURED, config.webhook_url, 0))
        return made

    def keep_secret(self, endpoint_id: str, secret: str) -> None:
        self._standin.store.put(_SECRETS, endpoint_id, secret)

    def queue(self, event: dict[str, Any]) -> int:
        """Queue an event for every endpoint that subscribes to it; return their number."""
        wanting = [item for item in self.endpoints() if _wants(item, event["type"])]
        for endpoint in wanting:
            for _ in range(1 + self._standin.config.duplicate_deliveries):
                self._add(event["id"], event["type"], endpoint)
        self._standin.clock.wake()
        return len(wanting)

    def replay(self, event: dict[str, Any], times: int = 1) -> int:
        """Send an event again to every endpoint, whether or not it arrived before; return the number of deliveries."""
        wanting = [item for item in self.endpoints() if _wants(item, event["type"])] * times
        for endpoint in wanting:
            self._add(event["id"], event["type"], endpoint)
        self._standin.clock.wake()
        return len(wanting)

    def _add(self, event_id: str, kind: str, endpoint: dict[str, Any]) -> None:
        row = {
            "id": new_id("del"),
            "event": event_id,
            "type": kind,
            "endpoint": endpoint["id"],
            "url": endpoint["url"],
            "api_version": endpoint["api_version"] or VERSION,
            "status": "pending",
            "due_at": self._standin.clock.now().timestamp() + self._standin.config.delivery_delay_seconds,
            "attempts": [],
        }
        self._standin.store.put(TABLE, row["id"], row)

    def rows(self) -> list[dict[str, Any]]:
        return [dict(row) for row in self._standin.store.values(TABLE)]

    def next_due(self) -> datetime | None:
        """Return when the next delivery is due, or None if nothing is waiting or all are held."""
        if self._standin.config.hold_deliveries:
            return None
        due = [row["due_at"] for row in self._standin.store.values(TABLE) if row["status"] == "pending"]
        return datetime.fromtimestamp(min(due), UTC) if due else None

    async def deliver_due(self, http: aiohttp.ClientSession) -> None:
        """Send due deliveries one after the other in the configured order."""
        if self._standin.config.hold_deliveries:
            return
        now = self._standin.clock.now().timestamp()
        due = [row for row in self.rows() if row["status"] == "pending" and row["due_at"] <= now]
        match self._standin.config.delivery_order:
            case "reversed":
                due.reverse()
            case "shuffled":
                self._random.shuffle(due)
        for row in due:
            await self._deliver(http, row)

    async def release(self, http: aiohttp.ClientSession, delivery_ids: list[str]) -> None:
        """Send these deliveries now, in this order, even while deliveries are held."""
        rows = {row["id"]: row for row in self.rows()}
        for identifier in delivery_ids:
            await self._deliver(http, rows[identifier])

    async def _deliver(self, http: aiohttp.ClientSession, row: dict[str, Any]) -> None:
        event = self._world.find("event", row["event"])
        if event is None:
            return
        attempt: dict[str, Any] = {"at": self._standin.clock.now().isoformat(), "status": None, "error": None}
        try:
            attempt["status"] = await self._post(http, row, event)
        except (aiohttp.ClientError, TimeoutError) as error:
            attempt["error"] = f"{type(error).__name__}: {error}"
        if self._standin.store.get(TABLE, row["id"]) is None:
            # the stand-in was reset in the meantime
            return
        attempts = [*row["attempts"], attempt]
        row |= {"attempts": attempts}
        if attempt["status"] is not None and 200 <= attempt["status"] < 300:
            row["status"] = "delivered"
            self._count_down(row["event"])
        elif len(attempts) > len(self._standin.config.retry_seconds):
            row["status"] = "failed"
        else:
            pause = self._standin.config.retry_seconds[len(attempts) - 1]
            row["due_at"] = self._standin.clock.now().timestamp() + pause
        self._standin.store.put(TABLE, row["id"], row)

    async def _post(self, http: aiohttp.ClientSession, row: dict[str, Any], event: dict[str, Any]) -> int:
        event["api_version"] = row["api_version"]
        if row["api_version"] != VERSION:
            event["data"]["object"] = as_of_older_version(event["data"]["object"])
        payload = json.dumps(event, indent=2, ensure_ascii=False)
        secret = self._standin.store.get(_SECRETS, row["endpoint"]) or self._standin.config.webhook_secret
        signature = stripe.WebhookSignature.generate_signature_header(
            payload, secret, int(self._standin.clock.now().timestamp())
        )
        headers = {
            "content-type": "application/json; charset=utf-8",
            "stripe-signature": signature,
            "user-agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        }
        async with http.post(row["url"], data=payload.encode(), headers=headers, allow_redirects=False) as response:
            await response.read()
            return response.status

    def _count_down(self, event_id: str) -> None:
        event = self._world.get("event", event_id)
        event["pending_webhooks"] = max(0, event["pending_webhooks"] - 1)
        self._world.save(event)


def _wants(endpoint: dict[str, Any], kind: str) -> bool:
    return endpoint["status"] == "enabled" and bool({"*", kind} & set(endpoint["enabled_events"]))
