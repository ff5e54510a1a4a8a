import pytest
from billing.models import Subscription
from billing.subscriptions.events import subscription_changed
from pulseworks_contracts import SubscriptionChanged, specs


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
