"""The language model: one call, one validated answer, one kind of error."""

import json
from typing import Any, TypeVar

import openai
import structlog
from common.errors import AppError
from common.tracing import call_span
from openai import AsyncOpenAI
from openai.types.chat.chat_completion import Choice
from pydantic import BaseModel, ValidationError

from content.settings import ContentSettings

__all__ = ["Writer", "WritingError"]

log = structlog.get_logger(__name__)

AnswerT = TypeVar("AnswerT", bound=BaseModel)

# The account must pay or be cleared by its owner; asking again changes nothing.
_BILLING_CODES = frozenset(
    {
        "insufficient_quota", "credit_balance_exhausted", "organization_spend_limit_exceeded",
        "project_spend_limit_exceeded", "organization_usage_limit_exceeded",
    }
)  # fmt: skip


class WritingError(AppError):
    """The model did not give a usable answer. ``temporary``: asking again later may help."""

    code = "writing_failed"
    status = 503
    title = "The text could not be written"

    def __init__(self, detail: str, *, temporary: bool) -> None:
        super().__init__(detail)
        self.temporary = temporary


class Writer:
    """Retries of a call are the SDK's (connection, 408, 409, 429, 5xx, twice); whoever calls does not repeat it."""

    def __init__(self, settings: ContentSettings) -> None:
        self._model = settings.openai_model
        self._client = AsyncOpenAI(
            api_key=settings.openai_api_key.get_secret_value(),
            base_url=settings.openai_base_url,
            timeout=settings.openai_timeout_seconds,
            max_retries=2,
        )

    async def close(self) -> None:
        await self._client.close()

    async def write(self, instructions: str, task: dict[str, Any], answer: type[AnswerT]) -> AnswerT:
        """Ask for ``answer``; its model may hold rules (lengths, patterns) that the wire schema does not.

        An answer that breaks them, is cut off or unreadable is asked for once more. Raises WritingError.
        """
        try:
            return await self._ask(instructions, task, answer)
        except _UnusableAnswerError as error:
            log.info("answer_asked_again", task=task["task"], reason=error.reason)
            return await self._ask(f"{instructions}\n\nYour last answer was not usable: {error.reason}.", task, answer)

    async def _ask(self, instructions: str, task: dict[str, Any], answer: type[AnswerT]) -> AnswerT:
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
                log.error("openai_unpaid", code=error.code)  # noqa: TRY400 - the code says all, the trace nothing
                raise WritingError("The OpenAI account has no credit left.", temporary=False) from error
            raise WritingError("OpenAI asks us to slow down.", temporary=True) from error
        except (openai.APIConnectionError, openai.InternalServerError) as error:
            raise WritingError("OpenAI does not answer.", temporary=True) from error
        except openai.APIStatusError as error:
            log.error("openai_refused", status=error.status_code, code=error.code, message=error.message)  # noqa: TRY400 - the message says all, the trace nothing
            raise WritingError(f"OpenAI refused the request ({error.status_code}).", temporary=False) from error
        except (openai.OpenAIError, AttributeError, IndexError, TypeError, ValueError) as error:
            # a body that is not the API's at all surfaces as whatever the SDK stumbles over: an outage, no answer
            raise WritingError("OpenAI gave an answer that is not one.", temporary=True) from error
        return usable(choice, answer)


def usable(choice: Choice, answer: type[AnswerT]) -> AnswerT:
    """Return what the model answered, checked with all rules. Raises WritingError."""
    if choice.message.refusal:
        raise WritingError("The model declined to write this.", temporary=False)
    if choice.finish_reason == "content_filter":
        raise WritingError("OpenAI's filter stopped the text.", temporary=False)
    if choice.finish_reason == "length":
        raise _UnusableAnswerError("it was cut off; write less")
    content = choice.message.content or ""
    if "\\u0000" in content:
        raise _UnusableAnswerError("it holds a NUL character, which can't be kept")
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


_STRUCTURE = ("type", "properties", "items", "required", "enum", "const", "anyOf", "$ref", "$defs", "description")


def wire_schema(model: type[BaseModel]) -> dict[str, Any]:
    """Return the model's schema in the subset that strict mode takes: structure, no lengths or patterns.

    Every property is required and nothing else is allowed (OpenAI, structured outputs, supported schemas).
    """
    schema: dict[str, Any] = _strict(model.model_json_schema())
    return schema


def _strict(node: Any) -> Any:
    if isinstance(node, list):
        return [_strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {key: _strict(value) for key, value in node.items() if key in _STRUCTURE}
    for group in ("properties", "$defs"):
        if group in node:
            kept[group] = {name: _strict(value) for name, value in node[group].items()}
    if "$ref" in kept:
        return {"$ref": kept["$ref"]} | ({"$defs": kept["$defs"]} if "$defs" in kept else {})
    if node.get("type") == "object":
        kept |= {"required": list(node.get("properties", {})), "additionalProperties": False}
    return kept
