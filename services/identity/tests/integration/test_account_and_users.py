import asyncio

import httpx2
import pytest
from common.auth import Role
from identity.factory import ProcessContext
from pulseworks_contracts import AccountUpdated, SessionRevoked, UserChanged
from testing import assert_emitted, emitted

from .conftest import People, Person


async def test_a_changed_account_is_published_with_the_next_revision(context: ProcessContext, owner: Person) -> None:
    answer = await owner.patch("/api/account", json={"timezone": "Europe/Berlin", "website_url": "https://b.example"})

    assert answer.json()["timezone"] == "Europe/Berlin"
    event = await assert_emitted(context.database, AccountUpdated)
    assert (event.data.revision, event.data.name, event.data.timezone) == (2, "Harbour Bakery", "Europe/Berlin")
    entry = (await owner.get("/api/audit")).json()["items"][0]
    assert entry["metadata"]["from"] == {"timezone": "Pacific/Auckland", "website_url": None}


async def test_the_website_can_be_removed_but_not_the_name(owner: Person) -> None:
    await owner.patch("/api/account", json={"website_url": "https://b.example"})

    assert (await owner.patch("/api/account", json={"website_url": None})).json()["website_url"] is None
    assert (await owner.patch("/api/account", json={"name": None})).status_code == 422
    assert (await owner.patch("/api/account", json={"plan": "FREE"})).status_code == 422


async def test_an_unchanged_account_emits_no_event(context: ProcessContext, owner: Person) -> None:
    answer = await owner.patch("/api/account", json={"name": "Harbour Bakery"})

    assert answer.json()["revision"] == 1
    assert await emitted(context.database, AccountUpdated) == []


async def test_concurrent_changes_get_distinct_revisions(context: ProcessContext, owner: Person) -> None:
    names = [f"Bakery {n}" for n in range(5)]

    await asyncio.gather(*(owner.patch("/api/account", json={"name": name}) for name in names))

    events = await emitted(context.database, AccountUpdated)
    assert sorted(event.data.revision for event in events) == [2, 3, 4, 5, 6]
    assert (await owner.get("/api/audit/verify")).json()["valid"] is True


async def test_a_changed_role_ends_the_users_sessions(context: ProcessContext, people: People, owner: Person) -> None:
    member = await people.join(owner, Role.MEMBER)

    answer = await owner.patch(f"/api/users/{member.id}", json={"role": "ADMIN"})

    assert answer.json()["role"] == "ADMIN"
    event = await assert_emitted(context.database, SessionRevoked)
    assert (str(event.data.user_id), event.data.reason) == (member.id, "role_changed")
    assert (await member.get("/api/auth/me")).status_code == 401
    assert (await people.login(member.email)).signed_in["user"]["role"] == "ADMIN"


async def test_a_deactivated_user_is_signed_out_and_can_be_reactivated(
    http: httpx2.AsyncClient, context: ProcessContext, people: People, owner: Person
) -> None:
    member = await people.join(owner, Role.MEMBER)

    await owner.patch(f"/api/users/{member.id}", json={"active": False})
    refreshed = await http.post("/api/auth/refresh", json={"refresh_token": member.signed_in["refresh_token"]})
    await owner.patch(f"/api/users/{member.id}", json={"active": True})

    assert refreshed.status_code == 401
    assert (await assert_emitted(context.database, SessionRevoked)).data.reason == "deactivated"
    await people.login(member.email)
    kinds = [entry["event_type"] for entry in (await owner.get("/api/audit?entity_type=user")).json()["items"]]
    assert kinds[:3] == ["USER_SIGNED_IN", "USER_REACTIVATED", "USER_DEACTIVATED"]


async def test_other_services_learn_of_every_change_of_a_user(
    context: ProcessContext, people: People, owner: Person
) -> None:
    """Also if the user has no session, whose end would tell them."""
    member = await people.join(owner, Role.MEMBER)
    await member.post("/api/auth/logout")
    for change in ({"role": "ADMIN"}, {"role": "ADMIN"}, {"active": False}, {"role": "MEMBER", "active": True}):
        assert (await owner.patch(f"/api/users/{member.id}", json=change)).status_code == 200

    events = await emitted(context.database, UserChanged)

    assert {event.subject for event in events} == {member.id}
    assert [(event.data.revision, event.data.role, event.data.active) for event in events] == [
        (2, "ADMIN", True),
        (3, "ADMIN", False),
        (4, "MEMBER", True),
    ]


async def test_the_last_owner_can_not_be_removed(people: People, owner: Person) -> None:
    for change in ({"role": "ADMIN"}, {"active": False}):
        refused = await owner.patch(f"/api/users/{owner.id}", json=change)
        assert (refused.status_code, refused.json()["code"]) == (409, "last_owner")
    second = await people.join(owner, Role.OWNER)

    assert (await second.patch(f"/api/users/{owner.id}", json={"role": "MEMBER"})).status_code == 200
    assert (await second.patch(f"/api/users/{second.id}", json={"role": "ADMIN"})).json()["code"] == "last_owner"


async def test_concurrent_demotions_leave_one_owner(people: People, owner: Person) -> None:
    second = await people.join(owner, Role.OWNER)

    answers = await asyncio.gather(
        owner.patch(f"/api/users/{second.id}", json={"role": "MEMBER"}),
        second.patch(f"/api/users/{owner.id}", json={"role": "MEMBER"}),
    )

    assert [answer.status_code for answer in answers].count(200) == 1


async def test_an_admin_manages_everyone_except_owners(people: People, owner: Person) -> None:
    admin, member = await people.join(owner, Role.ADMIN), await people.join(owner, Role.MEMBER)
    member_path = f"/api/users/{member.id}"

    assert (await admin.patch(f"/api/users/{owner.id}", json={"active": False})).json()["code"] == "owner_only"
    assert (await admin.patch(member_path, json={"role": "OWNER"})).json()["code"] == "owner_only"
    assert (await admin.patch(member_path, json={"role": "ADMIN"})).status_code == 200
    assert (await admin.patch(member_path, json={})).status_code == 422


async def test_users_are_paginated(people: People, owner: Person) -> None:
    members = [await people.join(owner, Role.MEMBER) for _ in range(3)]

    first = (await owner.get("/api/users?limit=2")).json()
    second = (await owner.get(f"/api/users?limit=2&cursor={first['next_cursor']}")).json()

    assert [u["id"] for u in first["items"] + second["items"]] == [owner.id, *(m.id for m in members)]
    assert second["next_cursor"] is None
    assert (await owner.get("/api/users?cursor=nonsense")).status_code == 422


@pytest.mark.invariant("T1")
async def test_a_user_of_another_account_is_not_found(people: People, owner: Person) -> None:
    stranger = await people.owner()

    answer = await owner.patch(f"/api/users/{stranger.id}", json={"active": False})

    assert (answer.status_code, answer.json()["code"]) == (404, "user_not_found")
    assert (await stranger.get("/api/auth/me")).status_code == 200
