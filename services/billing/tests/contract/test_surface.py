"""What the service shows to the outside is what is written down."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from billing import events
from billing.api import create_api
from billing.factory import ProcessContext
from billing.settings import BillingSettings
from billing.subscriptions.standing import Standing
from billing.worker import ROUTERS
from common.auth import Permission
from common.http import route_permissions
from common.runtime.settings import offline_settings
from common.runtime.specification import emitted_by
from fastapi import FastAPI
from pulseworks_contracts import ALL_QUEUES, SubscriptionChanged, specs


@pytest.fixture
async def api() -> AsyncIterator[FastAPI]:
    context = ProcessContext.create(offline_settings(BillingSettings))
    yield create_api(context)
    await context.close()


def test_what_is_emitted_and_consumed_is_listed() -> None:
    assert set(events.EMITS) == set(emitted_by("billing"))
    assert set(events.CONSUMES) == {queue for queue in ALL_QUEUES if queue.service == "billing"}
    assert [queue for create_router in ROUTERS for queue in create_router().queues.values()] == list(events.CONSUMES)


@pytest.mark.invariant("E6")
def test_the_event_says_what_its_example_says() -> None:
    example = SubscriptionChanged.model_validate_json(specs.example(SubscriptionChanged))
    standing = Standing(
        plan="GROWTH",
        posting_addon=True,
        status="active",
        current_period_end=example.data.current_period_end,
        cancel_at_period_end=False,
        cancel_at=None,
    )

    assert standing.data(1) == example.data
    assert example.subject == str(example.account_id)


async def test_each_route_asks_for_its_permission(api: FastAPI) -> None:
    read, write = frozenset([Permission.BILLING_READ.value]), frozenset([Permission.BILLING_WRITE.value])

    assert route_permissions(api) == {
        ("GET", "/api/billing/plans"): None,
        ("GET", "/api/billing/subscription"): read,
        ("POST", "/api/billing/checkout"): write,
        ("POST", "/api/billing/change"): write,
        ("POST", "/api/billing/portal"): write,
        ("POST", "/api/webhooks/stripe"): None,
    }


async def test_every_field_that_a_caller_reads_is_required(api: FastAPI) -> None:
    """Generated clients make an optional field of whatever has a default."""
    schemas = api.openapi()["components"]["schemas"]
    answers = [
        "Plans",
        "PlanOffer",
        "AddonOffer",
        "SubscriptionView",
        "Entitlements",
        "CheckoutStarted",
        "PortalOpened",
    ]

    assert {name: set(schemas[name]["properties"]) - set(schemas[name]["required"]) for name in answers} == {
        name: set() for name in answers
    }


async def test_the_readme_names_every_route_queue_event_and_setting(api: FastAPI) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")

    for _, path in route_permissions(api):
        assert f"`{path}`" in readme
    for queue in events.CONSUMES:
        assert f"`{queue.name}`" in readme
    for event in events.EMITS:
        assert f"`{event.model_fields['type'].default}`" in readme
    for name in BillingSettings.__annotations__:
        assert f"`{name.upper()}`" in readme
