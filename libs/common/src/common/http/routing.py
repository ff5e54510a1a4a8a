"""Routers whose routes authenticate the caller, check the payload, and run in one transaction."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any
from uuid import UUID

import structlog
from fastapi import APIRouter, Request, Response, params
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Message, Scope

from common.auth.principal import Principal
from common.auth.verifier import bearer_token
from common.errors import AppError, ForbiddenError
from common.http.access import Access, read_access
from common.http.bodies import StrictBody, unknown_fields
from common.http.consistency import wait_for_writes
from common.http.context import ApiContext, TransactionalContext
from common.http.declared_errors import read_errors, report_undeclared
from common.http.idempotency import AnswerNotKeptError, IdempotencyKeys, idempotency_key
from common.http.payload import MalformedJsonError, check_form, check_json, check_target, is_json, read_body
from common.http.problems import problem_response

__all__ = ["GuardedRoute", "PlainRouter", "Router", "TransactionalRoute", "UnsupportedMediaTypeError"]

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class UnsupportedMediaTypeError(AppError):
    code = "unsupported_media_type"
    status = 415
    title = "Unsupported media type"


class GuardedRoute(APIRoute):
    """Verifies the token and the permission before it reads the body, checks the payload, then runs the route."""

    @property
    def access(self) -> Access:
        return read_access(self.dependant)

    @property
    def errors(self) -> tuple[type[AppError], ...] | None:
        """The declared errors; None without a mark (``raises``)."""
        return read_errors(self.dependant)

    @property
    def _name(self) -> str:
        return f"{'/'.join(sorted(self.methods or ()))} {self.path_format}"

    def get_route_handler(self) -> Handler:
        handle = self._strict(self._reporting(super().get_route_handler()))
        access = self.access
        takes_form = self.body_field is not None and isinstance(self.body_field.field_info, params.Form)
        takes_json = self.body_field is not None and not takes_form

        async def guarded(request: Request) -> Response:
            principal = None if access.public else await _authenticate(request, access)
            request.state.principal = principal
            check_target(request)
            body = await read_body(request, access.body_bytes)
            request = Request(request.scope, _replayed(body, request.receive))
            if takes_json and body:
                await _check_json_body(request, body)
            if not takes_form:
                if principal is not None:
                    await wait_for_writes(request, principal)
                return await self.run(request, body, principal, handle)
            try:
                await check_form(request)
                unknown = unknown_fields(self.dependant, await request.form())
                if unknown is not None:
                    raise unknown
                if principal is not None:
                    await wait_for_writes(request, principal)
                return await self.run(request, body, principal, handle)
            finally:
                # FastAPI closes the files of forms that it has parsed; this one may have been rejected before.
                await request.close()

        return guarded

    def _strict(self, handle: Handler) -> Handler:
        """Check the types of a JSON body before FastAPI converts them."""
        field = self.body_field
        if field is None or isinstance(field.field_info, params.Form):
            return handle
        strict = StrictBody(field.field_info.annotation)

        async def strictly(request: Request) -> Response:
            if await request.body():
                strict.check(await request.json())
            return await handle(request)

        return strictly

    def _reporting(self, handle: Handler) -> Handler:
        """Report errors that the route does not declare."""
        errors = self.errors
        if errors is None:
            return handle
        declared = {error.code for error in errors}

        async def reporting(request: Request) -> Response:
            try:
                return await handle(request)
            except AppError as error:
                if error.code not in declared:
                    report_undeclared(self._name, error)
                raise

        return reporting

    async def run(self, request: Request, body: bytes, principal: Principal | None, handle: Handler) -> Response:
        del body, principal
        return await handle(request)


class TransactionalRoute(GuardedRoute):
    """Runs the route in one transaction of the caller's account, committed before the answer is sent.

    The session is `request.state.session`; on a public route it has no account until one is set. An error rolls back,
    except an `AppError` that commits. The answer to a POST with an `Idempotency-Key` is stored in the same transaction.
    """

    async def run(self, request: Request, body: bytes, principal: Principal | None, handle: Handler) -> Response:
        context: TransactionalContext = request.app.state.context
        key = idempotency_key(request) if principal is not None and request.method == "POST" else None
        account_id: UUID | None = None if principal is None else principal.account_id
        async with context.database.transaction(account_id) as session:
            request.state.session = session
            if key is None or principal is None:
                return await _answer(request, handle)
            keys: IdempotencyKeys = request.app.state.idempotency_keys
            kept = await keys.claim(session, principal, key, request, body)
            if kept is not None:
                return kept
            response = await _answer(request, handle)
            if not await keys.keep(session, principal, key, response):
                self._report_answer_not_kept()
            return response

    def _report_answer_not_kept(self) -> None:
        """Report a route whose documentation does not say that a retry gets `AnswerNotKeptError`."""
        if self.errors is not None and AnswerNotKeptError not in self.errors:
            report_undeclared(self._name, AnswerNotKeptError())


async def _answer(request: Request, handle: Handler) -> Response:
    try:
        return await handle(request)
    except AppError as error:
        if not error.commits:
            raise
        return problem_response(request.scope, error)


async def _authenticate(request: Request, access: Access) -> Principal:
    context: ApiContext = request.app.state.context
    principal = await context.token_verifier.verify(bearer_token(request.headers.get("authorization")))
    structlog.contextvars.bind_contextvars(account_id=str(principal.account_id), user_id=str(principal.user_id))
    missing = sorted(p for p in access.permissions if not principal.may(p))
    if missing:
        raise ForbiddenError(
            f"The role {principal.role} lacks {', '.join(missing)}. Ask an owner of the account.",
        )
    return principal


async def _check_json_body(request: Request, body: bytes) -> None:
    if not is_json(request.headers.get("content-type", "")):
        raise UnsupportedMediaTypeError("Send JSON, with Content-Type: application/json.")
    try:
        document = await request.json()
    except (ValueError, RecursionError):
        # ValueError covers JSONDecodeError, bytes that are not UTF-8, and numbers of more than 4,300 digits.
        raise MalformedJsonError("The body is not valid JSON.") from None
    check_json(body, document)


def _replayed(body: bytes, receive: Callable[[], Awaitable[Message]]) -> Callable[[], Awaitable[Message]]:
    """Return a receive channel that returns the body that was read, then what follows it (a disconnect)."""
    replayed = False

    async def replay() -> Message:
        nonlocal replayed
        if replayed:
            return await receive()
        replayed = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


class _PrefixedRouter(APIRouter):
    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Reject a path without the prefix at once: FastAPI would try each route."""
        # anywhere in the path, because a router that includes this one has a prefix too
        if "{" not in self.prefix and self.prefix not in scope["path"]:
            return Match.NONE, {}
        return super().matches(scope)


class Router(_PrefixedRouter):
    """Routes that work on the database: one request is one transaction."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, route_class=TransactionalRoute, **kwargs)


class PlainRouter(_PrefixedRouter):
    """Routes that stream or call a provider: they hold no transaction.

    They open short ones themselves: `async with context.database.transaction(principal.account_id) as session`.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, route_class=GuardedRoute, **kwargs)
