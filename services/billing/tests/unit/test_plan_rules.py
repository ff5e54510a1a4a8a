from datetime import UTC, datetime
from itertools import product

import pytest
from billing.clients.stripe.objects import SubscriptionItem
from billing.plans.errors import UnknownPriceError
from billing.plans.rules import NO_ENTITLEMENTS, PLANS, POSTS_PER_MONTH, Catalogue, PlanSelection, entitlements
from billing.settings import BillingSettings
from common.runtime.settings import offline_settings
from pulseworks_contracts import SubscriptionChangedData

catalogue = Catalogue.of(offline_settings(BillingSettings))
SELECTIONS = [PlanSelection(plan, addon) for plan, addon in product(PLANS, (False, True))]
STATUSES = SubscriptionChangedData.model_json_schema()["properties"]["status"]["enum"]


def items(selection: PlanSelection) -> list[SubscriptionItem]:
    end = datetime(2026, 12, 1, tzinfo=UTC)
    return [SubscriptionItem(f"si_{price}", price, end) for price in catalogue.price_ids(selection)]


@pytest.mark.parametrize("selection", SELECTIONS)
def test_price_ids_determine_plan_and_addon(selection: PlanSelection) -> None:
    assert catalogue.selection(catalogue.price_ids(selection)) == selection
    assert catalogue.selection(reversed(catalogue.price_ids(selection))) == selection


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
def test_unknown_or_ambiguous_prices_are_rejected(prices: list[str]) -> None:
    with pytest.raises(UnknownPriceError):
        catalogue.selection(prices)


@pytest.mark.parametrize(("before", "after"), list(product(SELECTIONS, SELECTIONS)))
def test_item_changes_turn_one_selection_into_another(before: PlanSelection, after: PlanSelection) -> None:
    """Applied as Stripe does: a change with an id updates or removes that item, one without an id adds an item."""
    changed = {item.id: item.price_id for item in items(before)}
    for number, change in enumerate(catalogue.item_changes(items(before), after)):
        if change.get("deleted"):
            del changed[change["id"]]
        else:
            changed[change.get("id", f"si_new{number}")] = change["price"]

    assert sorted(changed.values()) == sorted(catalogue.price_ids(after))
    assert (catalogue.item_changes(items(before), after) == []) == (before == after)


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("selection", SELECTIONS)
def test_only_some_statuses_grant_entitlements(selection: PlanSelection, status: str) -> None:
    granted = entitlements(selection.plan, status, posting_addon=selection.posting_addon)

    if status in {"active", "trialing", "past_due"}:
        assert granted.generation is True
        assert granted.posting is selection.posting_addon
        assert granted.posts_per_month == POSTS_PER_MONTH[selection.plan]
    else:
        assert granted == NO_ENTITLEMENTS


def test_no_plan_grants_no_entitlements() -> None:
    assert entitlements(None, "active", posting_addon=True) == NO_ENTITLEMENTS
