"""The stand-in's endpoints and switches."""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import Field, TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from sandbox.openai.answers import chat_completion, limited, response, written
from sandbox.openai.errors import (
    OpenAIError,
    overloaded,
    quota_used_up,
    rate_limited,
    server_error,
    unknown_model,
    unsupported_parameter,
    wrong_key,
)
from sandbox.openai.models import MODELS, Model
from sandbox.openai.outcomes import Outcome, OutcomeKind, Outcomes
from sandbox.openai.requests import ChatRequest, ResponsesRequest, refusal_of
from sandbox.openai.writing import write
from sandbox.standin import StandIn, StandInConfig, Store

_ERRORS: dict[OutcomeKind, Callable[[Outcome], OpenAIError]] = {
    OutcomeKind.RATE_LIMIT: lambda outcome: rate_limited(outcome.retry_after),
    OutcomeKind.INSUFFICIENT_QUOTA: lambda _: quota_used_up(),
    OutcomeKind.SERVER_ERROR: lambda _: server_error(),
    OutcomeKind.OVERLOADED: lambda _: overloaded(),
}


class OpenAIConfig(StandInConfig):
    """Switches of the stand-in."""

    api_key: str = Field(default="sk-sandbox", description="The only accepted key.")
    latency_seconds: float = Field(default=0, ge=0, description="Minimum duration of each call.")
    enforce_shutdown: bool = Field(
        default=False, description="Models are unavailable after their shutdown date, by the stand-in's clock."
    )


