"""A checkout is created once, and a partial failure can be retried."""

import asyncio

import pytest
from common.database import Database
from sqlalchemy import text

from .conftest import GROWTH, KEY, NewTenant, StripeStandIn, Tenant, Webhooks


async def keys(stripe_standin: StripeStandIn, path: str) -> list[str]:
    asked = await stripe_standin.requests("POST", path)
    return [request["headers"]["idempotency-key"] for request in asked if request["path"] == path]


@pytest.mark.invariant("M2")
async def test_the_same_key_starts_one_checkout(tenant: Tenant, stripe_standin: StripeStandIn) -> None:
    first = await tenant.call("POST", "/checkout", GROWTH, key="order-1")
    again = await tenant.call("POST", "/checkout", GROWTH, key="order-1")

    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert len(await stripe_standin.page("/checkout/sessions")) == 1
    assert len(await stripe_standin.page("/customers")) == 1


@pytest.mark.invariant("M2")
async def test_concurrent_requests_with_the_same_key_start_one_checkout(
    tenant: Tenant, stripe_standin: StripeStandIn
) -> None:
    answers = await asyncio.gather(*(tenant.call("POST", "/checkout", GROWTH, key="order-1") for _ in range(4)))

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["url"] for answer in answers}) == 1
    assert len(await stripe_standin.page("/customers")) == 1


@pytest.mark.invariant("M2")
async def test_a_key_belongs_to_one_request_of_one_user(tenant: Tenant, new_tenant: NewTenant) -> None:
    first = await tenant.call("POST", "/checkout", GROWTH, key="order-1")
    other = await tenant.call("POST", "/checkout", GROWTH | {"plan": "ESSENTIAL"}, key="order-1")
    elsewhere = await new_tenant().call("POST", "/checkout", GROWTH, key="order-1")

    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert elsewhere.status_code == 200
    assert elsewhere.json() != first.json()


@pytest.mark.invariant("M2")
@pytest.mark.parametrize("path", ["/v1/customers", "/v1/checkout/sessions"])
async def test_a_call_with_a_lost_answer_is_repeated_with_its_key(
    tenant: Tenant, stripe_standin: StripeStandIn, with_retries: None, path: str
) -> None:
    """All three attempts of the SDK take effect and lose their answer; the next request gets their result."""
    await stripe_standin.fault(f"POST {path}$", "drop_after", times=3)

    lost = await tenant.call("POST", "/checkout", GROWTH, key="order-1")
    done = await tenant.call("POST", "/checkout", GROWTH, key="order-1")

    assert (lost.status_code, lost.json()["code"]) == (503, "payment_provider_unreachable")
    assert int(lost.headers["retry-after"]) > 0
    assert done.status_code == 200
    used = await keys(stripe_standin, path)
    assert len(used) == 4
    assert len(set(used)) == 1
    assert len(await stripe_standin.page(path.removeprefix("/v1"))) == 1


@pytest.mark.invariant("M2")
async def test_a_replayable_error_changes_the_key(tenant: Tenant, stripe_standin: StripeStandIn) -> None:
    await stripe_standin.fault("POST /v1/checkout/sessions$", "status", status=500)

    failed = await tenant.call("POST", "/checkout", GROWTH, key="order-1")
    done = await tenant.call("POST", "/checkout", GROWTH, key="order-1")

    assert (failed.status_code, failed.json()["code"]) == (502, "payment_provider_failed")
    assert done.status_code == 200
    used = await keys(stripe_standin, "/v1/checkout/sessions")
    assert len(used) == len(set(used)) == 2


async def test_checkout_works_after_stripe_was_unreachable(
    tenant: Tenant, webhooks: Webhooks, stripe_standin: StripeStandIn
) -> None:
    await stripe_standin.fault("POST /v1/", "drop_before", times="forever")

    failed = await tenant.call("POST", "/checkout", GROWTH)
    held = await tenant.subscription()
    await stripe_standin.clear_faults()
    await tenant.subscribe(webhooks)

    assert (failed.status_code, failed.json()["code"]) == (503, "payment_provider_unreachable")
    assert held["status"] == "none"
    assert (await tenant.subscription())["status"] == "active"
    assert len(await stripe_standin.page("/customers")) == 1


