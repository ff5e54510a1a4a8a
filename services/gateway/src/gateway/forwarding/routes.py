import time
from functools import partial
from http import HTTPMethod, HTTPStatus
from itertools import product

import structlog
from common.auth import Principal, TokenVerifier, bearer_token
from common.errors import AppError, NotFoundError
from common.http import ClientAddresses, FailureAnswer, problem_response
from common.http.consistency import HEADER
from common.http.request_context import request_id_of
from common.tracing import request_span
from prometheus_client import Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.clients.forwarder import Forwarder, StreamEndedError
from gateway.clients.headers import Headers
from gateway.forwarding import rules
from gateway.forwarding.errors import SessionRevokedError
from gateway.recent_writes.service import RecentWrites
from gateway.revocation.service import RevocationList

REQUEST_SECONDS = Histogram(
    "pulseworks_gateway_request_seconds",
    "Time to the start of the answer below /api. Outcomes: answered, failed (5xx), abandoned (the client left first).",
    ["service", "operation", "outcome"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
# from the start, because Prometheus sees no increase in the first value of a series
for _service, _operation, _outcome in product(
    sorted({*rules.PREFIXES.values()}), ("read", "write"), ("answered", "failed", "abandoned")
):
    REQUEST_SECONDS.labels(_service, _operation, _outcome)

log = structlog.get_logger(__name__)

_CONSISTENCY_TOKEN = HEADER.lower().encode()


class ForwardingMiddleware:
    """Checks requests below /api and forwards them to their service; passes all others on.

    It is ASGI middleware so that forwarded requests skip FastAPI's routing.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        upstreams: dict[str, str],
        forwarder: Forwarder,
        verifier: TokenVerifier,
        revocations: RevocationList,
        client_addresses: ClientAddresses,
        recent_writes: RecentWrites,
    ) -> None:
        self._app = app
        self._upstreams = upstreams
        self._forwarder = forwarder
        self._verifier = verifier
        self._revocations = revocations
        self._client_addresses = client_addresses
        self._recent_writes = recent_writes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not (scope["path"] + "/").startswith("/api/"):
            await self._app(scope, receive, send)
            return
        request_id = request_id_of(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        status, began = 0, time.perf_counter()
        principal: Principal | None = None

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _observe(scope, status, began)
                headers: Headers = message["headers"]
                message["headers"] = [*headers, (b"x-request-id", request_id.encode())]
                if principal is not None:
                    self._note_writes(principal, headers)
            await send(message)

        answering = FailureAnswer(
            scope,
            receive,
            send_with_id,
            started=lambda: status != 0,
            loggable_path=partial(rules.loggable, scope["path"]),
            expected=(AppError, StreamEndedError),
        )
        try:
            async with answering:
                with request_span(scope["method"], {}, request_id=request_id):
                    service, principal = await self._admit(scope)
                    await self._forward(service, principal, scope, receive, send_with_id, request_id)
        except AppError as error:
            if status:
                raise
            await problem_response(scope, error)(scope, receive, send_with_id)
        except StreamEndedError:
            log.info("stream_ended_with_its_session", request_id=request_id, path=rules.loggable(scope["path"]))
            raise
        finally:
            if not status:
                _observe(scope, status, began)

    async def _admit(self, scope: Scope) -> tuple[str, Principal | None]:
        """Check the path and the token; return the service to forward to, and the caller unless the route is public.

        Raises AppError if the request is refused.
        """
        path = scope["path"]
        rules.check_path(scope["raw_path"])
        service = rules.service_of(path)
        if service is None:
            raise NotFoundError(f"{path} does not exist; see /docs.")
        if rules.is_public(scope["method"], path):
            return service, None
        return service, await self._authenticate(scope["headers"])

    async def _forward(
        self,
        service: str,
        principal: Principal | None,
        scope: Scope,
        receive: Receive,
        send: Send,
        request_id: str,
    ) -> None:
        client = scope.get("client")
        address = self._client_addresses.of(client[0], scope["headers"]) if client else None
        if principal is not None:
            self._add_recent_writes(principal, scope)
        await self._forwarder.forward(
            self._upstreams[service],
            scope,
            receive,
            send,
            request_id=request_id,
            client_address=address,
            end=None if principal is None else partial(self._revocations.wait_for_end, principal),
        )

    async def _authenticate(self, headers: Headers) -> Principal:
        authorization = next((value.decode("latin-1") for name, value in headers if name == b"authorization"), None)
        principal = await self._verifier.verify(bearer_token(authorization))
        if self._revocations.is_revoked(principal.session_id):
            raise SessionRevokedError("Sign in again.")
        return principal

    def _add_recent_writes(self, principal: Principal, scope: Scope) -> None:
        token = self._recent_writes.token(principal.account_id)
        if token is not None:
            # first, because a service heeds the last entries: the client's own must not be pushed out
            scope["headers"] = [(_CONSISTENCY_TOKEN, token.encode()), *scope["headers"]]

    def _note_writes(self, principal: Principal, response_headers: Headers) -> None:
        for name, value in response_headers:
            if name == _CONSISTENCY_TOKEN:
                self._recent_writes.add(principal.account_id, value.decode("latin-1"))


def _observe(scope: Scope, status: int, began: float) -> None:
    """Observe an answer that starts, or with status 0 that there was none. Paths of no service are not counted."""
    service = rules.service_of(scope["path"])
    if service is None:
        return
    operation = "read" if scope["method"] in {HTTPMethod.GET, HTTPMethod.HEAD} else "write"
    outcome = "failed" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "answered" if status else "abandoned"
    REQUEST_SECONDS.labels(service, operation, outcome).observe(time.perf_counter() - began)
