import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import openai
import pytest
import pytest_asyncio
from pydantic import BaseModel, Field, ValidationError
from sandbox.openai import OpenAIConfig, create_openai
from sandbox.standin import Serving, serving

pytestmark = pytest.mark.asyncio(loop_scope="module")

MODEL = "gpt-4o-mini"


class Caption(BaseModel):
    caption: str
    hashtags: list[str]
    headline: str


class Bounded(BaseModel):
    title: str = Field(max_length=10)


QUESTION: list[Any] = [
    {"role": "system", "content": "You write captions."},
    {
        "role": "user",
        "content": json.dumps(
            {"task": "caption", "brand": {"business_name": "Harbour Physio"}, "brief": {}, "post": {"title": "Hello"}}
        ),
    },
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running() -> AsyncIterator[Serving]:
    async with serving(create_openai()) as standin:
        yield standin


@pytest.fixture
def standin(running: Serving) -> Serving:
    """The stand-in after a reset: stopping and starting it takes longer than a test."""
    running.app.reset()
    return running


@pytest_asyncio.fixture(loop_scope="module")
async def client(standin: Serving) -> AsyncIterator[openai.AsyncOpenAI]:
    async with openai.AsyncOpenAI(api_key="sk-sandbox", base_url=f"{standin.url}/v1", max_retries=0, timeout=5) as sdk:
        yield sdk


@pytest_asyncio.fixture(loop_scope="module")
async def control(standin: Serving) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=standin.url) as http:
        yield http


async def parse(client: openai.AsyncOpenAI, **changes: Any) -> Any:
    parameters: dict[str, Any] = {"model": MODEL, "messages": QUESTION, "response_format": Caption} | changes
    return await client.chat.completions.parse(**parameters)


async def switch_on(control: httpx2.AsyncClient, kind: str, **options: Any) -> None:
    assert (await control.post("/_control/outcomes", json=[{"kind": kind, **options}])).status_code == 200


async def test_a_parsed_completion(client: openai.AsyncOpenAI) -> None:
    completion = await parse(client, max_completion_tokens=800, temperature=0.7)
    message = completion.choices[0].message
    assert message.parsed.caption
    assert len(message.parsed.hashtags) <= 5
    assert completion.model.startswith(MODEL)
    assert completion.usage.total_tokens == completion.usage.prompt_tokens + completion.usage.completion_tokens > 20
    assert completion._request_id.startswith("req_")
    assert (await parse(client, max_completion_tokens=800, temperature=0.7)).choices[0].message.parsed == message.parsed


async def test_a_parsed_response(client: openai.AsyncOpenAI) -> None:
    answer = await client.responses.parse(
        model=MODEL, instructions="You write captions.", input=QUESTION[1]["content"], text_format=Caption
    )
    assert answer.output_parsed is not None
    assert answer.output_parsed.caption
    assert answer.status == "completed"


async def test_models_are_listed_with_their_shutdown_date(client: openai.AsyncOpenAI) -> None:
    listed = {model.id: model.shutdown_date async for model in client.models.list()}
    assert listed == {"gpt-4o-mini": "2027-01-14", "gpt-6-luna": None}
    with pytest.raises(openai.NotFoundError):
        await client.models.retrieve("gpt-2")


async def test_a_model_is_unavailable_after_its_shutdown_date_if_enforced() -> None:
    async with (
        serving(create_openai(OpenAIConfig(enforce_shutdown=True))) as running,
        openai.AsyncOpenAI(api_key="sk-sandbox", base_url=f"{running.url}/v1", max_retries=0) as client,
        httpx2.AsyncClient(base_url=running.url) as control,
    ):
        await control.post("/_control/clock", json={"advance_seconds": 400 * 86_400})
        with pytest.raises(openai.NotFoundError) as gone:
            await parse(client)
        assert gone.value.code == "model_not_found"


async def test_another_key_is_refused(standin: Serving, control: httpx2.AsyncClient) -> None:
    async with openai.AsyncOpenAI(api_key="sk-wrong-key-12345", base_url=f"{standin.url}/v1", max_retries=0) as client:
        with pytest.raises(openai.AuthenticationError) as refused:
            await parse(client)
    assert refused.value.code == "invalid_api_key"
    assert "key-1" not in refused.value.message
    without = await control.get("/v1/models")
    assert (without.status_code, without.json()["error"]["type"]) == (401, "invalid_request_error")


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"extra_body": {"surprise": 1}}, "unknown_parameter", "surprise"),
        (
            {"extra_body": {"messages": [{"role": "user", "content": "x", "colour": 1}]}},
            "unknown_parameter",
            "messages[0].colour",
        ),
        ({"temperature": 3}, "integer_above_max_value", "temperature"),
        ({"extra_body": {"max_completion_tokens": "many"}}, "invalid_type", "max_completion_tokens"),
        ({"extra_body": {"reasoning_effort": "low"}}, "unsupported_parameter", "reasoning_effort"),
        ({"model": "gpt-6-luna", "temperature": 0.7}, "unsupported_parameter", "temperature"),
        ({"model": "gpt-6-luna", "extra_body": {"max_tokens": 9}}, "unsupported_parameter", "max_tokens"),
        ({"extra_body": {"messages": []}}, "invalid_type", "messages"),
    ],
)
async def test_an_invalid_request_is_a_400_in_the_vendors_format(
    client: openai.AsyncOpenAI, changes: dict[str, Any], code: str, param: str
) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        await parse(client, **changes)
    assert (refused.value.code, refused.value.param, refused.value.type) == (code, param, "invalid_request_error")


