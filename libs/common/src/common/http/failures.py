"""The answer to an exception that nothing expects."""

from collections.abc import Callable
from types import TracebackType

import structlog
from starlette.types import Receive, Scope, Send

from common.errors import AppError
from common.http.problems import problem_response

__all__ = ["FailureAnswer"]

_log = structlog.get_logger(__name__)


class FailureAnswer:
    """A context in which a request is handled: every request gets an answer.

    An exception is logged and answered by 500. If the answer has begun, it is raised again: only a broken connection
    shows the caller that the answer is incomplete. ``expected`` exceptions are left to the caller.
    """

    def __init__(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        *,
        started: Callable[[], bool],
        loggable_path: Callable[[], str],
        expected: tuple[type[Exception], ...] = (),
    ) -> None:
        """Take whether the answer has begun, and the path without secrets, as functions: both are known later."""
        self._scope = scope
        self._receive = receive
        self._send = send
        self._started = started
        self._loggable_path = loggable_path
        self._expected = expected

    async def __aenter__(self) -> None:
        pass

    async def __aexit__(
        self, _type: type[BaseException] | None, error: BaseException | None, _traceback: TracebackType | None
    ) -> bool:
        if not isinstance(error, Exception) or isinstance(error, self._expected):
            return False
        _log.error(
            "request_failed",
            request_id=self._scope["state"]["request_id"],
            method=self._scope["method"],
            path=self._loggable_path(),
            exc_info=error,
        )
        if self._started():
            return False
        problem = AppError("Try again. If the error persists, contact support with the request id.")
        await problem_response(self._scope, problem)(self._scope, self._receive, self._send)
        return True
