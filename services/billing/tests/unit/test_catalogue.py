from datetime import UTC, datetime
from itertools import product

import pytest
from billing.clients.stripe import SubscriptionItem
from billing.plans.catalogue import PLANS, POSTS_PER_MONTH, Bought, Catalogue, UnknownPriceError
from billing.plans.entitlements import NOTHING, entitlements
from billing.settings import BillingSettings
from common.runtime.settings import offline_settings
from pulseworks_contracts import SubscriptionChangedData

catalogue = Catalogue.of(offline_settings(BillingSettings))
EVERYTHING = [Bought(plan, addon) for plan, addon in product(PLANS, (False, True))]
STATUSES = SubscriptionChangedData.model_json_schema()["properties"]["status"]["enum"]


def items(bought: Bought) -> list[SubscriptionItem]:
    end = datetime(2026, 12, 1, tzinfo=UTC)
    return [SubscriptionItem(f"si_{price}", price, end) for price in catalogue.price_ids(bought)]


@pytest.mark.parametrize("bought", EVERYTHING)
def test_prices_say_what_was_bought(bought: Bought) -> None:
    assert catalogue.bought(catalogue.price_ids(bought)) == bought
    assert catalogue.bought(reversed(catalogue.price_ids(bought))) == bought


@pytest.mark.parametrize(
    "prices",
    [
        [],
        ["price_posting_monthly"],
        ["price_growth_monthly", "price_essential_monthly"],
        ["price_growth_monthly", "price_growth_monthly"],
        ["price_growth_monthly", "price_of_another_product"],
    ],
)
def test_prices_that_are_no_plan_of_ours_are_an_error(prices: list[str]) -> None:
    with pytest.raises(UnknownPriceError):
        catalogue.bought(prices)


@pytest.mark.parametrize(("before", "after"), list(product(EVERYTHING, EVERYTHING)))
def test_a_change_turns_what_is_there_into_what_is_wanted(before: Bought, after: Bought) -> None:
    """Applied as Stripe does: an id changes or ends an item, no id makes a new one, the rest stays."""
    changed = {item.id: item.price_id for item in items(before)}
    for number, change in enumerate(catalogue.changes(items(before), after)):
        if change.get("deleted"):
            del changed[change["id"]]
        else:
            changed[change.get("id", f"si_new{number}")] = change["price"]

    assert sorted(changed.values()) == sorted(catalogue.price_ids(after))
    assert (catalogue.changes(items(before), after) == []) == (before == after)


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("bought", EVERYTHING)
def test_only_a_subscription_in_good_standing_gives_rights(bought: Bought, status: str) -> None:
    given = entitlements(bought.plan, status, posting_addon=bought.posting_addon)

    if status in {"active", "trialing", "past_due"}:
        assert given.generation is True
        assert given.posting is bought.posting_addon
        assert given.posts_per_month == POSTS_PER_MONTH[bought.plan]
    else:
        assert given == NOTHING


def test_no_plan_gives_no_rights() -> None:
    assert entitlements(None, "active", posting_addon=True) == NOTHING
