"""The budget of the whole installation: a breaker on the language model that opens again on the next day."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from common.database import DATABASE_ERRORS
from common.ids import new_id
from content.factory import ProcessContext
from content.usage.errors import NotChargedError
from content.usage.jobs import model_budget
from content.usage.workflow import counting_model_calls
from prometheus_client import REGISTRY
from pydantic import BaseModel
from testing import ManualClock

from .conftest import NewReplica, NewTenant, StandIn, Tenant
from .test_usage import limits, regenerated, started, usage


@pytest.fixture
def budget(context: ProcessContext) -> int:
    limits(context, model_calls_per_day=3)
    return 3


async def test_the_breaker_stops_calls_within_a_generation(tenant: Tenant, openai: StandIn, budget: int) -> None:
    await tenant.brief()

    generation = await tenant.finished(await tenant.start(6))

    assert len(await openai.tasks()) == budget
    assert (generation["done"], generation["failed"]) == (2, 4)
    error = next(post["error"] for post in generation["posts"] if post["error"])
    assert "Writing resumes on 3 November 2026, 00:00 UTC." in error
    used = await usage(tenant)
    assert (used["posts"]["used"], used["posts"]["reserved"], used["model_calls"]["used"]) == (2, 0, budget)


def metric(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(f"pulseworks_{name}", labels) or 0


async def test_spending_and_generation_time_are_measured(
    tenant: Tenant, openai: StandIn, context: ProcessContext, budget: int
) -> None:
    names = ["model_tokens_total", "model_cost_dollars_total", "generation_seconds_count"]
    model = {"model": context.settings.openai_model}
    labels: list[dict[str, str]] = [{**model, "kind": "output"}, model, {"status": "COMPLETED"}]
    before = [metric(name, **each) for name, each in zip(names, labels, strict=True)]
    await tenant.brief()
    await tenant.finished(await tenant.start(2))

    for measure in model_budget(context):
        measure.gauge.set(await measure.read())

    tokens, dollars, runs = (
        metric(name, **each) - value for name, each, value in zip(names, labels, before, strict=True)
    )
    assert runs == 1
    assert tokens > 0
    # output tokens alone are 0.60 dollars a million
    assert tokens * 0.60 / 1_000_000 <= dollars < 0.01
    spent = len(await openai.tasks())
    assert (metric("model_calls_today"), metric("model_calls_budget")) == (spent, budget)


async def test_work_does_not_start_while_the_breaker_is_open(
    tenant: Tenant, new_tenant: NewTenant, openai: StandIn, clock: ManualClock, budget: int
) -> None:
    await tenant.brief()
    await tenant.finished(await tenant.start(2))
    (item, *_) = await tenant.contents()
    other = new_tenant()
    await other.subscribe()
    await other.brief()

    answers: list[Any] = [
        await started(other, 1),
        await regenerated(tenant, item),
        await tenant.request("POST", "/brand/refresh"),
    ]

    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(503, "writing_paused")}
    assert answers[0].headers["retry-after"] == str(15 * 3600)
    assert "Writing resumes on 3 November 2026, 00:00 UTC." in answers[0].json()["detail"]
    assert (await usage(other))["posts"]["reserved"] == 0
    clock.advance(timedelta(hours=15))
    assert (await other.finished(await other.start(1)))["done"] == 1


async def test_concurrent_accounts_never_exceed_the_budget(
    tenant: Tenant, new_tenant: NewTenant, openai: StandIn, budget: int
) -> None:
    items = []
    for number in range(8):
        item = await tenant.draft(position=number)
        await tenant.patch("/brand", {"voice": f"Plain {number}"})
        items.append(item)

    answers = await asyncio.gather(*(regenerated(tenant, item, part="HASHTAGS") for item in items))

    assert len(await openai.tasks()) == budget
    assert [answer.status_code for answer in answers].count(200) <= budget


class Line(BaseModel):
    line: str


async def test_a_call_that_no_ledger_counts_is_not_made(
    tenant: Tenant, replica: NewReplica, openai: StandIn, context: ProcessContext
) -> None:
    """Neither outside of charged work, nor for work without an entry, nor while the ledger can't be read."""
    with pytest.raises(LookupError):
        await context.language_model.ask("Write.", {"task": "a line"}, Line)
    with counting_model_calls(context, tenant.account_id, new_id()), pytest.raises(NotChargedError):
        await context.language_model.ask("Write.", {"task": "a line"}, Line)
    cut_off = replica(database_url="postgresql://nobody@127.0.0.1:1/none")
    with counting_model_calls(cut_off, tenant.account_id, new_id()), pytest.raises(DATABASE_ERRORS):
        await context.language_model.ask("Write.", {"task": "a line"}, Line)

    assert await openai.bodies() == []


async def test_without_a_budget_nothing_is_limited(tenant: Tenant, openai: StandIn) -> None:
    await tenant.brief()

    assert (await tenant.finished(await tenant.start(4)))["done"] == 4