ERRORS: list[tuple[int, dict[str, str], int, str]] = [
    (429, {"type": "invalid_request_error", "code": "rate_limit"}, 503, "payment_provider_busy"),
    (409, {"type": "idempotency_error", "code": "idempotency_key_in_use"}, 503, "payment_provider_busy"),
    (401, {"type": "invalid_request_error", "message": f"Bad key: {KEY}"}, 502, "payment_provider_misconfigured"),
    (403, {"type": "invalid_request_error"}, 502, "payment_provider_misconfigured"),
    (400, {"type": "invalid_request_error", "message": "No such price"}, 502, "payment_provider_refused"),
    (400, {"type": "idempotency_error", "message": "Another request"}, 502, "payment_provider_refused"),
    (500, {"type": "api_error"}, 502, "payment_provider_failed"),
]


async def test_each_stripe_error_has_its_own_problem_code(tenant: Tenant, stripe_standin: StripeStandIn) -> None:
    for status, error, expected_status, expected in ERRORS:
        await stripe_standin.fault(
            "POST /v1/customers", "status", times="forever", status=status, answer={"error": error}
        )

        answer = await tenant.call("POST", "/checkout", GROWTH)
        await stripe_standin.clear_faults()

        assert (answer.status_code, answer.json()["code"]) == (expected_status, expected)
        assert KEY not in answer.text


async def test_an_unreadable_answer_is_a_failure(tenant: Tenant, stripe_standin: StripeStandIn) -> None:
    await stripe_standin.fault("POST /v1/customers", "malformed")

    failed = await tenant.call("POST", "/checkout", GROWTH)
    done = await tenant.call("POST", "/checkout", GROWTH)

    assert (failed.status_code, failed.json()["code"]) == (502, "payment_provider_failed")
    assert done.status_code == 200
    assert len(await stripe_standin.page("/customers")) == 1


async def test_a_second_checkout_closes_the_first(tenant: Tenant, stripe_standin: StripeStandIn) -> None:
    await tenant.checkout()
    await tenant.checkout(plan="ESSENTIAL")

    newer, older = await stripe_standin.page("/checkout/sessions")
    assert (newer["status"], older["status"]) == ("open", "expired")


async def test_a_second_payment_is_rejected_before_the_event_arrives(
    tenant: Tenant, webhooks: Webhooks, stripe_standin: StripeStandIn
) -> None:
    await stripe_standin.pay(await tenant.checkout())

    before = await tenant.call("POST", "/checkout", GROWTH)
    held = await tenant.subscription()
    await webhooks.deliver()
    after = await tenant.call("POST", "/checkout", GROWTH)

    assert (before.status_code, before.json()["code"]) == (409, "already_subscribed")
    assert held["status"] == "active"
    assert (after.status_code, after.json()["code"]) == (409, "already_subscribed")
    assert len(await stripe_standin.page("/checkout/sessions")) == 1


async def test_a_customer_deleted_at_stripe_is_created_again(tenant: Tenant, stripe_standin: StripeStandIn) -> None:
    await tenant.checkout()
    (customer,) = await stripe_standin.page("/customers")
    await stripe_standin.delete(f"/customers/{customer['id']}")

    await tenant.checkout()

    (newer,) = await stripe_standin.page("/customers")
    (session, _) = await stripe_standin.page("/checkout/sessions")
    assert session["customer"] == newer["id"] != customer["id"]


async def test_a_session_unknown_to_stripe_counts_as_expired(tenant: Tenant, database: Database) -> None:
    await tenant.checkout()
    async with database.transaction(tenant.account_id) as session:
        await session.execute(text("UPDATE billing.checkout SET stripe_session_id = 'cs_test_gone'"))

    await tenant.checkout()

    async with database.transaction(tenant.account_id) as session:
        statuses = await session.execute(text("SELECT status FROM billing.checkout ORDER BY created_at"))
        assert list(statuses.scalars()) == ["expired", "open"]
