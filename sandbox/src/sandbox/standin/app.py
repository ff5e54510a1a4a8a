"""A stand-in's app: its routes behind the faults, beside the control routes."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.standin.clock import Clock
from sandbox.standin.faults import FaultRule, Faults
from sandbox.standin.middleware import FaultMiddleware
from sandbox.standin.requests import RequestLog
from sandbox.standin.store import Store

_CONFIG = "config"


class StandInConfig(BaseModel):
    """Base of a stand-in's switches. Each has a default and can be changed with `/_control/config`."""

    model_config = ConfigDict(extra="forbid", frozen=True)


ConfigT = TypeVar("ConfigT", bound=StandInConfig)


class StandIn(Generic[ConfigT]):
    """An ASGI app with a store, a clock, switches, faults and a request log.

    `config` is the initial configuration. Changes over HTTP are kept in the store and take precedence at the next
    start. Subclasses or builders call `mount` once with their routes. `lifespan` runs while the app is served, and
    `on_reset` is called after a reset has emptied the store.
    """

    def __init__(self, name: str, config: ConfigT, store: Store | None = None) -> None:
        self.name = name
        self.store = store if store is not None else Store()
        self.clock = Clock(self.store)
        self.faults = Faults()
        self.requests = RequestLog()
        self.on_reset: list[Callable[[], None]] = []
        self._initial = config
        self._config = _merged(config, self.store.get(_CONFIG, "changes") or {})
        self._asgi: ASGIApp | None = None

    @property
    def config(self) -> ConfigT:
        """The current switches. Read them again at each use."""
        return self._config

    def configure(self, changes: dict[str, Any]) -> None:
        """Change some switches. Raises pydantic.ValidationError for an unknown switch or an invalid value."""
        kept = (self.store.get(_CONFIG, "changes") or {}) | changes
        self._config = _merged(self._initial, kept)
        self.store.put(_CONFIG, "changes", kept)
        self.clock.wake()

    def reset(self) -> None:
        """Delete all state and all changes of switches."""
        self.store.clear()
        self.faults.clear()
        self.requests.clear()
        self._config = self._initial
        for forget in self.on_reset:
            forget()
        self.clock.wake()

    def mount(
        self,
        routes: Sequence[BaseRoute],
        lifespan: Callable[[], AbstractAsyncContextManager[Any]] = nullcontext,
    ) -> None:
        """Serve these routes behind the faults, beside the control routes."""

        @asynccontextmanager
        async def running(_app: Starlette) -> AsyncIterator[None]:
            async with lifespan():
                yield
            self.store.close()

        app = Starlette(routes=[*self._control_routes(), *routes], lifespan=running)
        app.router.redirect_slashes = False
        self._asgi = FaultMiddleware(app, faults=self.faults, log=self.requests, clock=self.clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._asgi is None:
            raise RuntimeError(f"The stand-in {self.name} has no routes yet: call mount() first.")
        await self._asgi(scope, receive, send)

    def _control_routes(self) -> list[BaseRoute]:
        return [
            Route("/livez", self._livez),
            Route("/_control/faults", self._faults, methods=["GET", "POST", "DELETE"]),
            Route("/_control/requests", self._requests, methods=["GET", "DELETE"]),
            Route("/_control/clock", self._clock, methods=["GET", "POST"]),
            Route("/_control/config", self._configuration, methods=["GET", "POST"]),
            Route("/_control/reset", self._reset, methods=["POST"]),
        ]

    async def _livez(self, _request: Request) -> Response:
        return JSONResponse({"status": "ok", "name": self.name})

    async def _faults(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.faults.clear()
        if request.method == "POST":
            try:
                self.faults.add(TypeAdapter(list[FaultRule]).validate_json(await request.body()))
            except ValidationError as error:
                return _refused(error)
        return JSONResponse([rule.model_dump(mode="json") for rule in self.faults.rules])

    async def _requests(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.requests.clear()
        query = request.query_params
        entries = self.requests.matching(query.get("method"), query.get("path"), int(query.get("limit", "1000")))
        return JSONResponse({"total": self.requests.total, "requests": entries})

    async def _clock(self, request: Request) -> Response:
        if request.method == "POST":
            try:
                self.clock.advance(float((await request.json())["advance_seconds"]))
            except (ValueError, KeyError, TypeError) as error:
                return JSONResponse({"error": f"Send {{'advance_seconds': number >= 0}}: {error}"}, 422)
        return JSONResponse({"now": self.clock.now().isoformat(), "offset_seconds": self.clock.offset.total_seconds()})

    async def _configuration(self, request: Request) -> Response:
        if request.method == "POST":
            try:
                self.configure(TypeAdapter(dict[str, Any]).validate_json(await request.body()))
            except ValidationError as error:
                return _refused(error)
        return JSONResponse(self.config.model_dump(mode="json"))

    async def _reset(self, _request: Request) -> Response:
        self.reset()
        return JSONResponse({"status": "reset"})


def _merged(config: ConfigT, changes: dict[str, Any]) -> ConfigT:
    return type(config).model_validate(config.model_dump() | changes)


def _refused(error: ValidationError) -> Response:
    return JSONResponse({"error": error.errors(include_url=False, include_context=False, include_input=False)}, 422)
