"""The service's interface matches its documentation."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from billing.api import create_api
from billing.factory import ProcessContext
from billing.models import Subscription
from billing.settings import BillingSettings
from billing.subscriptions.events import subscription_changed
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


QUEUES = [queue for queue in ALL_QUEUES if queue.service == "billing"]


def test_the_worker_consumes_every_queue_of_the_service() -> None:
    assert [queue for create_router in ROUTERS for queue in create_router().queues.values()] == QUEUES


@pytest.mark.invariant("E6")
def test_the_event_equals_its_example() -> None:
    example = SubscriptionChanged.model_validate_json(specs.example(SubscriptionChanged))
    row = Subscription(
        account_id=example.account_id,
        plan="GROWTH",
        posting_addon=True,
        status="active",
        current_period_end=example.data.current_period_end,
        cancel_at_period_end=False,
        cancel_at=None,
        revision=1,
    )

    event = subscription_changed(row, example.time)

    assert (event.data, event.subject) == (example.data, example.subject)


async def test_each_route_requires_its_permission(api: FastAPI) -> None:
    read, write = frozenset([Permission.BILLING_READ.value]), frozenset([Permission.BILLING_WRITE.value])

    assert route_permissions(api) == {
        ("GET", "/api/billing/plans"): None,
        ("GET", "/api/billing/subscription"): read,
        ("POST", "/api/billing/checkout"): write,
        ("POST", "/api/billing/change"): write,
        ("POST", "/api/billing/portal"): write,
        ("POST", "/api/webhooks/stripe"): None,
    }


async def test_every_response_field_is_required(api: FastAPI) -> None:
    """Generated clients treat a field with a default as optional."""
    schemas = api.openapi()["components"]["schemas"]
    responses = [
        "Plans",
        "PlanOffer",
        "AddonOffer",
        "SubscriptionView",
        "Entitlements",
        "CheckoutStarted",
        "PortalOpened",
    ]

    assert {name: set(schemas[name]["properties"]) - set(schemas[name]["required"]) for name in responses} == {
        name: set() for name in responses
    }


async def test_the_readme_names_every_route_queue_event_and_setting(api: FastAPI) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")

    for _, path in route_permissions(api):
        assert f"`{path}`" in readme
    for queue in QUEUES:
        assert f"`{queue.name}`" in readme
    for event in emitted_by("billing"):
        assert f"`{event.model_fields['type'].default}`" in readme
    for name in BillingSettings.__annotations__:
        assert f"`{name.upper()}`" in readme
