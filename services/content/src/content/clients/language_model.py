"""The language model: one call, one validated answer, named errors."""

import json
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import openai
import structlog
from common.certificates import certificates
from common.errors import AppError
from common.provider_calls import provider_call
from openai import AsyncOpenAI, DefaultAsyncHttpxClient
from openai.types.chat.chat_completion import Choice

from content.clients.model_answers import AnswerT, NoAnswerError, read_answer, wire_schema
from content.clients.model_costs import TokenPrices, count_tokens

log = structlog.get_logger(__name__)

before_call: ContextVar[Callable[[], Awaitable[None]]] = ContextVar("before_call")
"""Awaited before each call. It counts the call, and raises a WritingError if it must not be made.

A call costs money, so it has no default: where nothing counts the calls, LookupError is raised instead of making one.
"""

# The owner of the OpenAI account must pay or raise a limit; a retry does not help.
_BILLING_CODES = frozenset(
    {
        "insufficient_quota", "credit_balance_exhausted", "organization_spend_limit_exceeded",
        "project_spend_limit_exceeded", "organization_usage_limit_exceeded",
    }
)  # fmt: skip
_TEMPORARY = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS})
_MAX_ASKS = 3
_SDK_RETRIES = 2


class WritingError(AppError):
    """The model wrote nothing usable. ``reason`` and ``advice`` are for customers; the cause is logged."""

    code = "writing_failed"
    status = 503
    title = "The language model wrote no usable text; try again"

    def __init__(
        self, reason: str, *, advice: str = "Try again later.", headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(f"{reason} {advice}", headers=headers)
        self.reason = reason


class ModelUnavailableError(WritingError):
    """The model did not answer, and a later call may succeed."""

    def __init__(self, retry_after: timedelta | None = None) -> None:
        """``retry_after``: how long the provider asks to wait, if it says so."""
        headers = None if retry_after is None else {"Retry-After": str(max(1, round(retry_after.total_seconds())))}
        super().__init__("The language model is busy or not responding.", headers=headers)
        self.retry_after = retry_after


class UnusableAnswerError(WritingError):
    """The model answered, but not with what was asked for. ``correction`` tells the model why."""

    def __init__(self, correction: str, *, declined: bool = False) -> None:
        if declined:
            super().__init__(
                "The language model declined to write this.", advice="Change the brief or the subject, then try again."
            )
        else:
            super().__init__("The language model gave no usable answer.", advice="Try again.")
        self.correction = correction


class LanguageModel:
    """Each call has one owner of waiting for 408, 409, 429, 5xx and lost connections.

    It is the due loop that runs the call; the model raises ModelUnavailableError at once. ``for_requests`` is for a
    request that somebody waits for: there the SDK retries twice. Both honour Retry-After.
    """

    def __init__(self, client: AsyncOpenAI, *, model: str, prices: TokenPrices) -> None:
        self._client = client
        self._model = model
        self._prices = prices

    @classmethod
    def connect(
        cls, *, model: str, api_key: str, base_url: str, timeout_seconds: float, prices: TokenPrices
    ) -> "LanguageModel":
        http = DefaultAsyncHttpxClient(timeout=timeout_seconds, verify=certificates())
        client = AsyncOpenAI(
            api_key=api_key, base_url=base_url, timeout=timeout_seconds, max_retries=0, http_client=http
        )
        return cls(client, model=model, prices=prices)

    async def close(self) -> None:
        await self._client.close()

    async def check(self) -> None:
        """Raise unless the key is accepted and the model exists. Costs nothing."""
        try:
            with provider_call("OpenAI", "models.retrieve", _status_of):
                await self._client.models.retrieve(self._model)
        except openai.APIStatusError as error:  # its text about a wrong key contains a part of the key
            raise RuntimeError(f"OpenAI answers {error.status_code} {error.code or ''}".rstrip()) from None

    def for_requests(self) -> "LanguageModel":
        """Return this model with the SDK's retries. It shares the connections, so only this one is closed."""
        return LanguageModel(
            self._client.with_options(max_retries=_SDK_RETRIES), model=self._model, prices=self._prices
        )

    async def answer(self, instructions: str, task: dict[str, Any], answer: type[AnswerT]) -> AnswerT:
        """Return an ``answer``, whose type may have rules (lengths, patterns) that the wire schema omits.

        An unusable or declined answer is requested twice more. Raises WritingError.
        """
        asked = instructions
        for _ in range(_MAX_ASKS - 1):
            try:
                return await self.ask(asked, task, answer)
            except UnusableAnswerError as error:
                asked = corrected(instructions, error.correction)
        return await self.ask(asked, task, answer)

    async def ask(self, instructions: str, task: dict[str, Any], answer: type[AnswerT]) -> AnswerT:
        """Call the model once. Raises UnusableAnswerError, ModelUnavailableError, or WritingError."""
        choice = await self._complete(instructions, task, answer)
        try:
            return parse_answer(choice, answer)
        except UnusableAnswerError as error:
            log.info("unusable_answer", task=task["task"], reason=error.correction)
            raise

    async def _complete(self, instructions: str, task: dict[str, Any], answer: type[AnswerT]) -> Choice:
        await before_call.get()()
        try:
            with provider_call("OpenAI", f"chat.completions {answer.__name__}", _status_of):
                completion = await self._client.chat.completions.create(
                    model=self._model,
                    messages=[
                        {"role": "system", "content": instructions},
                        {"role": "user", "content": json.dumps(task, ensure_ascii=False)},
                    ],
                    response_format={
                        "type": "json_schema",
                        "json_schema": {"name": answer.__name__, "strict": True, "schema": wire_schema(answer)},
                    },
                )
            count_tokens(completion.usage, self._model, self._prices)
            return completion.choices[0]
        except openai.APIStatusError as error:
            raise _refused(error) from error
        except openai.APIConnectionError as error:
            log.warning("openai_unreachable", error=repr(error))
            raise ModelUnavailableError from error
        except (openai.OpenAIError, AttributeError, IndexError, TypeError, ValueError) as error:
            # The SDK raises any of these for a body that is not of the API, as during an outage.
            log.warning("openai_invalid_response", error=repr(error))
            raise ModelUnavailableError from error


def corrected(instructions: str, correction: str) -> str:
    """Return the instructions for the call after an unusable answer."""
    return f"{instructions}\n\nYour last answer was not usable: {correction}."


def parse_answer(choice: Choice, answer: type[AnswerT]) -> AnswerT:
    """Return the model's answer, validated with all rules. Raises UnusableAnswerError."""
    if choice.message.refusal or choice.finish_reason == "content_filter":
        raise UnusableAnswerError("it was declined; write about the subject in a harmless way", declined=True)
    if choice.finish_reason == "length":
        raise UnusableAnswerError("it was cut off; write less")
    try:
        return read_answer(choice.message.content, answer)
    except NoAnswerError as error:
        raise UnusableAnswerError(str(error)) from error


def _refused(error: openai.APIStatusError) -> WritingError:
    """Log the refusal of a call and return the customer's error."""
    known = {"status": error.status_code, "code": error.code, "message": error.message}
    if error.code in _BILLING_CODES:
        log.error("openai_quota_exhausted", **known)
    elif error.status_code in _TEMPORARY or error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.warning("openai_unavailable", **known)
        return ModelUnavailableError(retry_after(error.response.headers, datetime.now(UTC)))
    else:
        log.error("openai_refused", **known)
    return WritingError("The language model is not available.", advice="Try again later, or contact support.")


def _status_of(error: Exception) -> int | None:
    return error.status_code if isinstance(error, openai.APIStatusError) else None


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Return how long to wait by ``retry-after-ms`` or ``Retry-After`` (RFC 9110: seconds, or a date); None if unknown.

    A time that is not positive or has no end counts as unknown.
    """
    milliseconds, value = headers.get("retry-after-ms"), headers.get("retry-after", "")
    for text, unit in ((milliseconds, timedelta(milliseconds=1)), (value, timedelta(seconds=1))):
        try:
            wait = float(text or "") * unit
        except (ValueError, OverflowError):
            continue
        return wait if wait > timedelta() else None
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    wait = (at if at.tzinfo is not None else at.replace(tzinfo=UTC)) - now
    return wait if wait > timedelta() else None
