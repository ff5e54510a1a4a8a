"""Failures of OpenAI and of image storage: a post fails alone, and a retry completes it."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from common.database import Database
from content.clients.language_model import ModelUnavailableError, WritingError
from content.factory import ProcessContext
from content.generation_runs import jobs
from content.media.rules import design_for
from content.writing import rules
from pulseworks_contracts import ContentGenerated
from pydantic import BaseModel
from testing import emitted

from .conftest import NewReplica, StandIn, Tenant, free_model_calls


class Line(BaseModel):
    line: str


def of_post(index: int) -> str:
    """Return the text in a request that identifies the post at a position."""
    return f'\\"index\\": {index},'


def failing_once(function: Callable[..., Any], error: Exception) -> Callable[..., Any]:
    """Return the function, whose first call raises."""
    errors = [error]

    def call(*arguments: Any, **options: Any) -> Any:
        if errors:
            raise errors.pop()
        return function(*arguments, **options)

    return call


# kind at the stand-in → (whether a retry may help, part of the text for users)
FAULTS = {
    "rate_limit": (True, "busy"),
    "insufficient_quota": (False, "not available"),
    "server_error": (True, "busy"),
    "overloaded": (True, "busy"),
    "timeout": (True, "busy"),
    "not_json": (True, "busy"),
    "malformed_content": (False, "no usable answer"),
    "schema_violation": (False, "no usable answer"),
    "empty_content": (False, "no usable answer"),
    "refusal": (False, "declined"),
    "length": (False, "no usable answer"),
    "content_filter": (False, "declined"),
}
INTERNALS = ("OpenAI", "JSON", "Value error", "credit", "quota", "Traceback", "<", "sk-")


async def test_every_model_failure_is_a_writing_error_in_the_customer_s_words(
    openai: StandIn, replica: NewReplica
) -> None:
    model = replica(openai_timeout_seconds=0.3).language_model
    for kind in FAULTS:
        await openai.behave(kind, times="forever", contains=f"<{kind}>", retry_after=7, seconds=5)

    async def error_of(kind: str) -> tuple[str, WritingError]:
        with free_model_calls(), pytest.raises(WritingError) as raised:
            await model.answer("Write.", {"task": f"<{kind}>"}, Line)
        return kind, raised.value

    for kind, error in await asyncio.gather(*(error_of(kind) for kind in FAULTS)):
        assert (kind, isinstance(error, ModelUnavailableError)) == (kind, FAULTS[kind][0])
        assert FAULTS[kind][1] in (error.detail or ""), kind
        assert not [word for word in INTERNALS if word in (error.detail or "")], kind
        if kind == "rate_limit":
            assert isinstance(error, ModelUnavailableError)
            assert (error.retry_after, error.headers["Retry-After"]) == (timedelta(seconds=7), "7")


async def test_a_call_has_one_owner_of_waiting(openai: StandIn, context: ProcessContext) -> None:
    """The due loop waits for a run's calls, the SDK for those of a request."""
    await openai.behave("server_error", times=2)
    with free_model_calls(), pytest.raises(ModelUnavailableError):
        await context.language_model.answer("Write.", {"task": "a line"}, Line)
    assert len(await openai.bodies()) == 1

    with free_model_calls():
        assert (await context.language_model.for_requests().answer("Write.", {"task": "a line"}, Line)).line
    assert len(await openai.bodies()) == 3


@pytest.mark.parametrize("kind", ["malformed_content", "schema_violation", "length", "refusal", "content_filter"])
async def test_an_unusable_answer_is_requested_again(openai: StandIn, context: ProcessContext, kind: str) -> None:
    await openai.behave(kind)

    with free_model_calls():
        assert (await context.language_model.answer("Write.", {"task": "a line"}, Line)).line

    first, second = await openai.bodies()
    assert "Your last answer was not usable" in second["messages"][0]["content"]
    assert first["messages"][1] == second["messages"][1]


