"""No user gives, changes, withdraws or replaces a role above their own."""

import asyncio
import itertools
from uuid import UUID

import asyncpg
import httpx2
import pytest
from common.auth import Role
from common.database import libpq_url
from identity.factory import ProcessContext
from testing.servers import DatabaseServer

from .conftest import PASSWORD, People, Person

MANAGERS = [Role.OWNER, Role.ADMIN]
CASES = list(itertools.product(MANAGERS, Role, Role))


def outcome(allowed: bool, status: int) -> tuple[int, str | None]:
    return (status, None) if allowed else (403, "owner_only")


def result(answer: httpx2.Response) -> tuple[int, str | None]:
    return answer.status_code, answer.json()["code"] if answer.is_error else None


async def invite(person: Person, role: Role) -> httpx2.Response:
    return await person.post("/api/auth/invitations", json={"email": "new@example.com", "role": role})


@pytest.fixture
async def managers(people: People, owner: Person) -> dict[Role, Person]:
    return {Role.OWNER: await people.join(owner, Role.OWNER), Role.ADMIN: await people.join(owner, Role.ADMIN)}


@pytest.mark.parametrize(("manager", "invited", "wanted"), CASES)
async def test_an_invitation_is_created_replaced_and_withdrawn_by_roles_that_are_not_below_it(
    http: httpx2.AsyncClient,
    owner: Person,
    managers: dict[Role, Person],
    manager: Role,
    invited: Role,
    wanted: Role,
) -> None:
    actor = managers[manager]
    replaces = not (invited.is_above(manager) or wanted.is_above(manager))
    token = (await invite(owner, invited)).json()["token"]

    replaced = await invite(actor, wanted)

    assert result(replaced) == outcome(replaces, 201)
    (left,) = (await owner.get("/api/auth/invitations")).json()["items"]
    assert left["role"] == (wanted if replaces else invited)
    withdrawn = await actor.delete(f"/api/auth/invitations/{left['id']}")
    assert result(withdrawn) == outcome(not Role(left["role"]).is_above(manager), 204)
    body = {"token": replaced.json()["token"] if replaces else token, "password": PASSWORD}
    accepted = await http.post("/api/auth/invitations/accept", json=body)
    assert accepted.status_code == (404 if withdrawn.is_success else 201)


@pytest.mark.parametrize(("manager", "current", "wanted"), CASES)
async def test_a_user_is_changed_by_roles_that_are_not_below_theirs(
    people: People, owner: Person, managers: dict[Role, Person], manager: Role, current: Role, wanted: Role
) -> None:
    actor, user = managers[manager], await people.join(owner, current)
    changes = not (current.is_above(manager) or wanted.is_above(manager))

    changed = await actor.patch(f"/api/users/{user.id}", json={"role": wanted})

    assert result(changed) == outcome(changes, 200) or current is wanted
    now = wanted if changes else current
    for active in (False, True):
        answer = await actor.patch(f"/api/users/{user.id}", json={"active": active})
        # nothing changes if the user was not deactivated
        assert result(answer) == outcome(not now.is_above(manager) or active, 200)


async def test_replacing_an_invitation_is_audited(owner: Person) -> None:
    await invite(owner, Role.ADMIN)
    await invite(owner, Role.MEMBER)

    log = (await owner.get("/api/audit")).json()["items"]
    assert [entry["event_type"] for entry in log[:3]] == ["USER_INVITED", "INVITATION_WITHDRAWN", "USER_INVITED"]


@pytest.mark.parametrize("action", ["invite", "withdraw", "promote"])
async def test_a_role_that_is_being_taken_away_can_not_be_used_meanwhile(
    context: ProcessContext, database_server: DatabaseServer, people: People, owner: Person, action: str
) -> None:
    """An invitation from a demoted owner would otherwise outlive the demotion."""
    demoted, member = await people.join(owner, Role.OWNER), await people.join(owner, Role.MEMBER)
    invited = (await invite(owner, Role.OWNER)).json()
    requests = {
        "invite": lambda: invite(demoted, Role.OWNER),
        "withdraw": lambda: demoted.delete(f"/api/auth/invitations/{invited['id']}"),
        "promote": lambda: demoted.patch(f"/api/users/{member.id}", json={"role": "OWNER"}),
    }
    principal = await owner.principal(context)

    async with context.transaction(principal.account_id) as factory:
        await factory.memberships().change(principal, UUID(demoted.id), role=Role.MEMBER, active=None)
        request = asyncio.create_task(requests[action]())
        await _until_blocked(database_server)
    answer = await request

    assert (answer.status_code, answer.json()["code"]) == (401, "session_ended")
    left = (await owner.get("/api/auth/invitations")).json()["items"]
    assert [invitation["id"] for invitation in left] == [invited["id"]]


async def _until_blocked(server: DatabaseServer) -> None:
    connection = await asyncpg.connect(libpq_url(server.url))
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    async with asyncio.timeout(10):
        while not await connection.fetchval(waiting):
            await asyncio.sleep(0.01)
    await connection.close()
