"""Failed sign-ins reach the audit log and a metric, and take the same time whether the address has a user or not."""

from datetime import timedelta
from uuid import UUID

import httpx2
import pytest
from common.due import DueRow, Settled
from common.ids import new_id
from identity.factory import ProcessContext
from identity.failed_sign_ins.jobs import FailedSignInWriter
from prometheus_client import REGISTRY
from sqlalchemy import event, text
from testing import ManualClock

from .conftest import People, Person

WRONG = "not this one at all"


async def fail(http: httpx2.AsyncClient, email: str) -> None:
    answer = await http.post("/api/auth/login", json={"email": email, "password": WRONG})
    assert answer.status_code == 401


async def write_entries(context: ProcessContext) -> int:
    """Run the due loop's work on all rows, due or not; return their number."""
    async with context.database.cross_account.transaction() as session:
        rows = (await session.execute(text("SELECT id, account_id, due_at FROM identity.failed_sign_in"))).all()
    for row in rows:
        claimed = DueRow(row.id, row.account_id, row.due_at, row.due_at, 1, new_id(), redelivered=False)
        assert isinstance(await FailedSignInWriter(context).run(claimed), Settled)
    return len(rows)


async def test_failures_of_some_minutes_are_one_entry(
    http: httpx2.AsyncClient, context: ProcessContext, clock: ManualClock, owner: Person
) -> None:
    first = clock.now()
    for _ in range(3):
        await fail(http, owner.email)
        clock.advance(timedelta(seconds=10))

    assert await write_entries(context) == 1
    assert await write_entries(context) == 0

    (entry,) = (await owner.get("/api/audit", params={"event_type": "SIGN_IN_FAILED"})).json()["items"]
    assert (entry["entity_type"], entry["entity_id"], entry["user_id"]) == ("user", owner.id, None)
    last = first + timedelta(seconds=20)
    assert entry["metadata"] == {"failures": 3, "first_at": first.isoformat(), "last_at": last.isoformat()}
    assert (await owner.get("/api/audit/verify")).json()["valid"] is True


async def test_a_row_that_two_runs_claim_is_written_once(
    http: httpx2.AsyncClient, context: ProcessContext, owner: Person
) -> None:
    await fail(http, owner.email)
    async with context.database.cross_account.transaction() as session:
        row = (await session.execute(text("SELECT id, account_id, due_at FROM identity.failed_sign_in"))).one()
    claimed = DueRow(row.id, row.account_id, row.due_at, row.due_at, 1, new_id(), redelivered=False)
    for _ in range(2):
        await FailedSignInWriter(context).run(claimed)

    assert len((await owner.get("/api/audit", params={"event_type": "SIGN_IN_FAILED"})).json()["items"]) == 1


async def test_an_entry_belongs_to_the_account_of_the_address(
    http: httpx2.AsyncClient, context: ProcessContext, people: People, owner: Person
) -> None:
    other = await people.owner()
    await fail(http, other.email)
    await fail(http, "nobody@example.com")
    await write_entries(context)

    assert (await owner.get("/api/audit", params={"event_type": "SIGN_IN_FAILED"})).json()["items"] == []
    assert len((await other.get("/api/audit", params={"event_type": "SIGN_IN_FAILED"})).json()["items"]) == 1


async def test_a_known_and_an_unknown_address_run_the_same_statements(
    http: httpx2.AsyncClient, context: ProcessContext, owner: Person
) -> None:
    statements: dict[str, list[str]] = {}
    current = ""

    def record(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements[current].append(" ".join(statement.split()))

    event.listen(context.database.engine.sync_engine, "before_cursor_execute", record)
    for current in (owner.email, "nobody@example.com"):
        statements[current] = []
        await fail(http, current)
    event.remove(context.database.engine.sync_engine, "before_cursor_execute", record)

    assert statements[owner.email] == statements["nobody@example.com"]


async def test_a_wrong_current_password_counts_as_a_failure(context: ProcessContext, owner: Person) -> None:
    body = {"current_password": WRONG, "new_password": "a different harbour"}
    assert (await owner.post("/api/auth/password", json=body)).status_code == 422
    await write_entries(context)

    assert len((await owner.get("/api/audit", params={"event_type": "SIGN_IN_FAILED"})).json()["items"]) == 1


@pytest.mark.parametrize("outcome", ["signed_in", "failed", "limited"])
async def test_attempts_are_counted_by_outcome(http: httpx2.AsyncClient, owner: Person, outcome: str) -> None:
    def value() -> float:
        return REGISTRY.get_sample_value("pulseworks_sign_ins_total", {"outcome": outcome}) or 0.0

    before = value()
    if outcome == "signed_in":
        await http.post("/api/auth/login", json={"email": owner.email, "password": owner.password})
    else:
        for _ in range(5 if outcome == "failed" else 6):
            await http.post("/api/auth/login", json={"email": owner.email, "password": WRONG})

    assert value() - before == {"signed_in": 1, "failed": 5, "limited": 1}[outcome]


async def test_a_row_becomes_due_five_minutes_after_its_first_failure(
    http: httpx2.AsyncClient, context: ProcessContext, clock: ManualClock, owner: Person
) -> None:
    due = clock.now() + timedelta(minutes=5)
    await fail(http, owner.email)
    clock.advance(timedelta(minutes=1))
    await fail(http, owner.email)

    async with context.transaction(UUID(owner.account_id)) as factory:
        row = (await factory.session.execute(text("SELECT failures, due_at FROM identity.failed_sign_in"))).one()
    assert (row.failures, row.due_at) == (2, due)