async def test_a_missing_parameter_and_broken_json(control: httpx2.AsyncClient) -> None:
    control.headers["authorization"] = "Bearer sk-sandbox"
    missing = await control.post("/v1/chat/completions", json={"model": MODEL})
    assert missing.json()["error"] == {
        "message": "Missing required parameter: 'messages'.",
        "type": "invalid_request_error",
        "param": "messages",
        "code": "missing_required_parameter",
    }
    assert (await control.post("/v1/chat/completions", content=b"{")).status_code == 400
    assert (await control.post("/v1/nothing", json={})).status_code == 404


async def test_an_unknown_model_is_a_404(client: openai.AsyncOpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as refused:
        await parse(client, model="gpt-nothing")
    assert refused.value.code == "model_not_found"


async def test_a_length_rule_in_the_schema_is_refused_as_strict_mode_does(client: openai.AsyncOpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        await parse(client, response_format=Bounded)
    assert "'maxLength' is not permitted" in refused.value.message
    with pytest.raises(openai.BadRequestError) as refused:
        await client.responses.parse(model=MODEL, input="Hello", text_format=Bounded)
    assert (refused.value.code, refused.value.param) == ("invalid_json_schema", "text.format.schema")


@pytest.mark.parametrize(
    ("kind", "error", "code"),
    [
        ("rate_limit", openai.RateLimitError, "rate_limit_exceeded"),
        ("insufficient_quota", openai.RateLimitError, "insufficient_quota"),
        ("server_error", openai.InternalServerError, None),
        ("overloaded", openai.InternalServerError, "server_is_overloaded"),
    ],
)
async def test_errors_of_the_vendor(
    client: openai.AsyncOpenAI, control: httpx2.AsyncClient, kind: str, error: type[openai.APIStatusError], code: str
) -> None:
    await switch_on(control, kind, retry_after=7)
    with pytest.raises(error) as failed:
        await parse(client)
    assert failed.value.code == code
    assert kind != "rate_limit" or failed.value.response.headers["retry-after"] == "7"
    assert (await parse(client)).choices[0].message.parsed


async def test_a_refusal_is_a_normal_response_without_content(
    client: openai.AsyncOpenAI, control: httpx2.AsyncClient
) -> None:
    await switch_on(control, "refusal")
    message = (await parse(client)).choices[0].message
    assert message.parsed is None
    assert message.refusal


async def test_unusual_finish_reasons(client: openai.AsyncOpenAI, control: httpx2.AsyncClient) -> None:
    await switch_on(control, "length")
    with pytest.raises(openai.LengthFinishReasonError):
        await parse(client)
    await switch_on(control, "content_filter")
    with pytest.raises(openai.ContentFilterFinishReasonError):
        await parse(client)
    with pytest.raises(openai.LengthFinishReasonError):
        await parse(client, max_completion_tokens=5)


@pytest.mark.parametrize("kind", ["malformed_content", "schema_violation"])
async def test_content_that_violates_the_schema(
    client: openai.AsyncOpenAI, control: httpx2.AsyncClient, kind: str
) -> None:
    await switch_on(control, kind)
    with pytest.raises(ValidationError):
        await parse(client)


async def test_empty_content_parses_to_nothing_without_an_error(
    client: openai.AsyncOpenAI, control: httpx2.AsyncClient
) -> None:
    await switch_on(control, "empty_content")
    message = (await parse(client)).choices[0].message
    assert (message.parsed, message.refusal, message.content) == (None, None, "")


async def test_a_response_that_is_not_json(client: openai.AsyncOpenAI, control: httpx2.AsyncClient) -> None:
    await switch_on(control, "not_json")
    with pytest.raises(AttributeError):
        await parse(client)


async def test_no_response_is_a_timeout(standin: Serving, control: httpx2.AsyncClient) -> None:
    await switch_on(control, "timeout", seconds=2)
    async with openai.AsyncOpenAI(
        api_key="sk-sandbox", base_url=f"{standin.url}/v1", max_retries=0, timeout=0.2
    ) as hasty:
        with pytest.raises(openai.APITimeoutError):
            await parse(hasty)


async def test_an_outcome_applies_only_to_matching_calls(
    client: openai.AsyncOpenAI, control: httpx2.AsyncClient
) -> None:
    await switch_on(control, "refusal", contains="Goodbye", times="forever")
    assert (await parse(client)).choices[0].message.parsed
    goodbye = [{"role": "user", "content": "Goodbye"}]
    for _ in range(2):
        assert (await parse(client, messages=goodbye)).choices[0].message.refusal
    assert len((await control.get("/_control/outcomes")).json()) == 1
    await control.post("/_control/reset")
    assert (await control.get("/_control/outcomes")).json() == []
