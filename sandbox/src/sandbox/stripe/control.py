"""Controls for tests and the demo that Stripe's customers don't have.

| call | does |
|---|---|
| `POST /_control/subscriptions/{id}` `{"status": "past_due"}` | fails or settles a payment, cancels, sets a status |
| `POST /_control/subscriptions/{id}` `{"renew": true}` | ends the running period now |
| `POST /_control/customers/{id}` `{"declines": true}` | declines the customer's card from now on |
| `GET /_control/deliveries?event=&type=&status=` | lists deliveries with their attempts |
| `POST /_control/deliveries/release` `{"order": "reversed"}` | sends held deliveries (or only `ids`) |
| `POST /_control/events/{id}/replay` `{"times": 2}` | sends an event again |
"""

from typing import Any, Literal

import aiohttp
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.stripe import invoices, portal, subscriptions
from sandbox.stripe.errors import StripeError
from sandbox.stripe.webhooks import WebhookSender
from sandbox.stripe.world import World, changed

_Status = Literal["incomplete", "incomplete_expired", "trialing", "active", "past_due", "canceled", "unpaid", "paused"]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Changed(_Asked):
    status: _Status | None = None
    renew: bool = False


class CustomerChange(_Asked):
    declines: bool


class Release(_Asked):
    ids: list[str] = Field(default_factory=list)
    order: Literal["created", "reversed"] = "created"


class Replay(_Asked):
    times: int = Field(default=1, ge=1, le=100)


class Control:
    def __init__(self, world: World, webhooks: WebhookSender) -> None:
        self._world = world
        self._webhooks = webhooks

    def routes(self) -> list[Route]:
        return [
            Route("/_control/subscriptions/{id}", self._checked(Changed, self.subscription), methods=["POST"]),
            Route("/_control/customers/{id}", self._checked(CustomerChange, self.customer), methods=["POST"]),
            Route("/_control/deliveries", self.deliveries),
            Route("/_control/deliveries/release", self._checked(Release, self.release), methods=["POST"]),
            Route("/_control/events/{id}/replay", self._checked(Replay, self.replay), methods=["POST"]),
        ]  # fmt: skip

    def _checked(self, model: type[_Asked], run: Any) -> Any:
        async def endpoint(request: Request) -> Response:
            self._world.request = {"id": None, "idempotency_key": None}
            try:
                asked = model.model_validate_json(await request.body() or b"{}")
                return JSONResponse(await run(request.path_params.get("id"), asked))
            except ValidationError as error:
                return JSONResponse({"error": str(error)}, 422)
            except StripeError as error:
                return error.response()

        return endpoint

    async def subscription(self, identifier: str, asked: Changed) -> dict[str, Any]:
        before = self._world.get("subscription", identifier)
        if asked.renew:
            subscriptions.roll_over(self._world, identifier)
        match asked.status:
            case None:
                pass
            case "canceled":
                subscriptions.cancel(self._world, identifier, {}, reason="payment_failed")
            case "past_due":
                invoices.set_declining(self._world, before["customer"], declines=True)
                subscriptions.roll_over(self._world, identifier)
            case "active" if before["status"] in ("past_due", "unpaid"):
                portal.settle(self._world, identifier)
            case status:
                after = before | {"status": status}
                self._world.save(after)
                self._world.emit("customer.subscription.updated", after, changed(before, after))
        return self._world.get("subscription", identifier)

    async def customer(self, identifier: str, asked: CustomerChange) -> dict[str, Any]:
        self._world.get("customer", identifier)
        invoices.set_declining(self._world, identifier, declines=asked.declines)
        return {"id": identifier, "declines": asked.declines}

    async def deliveries(self, request: Request) -> Response:
        wanted = {name: value for name, value in request.query_params.items() if name in ("event", "type", "status")}
        rows = [row for row in self._webhooks.rows() if all(row[name] == value for name, value in wanted.items())]
        return JSONResponse({"deliveries": rows})

    async def release(self, _identifier: str | None, asked: Release) -> dict[str, Any]:
        waiting = [row["id"] for row in self._webhooks.rows() if row["status"] == "pending"]
        chosen = asked.ids or (waiting[::-1] if asked.order == "reversed" else waiting)
        if unknown := set(chosen) - set(waiting):
            raise StripeError(404, f"No such pending delivery: {min(unknown)}")
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as http:
            await self._webhooks.release(http, chosen)
        return {"released": chosen}

    async def replay(self, identifier: str, asked: Replay) -> dict[str, Any]:
        return {"queued": self._webhooks.replay(self._world.get("event", identifier), asked.times)}