async def test_a_failed_post_does_not_stop_the_others_and_can_be_retried(
    tenant: Tenant, openai: StandIn, database: Database
) -> None:
    await tenant.brief()
    for index, kind in enumerate(["schema_violation", "refusal", "insufficient_quota"]):
        await openai.behave(kind, times="forever", contains=of_post(index))
    generation_id = await tenant.start(4)

    half = await tenant.finished(generation_id)

    assert (half["status"], half["done"], half["failed"], half["error"]) == ("COMPLETED", 1, 3, None)
    assert [post["status"] for post in half["posts"]] == ["FAILED", "FAILED", "FAILED", "DONE"]
    assert not [word for word in INTERNALS for post in half["posts"][:3] if word in post["error"]]
    assert "declined" in half["posts"][1]["error"]
    (draft,) = await tenant.contents()
    await openai.control("DELETE", "outcomes")
    await tenant.post(f"/content/generations/{generation_id}/retry", status=202)

    retried = await tenant.finished(generation_id)

    assert (retried["done"], retried["failed"]) == (4, 0)
    items = await tenant.contents()
    assert [item["position"] for item in items] == [0, 1, 2, 3]
    assert items[3] == draft
    assert [len(event.data.content_ids) for event in await emitted(database, ContentGenerated)] == [1, 4]
    events = await tenant.progress(generation_id)
    assert [event.kind for event in events] == ["started", "post_ready", "post_ready", "post_ready", "finished"]
    again = await tenant.post(f"/content/generations/{generation_id}/retry", status=409)
    assert again["code"] == "nothing_to_retry"


