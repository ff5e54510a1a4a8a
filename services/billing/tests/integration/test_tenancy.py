"""Tenancy."""

from typing import Any

import pytest
from billing.models import Base
from common.database import Database
from common.ids import new_id
from sqlalchemy import func, select, text

from .conftest import GROWTH, NewTenant, StripeStandIn, Tenant, Webhooks, buy_beside

# Stripe's events belong to no account until they are processed: see the tests at the end.
TENANT_TABLES = [table for table in Base.metadata.sorted_tables if table.name not in {"stripe_event", "account"}]


@pytest.mark.invariant("T1")
async def test_each_account_sees_its_own_subscription(
    tenant: Tenant, new_tenant: NewTenant, webhooks: Webhooks
) -> None:
    await tenant.subscribe(webhooks)
    other = new_tenant()

    assert (await other.subscription())["status"] == "none"
    assert (await other.call("POST", "/change", GROWTH)).json()["code"] == "no_subscription"
    assert (await other.call("POST", "/portal")).json()["code"] == "no_customer"
    await other.subscribe(webhooks, plan="ESSENTIAL", posting_addon=False)
    assert (await tenant.subscription())["plan"] == "GROWTH"
    assert (await other.subscription())["plan"] == "ESSENTIAL"


@pytest.mark.invariant("T1")
async def test_every_table_is_empty_for_another_account(tenant: Tenant, webhooks: Webhooks, database: Database) -> None:
    await tenant.subscribe(webhooks)
    await buy_beside(tenant)
    await webhooks.deliver()
    await tenant.call("POST", "/change", {"plan": "ESSENTIAL", "posting_addon": False})

    async def counts(account_id: Any) -> dict[str, int | None]:
        async with database.transaction(account_id) as session:
            return {t.name: await session.scalar(select(func.count()).select_from(t)) for t in TENANT_TABLES}

    assert await counts(tenant.account_id) == {
        "customer": 1,
        "checkout": 1,
        "plan_change": 1,
        "subscription": 1,
        "further_subscription": 1,
    }
    for stranger in (None, new_id()):
        assert set((await counts(stranger)).values()) == {0}


@pytest.mark.invariant("T1")
async def test_an_event_can_not_change_another_accounts_subscription(
    tenant: Tenant, new_tenant: NewTenant, webhooks: Webhooks, stripe_standin: StripeStandIn
) -> None:
    """An event with one account's customer and another's subscription fails and changes neither."""
    own = await tenant.subscribe(webhooks)
    other = new_tenant()
    foreign = await other.subscribe(webhooks)
    assert own != foreign
    await stripe_standin.delete(f"/subscriptions/{own}")
    (customer, _) = await stripe_standin.page("/customers")  # the newest one first
    (deleted,) = [e for e in await webhooks.new() if e["type"] == "customer.subscription.deleted"]
    deleted["data"]["object"]["customer"] = customer["id"]

    await webhooks.deliver([deleted])

    (failed,) = await webhooks.failing()
    assert "subscription_of_another" in str(failed.error)
    assert (await other.subscription())["status"] == "active"
    assert (await tenant.subscription())["status"] == "active"


@pytest.mark.invariant("T1")
async def test_requests_can_add_stripe_events_but_not_read_them(tenant: Tenant, database: Database) -> None:
    await tenant.checkout()
    for forbidden in (
        "SELECT payload FROM billing.stripe_event",
        "UPDATE billing.stripe_event SET error = ''",
        "DELETE FROM billing.stripe_event",
    ):
        with pytest.raises(Exception, match="permission denied"):
            async with database.transaction(tenant.account_id) as session:
                await session.execute(text(forbidden))


@pytest.mark.invariant("T1")
async def test_the_loop_role_can_not_read_tenant_tables(database: Database) -> None:
    for table in ("subscription", "further_subscription", "customer", "checkout", "plan_change", "account"):
        with pytest.raises(Exception, match="permission denied"):
            async with database.cross_account.transaction() as session:
                await session.execute(text(f"SELECT 1 FROM billing.{table}"))
