"""The REST API: key, version, form, idempotency, strict parameters, the call itself, expansion."""

import copy
import secrets
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.standin import StandIn
from sandbox.stripe import checkout
from sandbox.stripe.config import StripeConfig
from sandbox.stripe.endpoints import one_price, one_product
from sandbox.stripe.errors import StripeError, no_key
from sandbox.stripe.expanding import expand
from sandbox.stripe.forms import decode
from sandbox.stripe.idempotency import Replays
from sandbox.stripe.objects import VERSION
from sandbox.stripe.params import check
from sandbox.stripe.world import KINDS, World


@dataclass(frozen=True)
class Call:
    """One endpoint: `model` is the SDK's TypedDict, `run` receives the ids of the path and the parameters."""

    method: str
    path: str
    model: Any
    run: Callable[..., dict[str, Any]]


class Api:
    """Executes calls."""

    def __init__(self, standin: StandIn[StripeConfig], world: World) -> None:
        self._standin = standin
        self._world = world
        self._replays = Replays(standin.store)

    def routes(self, calls: list[Call]) -> list[Route]:
        return [Route(call.path, self._endpoint(call), methods=[call.method]) for call in calls] + [
            Route("/v1/{path:path}", self._unknown, methods=["GET", "POST", "DELETE", "PUT", "PATCH"])
        ]

    def _endpoint(self, call: Call) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            return await self._guarded(request, lambda: self._carry_out(call, request))

        return endpoint

    async def _unknown(self, request: Request) -> Response:
        async def refuse() -> Response:
            line = f"{request.method}: {request.url.path}"
            raise StripeError(404, f"Unrecognized request URL ({line}).")

        return await self._guarded(request, refuse)

    async def _guarded(self, request: Request, run: Callable[[], Awaitable[Response]]) -> Response:
        request_id = f"req_{secrets.token_hex(7)}"
        key = request.headers.get("idempotency-key")
        self._world.request = {"id": request_id, "idempotency_key": key}
        self._world.base_url = str(request.base_url).rstrip("/")
        try:
            self._check_key(request)
            self._check_version(request)
            answer = await run()
        except StripeError as error:
            answer = error.response()
        answer.headers["request-id"] = request_id
        answer.headers["stripe-version"] = VERSION
        if key:
            answer.headers["idempotency-key"] = key
        return answer

    def _check_key(self, request: Request) -> None:
        scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic":
            try:
                credentials = b64decode(credentials).decode().partition(":")[0]
            except (Base64Error, UnicodeDecodeError):
                credentials = ""
        if credentials != self._standin.config.api_key:
            raise no_key(credentials)

    def _check_version(self, request: Request) -> None:
        version = request.headers.get("stripe-version", VERSION)
        if version != VERSION:
            raise StripeError(400, f"Invalid Stripe API version: {version}. The stand-in only knows {VERSION}.")

    async def _carry_out(self, call: Call, request: Request) -> Response:
        raw = decode(await _form(request))
        key = request.headers.get("idempotency-key") if request.method == "POST" else None
        identity = (key or "", request.method, request.url.path, raw, self._world.now)
        if key is not None and (kept := self._replays.find(*identity)) is not None:
            return JSONResponse(kept["body"], kept["status"], headers={"idempotent-replayed": "true"})
        params = check(call.model, raw)
        try:
            status, body = 200, self._result(call, request, params)
        except StripeError as error:
            if not error.stored:
                raise
            status, body = error.status, error.body
        if key is not None:
            self._replays.keep(*identity, status=status, body=body)
        return JSONResponse(body, status)

    def _result(self, call: Call, request: Request, params: dict[str, Any]) -> dict[str, Any]:
        answer = copy.deepcopy(call.run(*request.path_params.values(), params))
        extra: dict[str, Any] = {}
        paths = params.get("expand", [])
        if answer.get("object") == "checkout.session" and any(path.startswith("line_items") for path in paths):
            extra["line_items"] = checkout.line_items(self._world, answer["id"])
        return expand(answer, paths, self._find, extra)

    def _find(self, identifier: str) -> dict[str, Any] | None:
        if identifier.startswith("price_"):
            return one_price(identifier)
        if identifier.startswith("prod_"):
            return one_product(identifier)
        for kind, (prefix, _) in KINDS.items():
            if identifier.startswith(f"{prefix}_"):
                return self._world.find(kind, identifier)
        return None


async def _form(request: Request) -> str:
    if request.method == "GET":
        return request.url.query
    body = await request.body()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if body and kind != "application/x-www-form-urlencoded":
        raise StripeError(
            400,
            "Invalid request (check that your POST content type is application/x-www-form-urlencoded).",
        )
    # DELETE can have its parameters in either place
    return body.decode("utf-8") or request.url.query
