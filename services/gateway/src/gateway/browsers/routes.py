from collections.abc import Mapping, Sequence

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.browsers import rules


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
    """Lets pages of the listed origins call the API, and answers their preflights before anything else is checked."""

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
