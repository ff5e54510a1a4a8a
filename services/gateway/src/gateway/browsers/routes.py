from collections.abc import Mapping, Sequence
from http import HTTPStatus

from common.errors import AppError
from common.http import problem_response
from common.http.request_context import REQUEST_ID_HEADER, request_id_of
from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.browsers import rules
from gateway.browsers.errors import CrossOriginRefusedError

_MAX_SHOWN = 200


class SecurityHeadersMiddleware:
    """Adds the headers that a response does not set itself."""

    def __init__(self, app: ASGIApp, *, headers: Mapping[bytes, bytes]) -> None:
        self._app = app
        self._headers = list(headers.items())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message.setdefault("headers", [])
                names = {name for name, _ in headers}  # lower case, as ASGI wants them
                message["headers"] = [*headers, *(header for header in self._headers if header[0] not in names)]
            await send(message)

        await self._app(scope, receive, send_secured if scope["type"] == "http" else send)


class OriginsMiddleware(CORSMiddleware):
    """Lets pages of the listed origins call the API, and answers their preflights before anything else is checked.

    A browser needs no more than the missing header to refuse the request; the problem document is for the page's
    developer, who finds it in the browser's tools.
    """

    def __init__(self, app: ASGIApp, *, origins: Sequence[str], credentials: bool) -> None:
        super().__init__(
            app,
            allow_origins=origins,
            allow_methods=rules.METHODS,
            allow_headers=rules.REQUEST_HEADERS,
            allow_credentials=credentials,
            expose_headers=rules.RESPONSE_HEADERS,
            max_age=rules.PREFLIGHT_SECONDS,
        )

    def preflight_response(self, request_headers: Headers) -> Response:
        response = super().preflight_response(request_headers)
        if response.status_code == HTTPStatus.OK:
            return response
        if self.is_allowed_origin(request_headers["origin"]):
            reason = f"They may use {', '.join(rules.METHODS)} and send {', '.join(rules.REQUEST_HEADERS)}."
        else:
            origin = request_headers["origin"][:_MAX_SHOWN]
            reason = f"Ask the operator of this API to allow the origin {origin} (WEB_ORIGINS)."
        return _Refusal(CrossOriginRefusedError(reason), response.headers)


class _Refusal(Response):
    """A problem document with the headers of a response that it replaces. It needs the request's id when it is sent."""

    def __init__(self, error: AppError, headers: Mapping[str, str]) -> None:
        super().__init__()
        self._error = error
        self._kept = {name: value for name, value in headers.items() if not name.startswith("content-")}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = scope.setdefault("state", {}).setdefault("request_id", request_id_of(scope))
        response = problem_response(scope, self._error)
        response.headers.update(self._kept | {REQUEST_ID_HEADER: request_id})
        await response(scope, receive, send)
