"""The schedule in calendar programs, which have an address and can't sign in."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from common.database import Database
from common.ids import new_id
from pulseworks_contracts import AuditRecorded, UserChanged, UserChangedData
from sqlalchemy import text
from testing import ManualClock, emitted

DAY = timedelta(days=1)


async def new_address(tenant: Any) -> str:
    """Return the path of a new secret address."""
    url: str = (await tenant.post("/calendar", status=201))["url"]
    return url


def summaries(calendar: str) -> list[str]:
    lines = calendar.replace("\r\n ", "").split("\r\n")
    return [line.removeprefix("SUMMARY:") for line in lines if line.startswith("SUMMARY:")]


async def test_the_calendar_shows_the_status_of_each_post(tenant: Any, clock: ManualClock) -> None:
    """Users of Buffer, Postiz and Mixpost request such a feed (Postiz #236, #718, #1780)."""
    names = ("queued", "parked", "published", "failed", "unknown", "cancelled")
    items = {}
    for day, name in enumerate(names, 1):
        content_id = await tenant.approve(text=name)
        items[name] = await tenant.schedule(clock.now() + day * DAY, content_id)
    await tenant.post(f"/{items['parked']}/pause")
    await tenant.post(f"/{items['cancelled']}/cancel")
    for name in ("published", "failed", "unknown"):
        await tenant.outcome(items[name], name, revision=1)

    response = await tenant.request("GET", "/calendar.ics")

    assert response.status_code == 200
    assert response.headers["content-type"] == "text/calendar; charset=utf-8"
    assert summaries(response.text) == [
        "Facebook: queued",
        "Held back: Facebook: parked",
        "Facebook: published",
        "Not posted: Facebook: failed",
        "Unconfirmed: Facebook: unknown",
    ]
    for name in names[:-1]:
        assert f"UID:{items[name]}@pulseworks\r\n" in response.text
    assert "URL:https://facebook.example/1\r\n" in response.text
    assert "X-WR-CALNAME:Posts of Harbour Dental\r\n" in response.text
    assert "This post is paused." in response.text


async def test_a_secret_address_returns_the_same_calendar_without_a_token(tenant: Any, clock: ManualClock) -> None:
    await tenant.schedule(clock.now() + DAY)
    path = await new_address(tenant)

    shown = await tenant.http.get(path)

    assert shown.status_code == 200
    assert shown.text == (await tenant.request("GET", "/calendar.ics")).text
    assert (shown.headers["cache-control"], shown.headers["x-content-type-options"]) == ("private, no-cache", "nosniff")


async def test_an_unchanged_calendar_is_not_sent_again(tenant: Any, clock: ManualClock) -> None:
    item_id = await tenant.schedule(clock.now() + DAY)
    path = await new_address(tenant)
    tag = (await tenant.http.get(path)).headers["etag"]

    unchanged = await tenant.http.get(path, headers={"If-None-Match": tag})
    await tenant.post(f"/{item_id}/pause")
    changed = await tenant.http.get(path, headers={"If-None-Match": tag})

    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert changed.status_code == 200


async def test_an_address_opens_one_account_s_calendar_and_nothing_else(
    tenant: Any, new_tenant: Callable[[], Any], clock: ManualClock
) -> None:
    other = await new_tenant().ready()
    await tenant.schedule(clock.now() + DAY)
    await other.schedule(clock.now() + DAY, await other.approve(text="Theirs"))
    mine, theirs = await new_address(tenant), await new_address(other)

    assert summaries((await tenant.http.get(mine)).text) == ["Facebook: Open late on Thursdays"]
    assert summaries((await tenant.http.get(theirs)).text) == ["Facebook: Theirs"]
    token = mine.rpartition("/")[2].removesuffix(".ics")
    for path in (f"{mine}/x", f"/api/schedule/{token}", f"/api/schedule?token={token}"):
        assert (await tenant.http.get(path)).status_code in {401, 404}
    signed = await tenant.http.get("/api/schedule", headers={"Authorization": f"Bearer {token}"})
    assert signed.status_code == 401


async def test_a_new_address_replaces_the_previous_one_and_can_be_deleted(tenant: Any) -> None:
    assert (await tenant.request("GET", "/calendar")).json()["code"] == "calendar_not_found"
    first = await new_address(tenant)
    second = await new_address(tenant)

    assert [(await tenant.http.get(path)).status_code for path in (first, second)] == [404, 200]
    assert set(await tenant.get("/calendar")) == {"created_at", "created_by"}

    for _ in range(2):
        assert (await tenant.request("DELETE", "/calendar")).status_code == 204
    assert (await tenant.http.get(second)).json()["code"] == "calendar_not_found"
    actions = [record.data.event_type for record in await emitted(tenant.context.database, AuditRecorded)]
    assert actions == ["CALENDAR_ADDRESS_CREATED"] * 2 + ["CALENDAR_ADDRESS_ENDED"]


@pytest.mark.parametrize("token", ["", "x", "a" * 43, "a" * 100, "%27%20OR%20true--"])
async def test_a_guessed_address_is_not_found(tenant: Any, token: str) -> None:
    await new_address(tenant)

    assert (await tenant.http.get(f"/api/schedule/calendar/{token}.ics")).status_code == 404


async def test_the_address_is_stored_nowhere(tenant: Any, database: Database) -> None:
    """Not as the stored response of a request with an Idempotency-Key either."""
    response = await tenant.request("POST", "/calendar", **{"Idempotency-Key": "k1"})
    token = response.json()["url"].rpartition("/")[2].removesuffix(".ics")

    async with database.transaction(tenant.account_id) as session:
        for table in ("calendar_feed", "idempotency_key", "outbox"):
            rows = (await session.execute(text(f"SELECT * FROM scheduler.{table}"))).all()
            assert token not in repr(rows)
            assert token.encode() not in b"".join(bytes(v) for row in rows for v in row if isinstance(v, bytes))
        assert len((await session.execute(text("SELECT 1 FROM scheduler.calendar_feed"))).all()) == 1


@pytest.mark.invariant("T1")
async def test_without_an_account_only_a_valid_token_finds_one(tenant: Any, database: Database) -> None:
    await new_address(tenant)

    async with database.transaction() as session:
        nothing = await session.scalar(text("SELECT scheduler.account_of_calendar_feed('\\x00'::bytea)"))
        rows = (await session.execute(text("SELECT 1 FROM scheduler.calendar_feed"))).all()

    assert (nothing, rows) == (None, [])


async def test_the_address_is_complete_if_the_public_url_is_set(tenant: Any) -> None:
    settings = tenant.context.settings.model_copy(update={"public_api_url": "https://api.example"})
    tenant.context.settings = settings

    url = await new_address(replace(tenant))

    assert url.startswith("https://api.example/api/schedule/calendar/")


async def test_the_calendar_ends_90_days_back(tenant: Any, clock: ManualClock) -> None:
    await tenant.schedule(clock.now() + DAY)

    clock.advance(90 * DAY)
    assert len(summaries((await tenant.request("GET", "/calendar.ics")).text)) == 1
    clock.advance(2 * DAY)
    assert summaries((await tenant.request("GET", "/calendar.ics")).text) == []


def changed(tenant: Any, revision: int, role: str, *, active: bool = True, user_id: Any = None) -> UserChanged:
    data = UserChangedData(revision=revision, user_id=user_id or tenant.user_id, role=role, active=active)
    return UserChanged(account_id=tenant.account_id, subject=str(data.user_id), data=data)


LOST = [("MEMBER", True, "role_changed"), ("OWNER", False, "deactivated"), ("OF_TOMORROW", True, "role_changed")]


@pytest.mark.parametrize(("role", "active", "reason"), LOST)
async def test_a_secret_address_ends_with_its_makers_right(
    tenant: Any, database: Database, role: str, reason: str, *, active: bool
) -> None:
    address = await new_address(tenant)

    await tenant.receive(changed(tenant, 2, role, active=active))

    assert (await tenant.http.get(address)).status_code == 404
    entry = (await emitted(database, AuditRecorded))[-1]
    assert (entry.data.event_type, entry.data.metadata["reason"]) == ("CALENDAR_ADDRESS_ENDED", reason)


@pytest.mark.parametrize(("role", "active", "reason"), LOST)
async def test_a_right_that_was_lost_meanwhile_makes_no_address(
    tenant: Any, role: str, reason: str, *, active: bool
) -> None:
    """The access token of such a request says otherwise until it is revoked."""
    await tenant.receive(changed(tenant, 2, role, active=active))

    refused = await tenant.post("/calendar", status=403)

    assert refused["code"] == "forbidden"
    await tenant.receive(changed(tenant, 3, "ADMIN"))
    assert (await tenant.http.get(await new_address(tenant))).status_code == 200


async def test_a_secret_address_outlives_what_does_not_concern_its_maker(tenant: Any) -> None:
    await tenant.receive(changed(tenant, 4, "OWNER"))
    address = await new_address(tenant)

    await tenant.receive(changed(tenant, 3, "MEMBER"))
    await tenant.receive(changed(tenant, 5, "ADMIN"))
    await tenant.receive(changed(tenant, 2, "MEMBER", active=False, user_id=new_id()))

    assert (await tenant.http.get(address)).status_code == 200