def create_openai(config: OpenAIConfig | None = None, store: Store | None = None) -> StandIn[OpenAIConfig]:
    app = StandIn("openai", config or OpenAIConfig(), store)
    api = _Api(app)
    app.on_reset.append(api.outcomes.clear)
    app.mount(
        [
            Route("/v1/models", api.guarded(api.models)),
            Route("/v1/models/{model}", api.guarded(api.model)),
            Route("/v1/chat/completions", api.guarded(api.chat), methods=["POST"]),
            Route("/v1/responses", api.guarded(api.responses), methods=["POST"]),
            Route("/_control/outcomes", api.control_outcomes, methods=["GET", "POST", "DELETE"]),
            Route("/{path:path}", api.guarded(api.unknown), methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
        ]
    )
    return app


class _Api:
    def __init__(self, standin: StandIn[OpenAIConfig]) -> None:
        self._standin = standin
        self.outcomes = Outcomes()

    def guarded(self, endpoint: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        """Check the key, render errors in the vendor's format, and add the headers of every response."""

        async def checked(request: Request) -> Response:
            header = request.headers.get("authorization")
            try:
                if header != f"Bearer {self._standin.config.api_key}":
                    raise wrong_key(header)
                answer = await endpoint(request)
            except OpenAIError as error:
                answer = error.response()
            answer.headers["x-request-id"] = f"req_{self._standin.requests.total:012d}"
            answer.headers["openai-version"] = "2020-10-01"
            return answer

        return checked

    async def models(self, _request: Request) -> Response:
        data = [model.as_json() for model in MODELS.values() if not self._is_gone(model)]
        return JSONResponse({"object": "list", "data": data})

    async def model(self, request: Request) -> Response:
        return JSONResponse(self._known_model(request.path_params["model"]).as_json())

    async def unknown(self, request: Request) -> Response:
        raise OpenAIError(404, f"Invalid URL ({request.method} {request.url.path})")

    async def chat(self, request: Request) -> Response:
        raw = await _json(request)
        try:
            asked = ChatRequest.model_validate(raw)
        except ValidationError as error:
            raise refusal_of(error) from error
        model = self._known_model(asked.model)
        if asked.max_tokens is not None and (model.reasons or asked.max_completion_tokens is not None):
            raise unsupported_parameter("max_tokens", asked.model)
        _check_parameters(model, asked.temperature, asked.top_p, asked.reasoning_effort, "reasoning_effort")
        asked.check_schema()
        messages = [(str(message.role), message.text) for message in asked.messages]
        if asked.response_format and asked.response_format.type == "json_object":
            _check_mentions_json(messages, "messages")
        limit = asked.max_completion_tokens or asked.max_tokens
        return await self._answer(raw, messages, asked, model, max_tokens=limit, body=chat_completion)

    async def responses(self, request: Request) -> Response:
        raw = await _json(request)
        try:
            asked = ResponsesRequest.model_validate(raw)
        except ValidationError as error:
            raise refusal_of(error) from error
        model = self._known_model(asked.model)
        effort = asked.reasoning.effort if asked.reasoning else None
        _check_parameters(model, asked.temperature, asked.top_p, effort, "reasoning.effort")
        asked.check_schema()
        return await self._answer(raw, asked.texts, asked, model, max_tokens=asked.max_output_tokens, body=response)

    async def _answer(
        self,
        raw: dict[str, Any],
        messages: list[tuple[str, str]],
        asked: ChatRequest | ResponsesRequest,
        model: Model,
        *,
        max_tokens: int | None,
        body: Callable[..., dict[str, Any]],
    ) -> Response:
        canonical = json.dumps(raw, sort_keys=True, ensure_ascii=False)
        outcome = self.outcomes.take(canonical)
        await asyncio.sleep(self._standin.config.latency_seconds)
        if outcome is not None:
            if outcome.kind in _ERRORS:
                raise _ERRORS[outcome.kind](outcome)
            if outcome.kind is OutcomeKind.TIMEOUT:
                await asyncio.sleep(outcome.seconds)
            if outcome.kind is OutcomeKind.NOT_JSON:
                return PlainTextResponse("<html><body>upstream connect error</body></html>")
        seed = hashlib.sha256(canonical.encode()).hexdigest()
        text = write(messages, asked.wanted_schema, seed, as_json=asked.wants_json)
        result = limited(written(text, outcome.kind if outcome else None), max_tokens)
        prompt = "\n".join(text for _, text in messages)
        created = int(self._standin.clock.now().timestamp())
        return JSONResponse(body(seed, created, model.snapshot, prompt, result))

    async def control_outcomes(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.outcomes.clear()
        if request.method == "POST":
            try:
                self.outcomes.waiting += TypeAdapter(list[Outcome]).validate_json(await request.body())
            except ValidationError as error:
                return JSONResponse({"error": str(error)}, 422)
        return JSONResponse([outcome.model_dump(mode="json") for outcome in self.outcomes.waiting])

    def _known_model(self, name: str) -> Model:
        model = MODELS.get(name)
        if model is None or self._is_gone(model):
            raise unknown_model(name)
        return model

    def _is_gone(self, model: Model) -> bool:
        today = self._standin.clock.now().date()
        return (
            self._standin.config.enforce_shutdown and model.shutdown_date is not None and today >= model.shutdown_date
        )


def _check_parameters(
    model: Model, temperature: float | None, top_p: float | None, effort: str | None, effort_name: str
) -> None:
    if effort is not None and not model.reasons:
        raise unsupported_parameter(effort_name, model.id)
    if model.reasons and effort != "none":
        for name, value in (("temperature", temperature), ("top_p", top_p)):
            if value is not None:
                raise unsupported_parameter(name, model.id)


def _check_mentions_json(messages: list[tuple[str, str]], param: str) -> None:
    if not any("json" in text.lower() for _, text in messages):
        raise OpenAIError(
            400,
            "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
            param=param,
        )


async def _json(request: Request) -> dict[str, Any]:
    try:
        raw = json.loads(await request.body())
    except ValueError as error:
        raise OpenAIError(400, "We could not parse the JSON body of your request.") from error
    if not isinstance(raw, dict):
        raise OpenAIError(400, "The body of your request must be a JSON object.")
    return raw
