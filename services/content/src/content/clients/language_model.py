"""The language model: one call, one validated answer, one type of error."""

import json
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any, TypeVar

import openai
import structlog
from common.errors import AppError
from common.tracing import call_span
from openai import AsyncOpenAI
from openai.types.chat.chat_completion import Choice
from pydantic import BaseModel, ValidationError

log = structlog.get_logger(__name__)

AnswerT = TypeVar("AnswerT", bound=BaseModel)

before_call: ContextVar[Callable[[], Awaitable[None]] | None] = ContextVar("before_call", default=None)
"""Awaited before each call. It counts the call, and raises a WritingError if it must not be made."""

# The owner of the OpenAI account must pay or raise a limit; a retry does not help.
_BILLING_CODES = frozenset(
    {
        "insufficient_quota", "credit_balance_exhausted", "organization_spend_limit_exceeded",
        "project_spend_limit_exceeded", "organization_usage_limit_exceeded",
    }
)  # fmt: skip


class WritingError(AppError):
    """The model returned no usable answer. ``temporary``: a later retry may succeed."""

    code = "writing_failed"
    status = 503
    title = "The text could not be written"

    def __init__(self, detail: str, *, temporary: bool) -> None:
        super().__init__(detail)
        self.temporary = temporary


class LanguageModel:
    """The SDK retries a call twice (connection errors, 408, 409, 429, 5xx), so callers do not."""

    def __init__(self, *, model: str, api_key: str, base_url: str, timeout_seconds: float) -> None:
        self._model = model
        self._client = AsyncOpenAI(api_key=api_key, base_url=base_url, timeout=timeout_seconds, max_retries=2)

    async def close(self) -> None:
        await self._client.close()

    async def answer(self, instructions: str, task: dict[str, Any], answer: type[AnswerT]) -> AnswerT:
        """Return an ``answer``, whose type may have rules (lengths, patterns) that the wire schema omits.

        An answer that breaks the rules, is cut off or is not JSON is requested once more. Raises WritingError.
        """
        try:
            return await self._request(instructions, task, answer)
        except _UnusableAnswerError as error:
            log.info("unusable_answer_retried", task=task["task"], reason=error.reason)
            correction = f"{instructions}\n\nYour last answer was not usable: {error.reason}."
            return await self._request(correction, task, answer)

    async def _request(self, instructions: str, task: dict[str, Any], answer: type[AnswerT]) -> AnswerT:
        if count := before_call.get():
            await count()
        try:
            with call_span("OpenAI", f"chat.completions {answer.__name__}"):
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
            choice = completion.choices[0]
        except openai.RateLimitError as error:
            if error.code in _BILLING_CODES:
                log.error("openai_quota_exhausted", code=error.code)  # noqa: TRY400 - the code is the whole cause
                raise WritingError("The OpenAI account has no credit left.", temporary=False) from error
            raise WritingError("OpenAI is rate-limiting our requests.", temporary=True) from error
        except (openai.APIConnectionError, openai.InternalServerError) as error:
            raise WritingError("OpenAI is not responding.", temporary=True) from error
        except openai.APIStatusError as error:
            log.error("openai_refused", status=error.status_code, code=error.code, message=error.message)  # noqa: TRY400 - the message is the whole cause
            raise WritingError(f"OpenAI refused the request ({error.status_code}).", temporary=False) from error
        except (openai.OpenAIError, AttributeError, IndexError, TypeError, ValueError) as error:
            # The SDK raises any of these for a body that is not of the API, as during an outage.
            raise WritingError("OpenAI returned an invalid response.", temporary=True) from error
        return parse_answer(choice, answer)


def parse_answer(choice: Choice, answer: type[AnswerT]) -> AnswerT:
    """Return the model's answer, validated with all rules. Raises WritingError."""
    if choice.message.refusal:
        raise WritingError("The model declined to write this.", temporary=False)
    if choice.finish_reason == "content_filter":
        raise WritingError("OpenAI's content filter blocked the text.", temporary=False)
    if choice.finish_reason == "length":
        raise _UnusableAnswerError("it was cut off; write less")
    content = choice.message.content or ""
    if "\\u0000" in content:
        raise _UnusableAnswerError("it contains a NUL character, which can't be stored")
    try:
        return answer.model_validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise _UnusableAnswerError(f"{where}: {first['msg']}") from error


class _UnusableAnswerError(WritingError):
    def __init__(self, reason: str) -> None:
        super().__init__(f"The model's answer could not be used: {reason}.", temporary=False)
        self.reason = reason


_STRICT_KEYWORDS = ("type", "properties", "items", "required", "enum", "const", "anyOf", "$ref", "$defs", "description")


def wire_schema(model: type[BaseModel]) -> dict[str, Any]:
    """Return the schema in the subset of strict mode: structure without lengths and patterns.

    Every property is required and no other is allowed (OpenAI, structured outputs, supported schemas).
    """
    schema: dict[str, Any] = _strict(model.model_json_schema())
    return schema


def _strict(node: Any) -> Any:
    if isinstance(node, list):
        return [_strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {key: _strict(value) for key, value in node.items() if key in _STRICT_KEYWORDS}
    for group in ("properties", "$defs"):
        if group in node:
            kept[group] = {name: _strict(value) for name, value in node[group].items()}
    if "$ref" in kept:
        return {"$ref": kept["$ref"]} | ({"$defs": kept["$defs"]} if "$defs" in kept else {})
    if node.get("type") == "object":
        kept |= {"required": list(node.get("properties", {})), "additionalProperties": False}
    return kept