async def test_a_defect_in_one_post_fails_that_post_alone(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    await tenant.brief()
    monkeypatch.setattr(jobs, "design_for", failing_once(design_for, ZeroDivisionError("a defect")))

    half = await tenant.finished(await tenant.start(2))

    assert (half["status"], half["done"], half["failed"]) == ("COMPLETED", 1, 1)
    assert [post["error"] for post in half["posts"] if post["error"]] == ["An internal error occurred. Try again."]


async def test_a_failure_of_the_database_fails_no_post_and_repeats_the_run(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tenant.brief()
    monkeypatch.setattr(jobs, "design_for", failing_once(design_for, ConnectionResetError()))
    generation_id = await tenant.start(2)

    done = await tenant.finished(generation_id)

    assert (done["status"], done["done"], done["failed"]) == ("COMPLETED", 2, 0)
    assert "post_failed" not in [event.kind for event in await tenant.progress(generation_id)]


async def test_a_plan_is_requested_again_as_captions_are(tenant: Tenant, openai: StandIn) -> None:
    await tenant.brief()
    await openai.behave("refusal", contains="month_plan")
    await openai.behave("malformed_content", contains="month_plan")
    for index in range(2):
        await openai.behave("refusal", times=2, contains=of_post(index))

    done = await tenant.finished(await tenant.start(2))

    assert (done["status"], done["done"], done["failed"]) == ("COMPLETED", 2, 0)


async def test_captions_wait_for_a_busy_model_as_the_plan_does(
    tenant: Tenant, openai: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The due loop waits as long as the provider asks; the posts stay planned, and finished ones are kept."""
    monkeypatch.setattr(jobs, "_PAUSE", timedelta(milliseconds=20))
    await tenant.brief()
    await openai.behave("rate_limit", times=9, contains='\\"task\\": \\"caption\\"', retry_after=0.1)
    generation_id = await tenant.start(3)

    done = await tenant.finished(generation_id)

    assert (done["status"], done["done"], done["failed"], done["error"]) == ("COMPLETED", 3, 0, None)
    kinds = [event.kind for event in await tenant.progress(generation_id)]
    assert "waiting" in kinds
    assert "post_failed" not in kinds


async def test_a_model_that_asks_for_too_much_patience_fails_the_generation_at_once(
    tenant: Tenant, openai: StandIn
) -> None:
    await tenant.brief()
    await openai.behave("rate_limit", times="forever", contains='\\"task\\": \\"caption\\"', retry_after=3_600)

    failed = await tenant.finished(await tenant.start(2))

    assert (failed["status"], failed["failed"]) == ("FAILED", 2)
    assert "busy" in failed["error"]
    assert all(post["error"] == failed["error"] for post in failed["posts"])


async def test_a_failed_plan_fails_the_generation_with_its_reason(tenant: Tenant, openai: StandIn) -> None:
    await tenant.brief()
    await openai.behave("refusal", times="forever", contains="month_plan")
    generation_id = await tenant.start(2)

    failed = await tenant.finished(generation_id)

    assert (failed["status"], failed["posts"]) == ("FAILED", [])
    assert failed["error"] == (
        "The language model declined to write this. Change the brief or the subject, then try again."
    )
    assert (await tenant.progress(generation_id))[-1].data["message"] == failed["error"]
    await openai.control("DELETE", "outcomes")
    await tenant.post(f"/content/generations/{generation_id}/retry", status=202)
    assert (await tenant.finished(generation_id))["done"] == 2


async def test_a_short_model_outage_is_waited_for(
    tenant: Tenant, openai: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_PAUSE", timedelta(milliseconds=20))
    await tenant.brief()
    await openai.behave("not_json", times=2, contains="month_plan")
    generation_id = await tenant.start(1)

    assert (await tenant.finished(generation_id))["done"] == 1

    kinds = [event.kind for event in await tenant.progress(generation_id)]
    assert [kind for kind in kinds if kind not in {"started", "brand_ready", "website_skipped"}] == [
        "waiting", "waiting", "plan_ready", "post_ready", "finished"
    ]  # fmt: skip


async def test_a_long_model_outage_fails_the_generation(
    online: Tenant, openai: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_PAUSE", timedelta(milliseconds=20))
    await online.brief()
    await openai.behave("not_json", times="forever", contains="brand_profile")

    failed = await online.finished(await online.start(1))

    assert (failed["status"], failed["done"]) == ("FAILED", 0)
    assert "busy" in failed["error"]


async def test_a_website_that_the_model_refuses_still_has_its_appearance_read(online: Tenant, openai: StandIn) -> None:
    await online.brief()
    await openai.behave("content_filter", times="forever", contains="brand_profile")
    generation_id = await online.start(1)

    assert (await online.finished(generation_id))["done"] == 1

    brand = await online.get("/brand")
    assert (brand["facts"], brand["read_at"]) == ([], None)
    assert brand["logo_url"]
    assert "website_skipped" in [event.kind for event in await online.progress(generation_id)]


async def test_posts_fail_without_image_storage_and_can_be_retried(tenant: Tenant, replica: NewReplica) -> None:
    cut_off = replica(s3_endpoint_url="http://127.0.0.1:1")
    await tenant.brief()
    generation_id = await tenant.start(2)

    failed = await tenant.finished(generation_id, by=cut_off)

    assert (failed["status"], failed["failed"]) == ("FAILED", 2)
    assert all("could not be stored" in post["error"] for post in failed["posts"])
    assert await tenant.contents() == []
    await tenant.post(f"/content/generations/{generation_id}/retry", status=202)
    assert (await tenant.finished(generation_id))["done"] == 2


async def test_a_repeated_caption_fails_the_post(
    tenant: Tenant, openai: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A repeated caption is requested again, and then the post fails."""
    await tenant.brief()
    real = rules.caption_task

    def same_subject(brief: Any, brand: Any, subject: Any, **options: Any) -> Any:
        task = real(brief, brand, subject, **options)
        task["post"] |= {"title": "One and the same", "angle": "", "headline": "The same", "index": 0, "variation": 0}
        return task

    monkeypatch.setattr(rules, "caption_task", same_subject)
    generation = await tenant.finished(await tenant.start(2))

    assert (generation["done"], generation["failed"]) == (1, 1)
    assert [post["error"] for post in generation["posts"] if post["error"]] == [
        "The text repeats another post of the month. Try again."
    ]
