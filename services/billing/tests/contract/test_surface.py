"""The service's interface matches its documentation."""

from collections.abc import AsyncIterator

import pytest
from billing.api import create_api
from billing.factory import ProcessContext
from billing.models import Subscription
from billing.settings import BillingSettings
from billing.subscriptions.events import subscription_changed
from common.runtime.settings import offline_settings
from fastapi import FastAPI
from pulseworks_contracts import ALL_QUEUES, SubscriptionChanged, specs


@pytest.fixture
async def api() -> AsyncIterator[FastAPI]:
    context = ProcessContext.create(offline_settings(BillingSettings))
    yield create_api(context)
    await context.close()


QUEUES = [queue for queue in ALL_QUEUES if queue.service == "billing"]


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
