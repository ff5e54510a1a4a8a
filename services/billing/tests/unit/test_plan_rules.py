from datetime import UTC, datetime
from itertools import product

import pytest
from billing.clients.stripe.objects import SubscriptionItem
from billing.plans.errors import UnknownPriceError
from billing.plans.rules import NO_ENTITLEMENTS, PLANS, POSTS_PER_MONTH, Catalogue, PlanSelection, entitlements
from billing.settings import BillingSettings
from common.runtime.settings import offline_settings
from hypothesis import given
from hypothesis import strategies as st
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


FORMER = Catalogue.of(
    offline_settings(BillingSettings).model_copy(
        update={"former_prices_growth": "price_old, price_older", "former_prices_posting": "price_posting_old"}
    )
)


@pytest.mark.parametrize("addon", [[], ["price_posting_old"], ["price_posting_monthly"]])
@pytest.mark.parametrize("price", ["price_old", "price_older"])
def test_a_former_price_belongs_to_its_plan(price: str, addon: list[str]) -> None:
    assert FORMER.selection([price, *addon]) == PlanSelection("GROWTH", bool(addon))


def test_a_change_keeps_the_former_price_of_what_stays() -> None:
    end = datetime(2026, 12, 1, tzinfo=UTC)
    held = [SubscriptionItem("si_1", "price_old", end), SubscriptionItem("si_2", "price_posting_old", end)]

    assert FORMER.item_changes(held, PlanSelection("GROWTH", posting_addon=True)) == []
    assert FORMER.item_changes(held, PlanSelection("GROWTH", posting_addon=False)) == [{"id": "si_2", "deleted": True}]
    assert FORMER.item_changes(held, PlanSelection("AUTHORITY", posting_addon=True)) == [
        {"id": "si_1", "price": "price_authority_monthly"}
    ]
    assert FORMER.item_changes(held[:1], PlanSelection("GROWTH", posting_addon=True)) == [
        {"price": "price_posting_monthly", "quantity": 1}
    ]


PRICES_OF = {
    plan: [price for price, known in {**FORMER.former_prices, FORMER.prices[plan]: plan}.items() if known == plan]
    for plan in PLANS
}
POSTING = ["price_posting_monthly", "price_posting_old"]
HELD = st.sampled_from(PLANS).flatmap(
    lambda plan: st.tuples(
        st.sampled_from(PRICES_OF[plan]), st.lists(st.sampled_from(POSTING), max_size=2, unique=True)
    )
)


@given(held=HELD, target=st.sampled_from(SELECTIONS))
def test_a_change_reaches_its_target_from_any_prices_and_keeps_what_stays(
    held: tuple[str, list[str]], target: PlanSelection
) -> None:
    end = datetime(2026, 12, 1, tzinfo=UTC)
    plan_price, addons = held
    before = [SubscriptionItem(f"si_{price}", price, end) for price in (plan_price, *addons)]
    after = {item.id: item.price_id for item in before}
    for number, change in enumerate(FORMER.item_changes(before, target)):
        if change.get("deleted"):
            del after[change["id"]]
        else:
            after[change.get("id", f"si_new{number}")] = change["price"]

    assert FORMER.selection(after.values()) == target
    if FORMER.selection([plan_price]).plan == target.plan:
        assert plan_price in after.values(), "who keeps the plan keeps its price"
    if target.posting_addon and addons:
        assert set(addons) <= set(after.values())
    unchanged = [SubscriptionItem(id_, price, end) for id_, price in after.items()]
    assert FORMER.item_changes(unchanged, target) == [], "repeating a change does nothing"
