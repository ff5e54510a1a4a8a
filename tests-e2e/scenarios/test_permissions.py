"""Each operation requires what its document says, from every caller."""

import re
import uuid
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from common.auth import Permission, Role
from common.auth.permissions import allows

from .customer import Customer
from .problems import problem_of
from .users import invited

pytestmark = pytest.mark.asyncio(loop_scope="session")

_KNOWN = {"month": "2026-12", "platform": "FACEBOOK"}


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, list[str] | None]]:
    """Yield (method, path with unknown ids, permissions or None for a public one)."""
    for template, methods in document["paths"].items():
        path = re.sub(r"{(\w+)}", lambda found: _KNOWN.get(found[1], str(uuid.uuid4())), template)
        for method, operation in methods.items():
            yield method.upper(), path, operation.get("x-permission")


@pytest.mark.invariant("T2")
async def test_without_a_token_only_public_operations_respond(
    shared_customer: Customer, openapi: dict[str, Any]
) -> None:
    closed = [(method, path) for method, path, permissions in operations(openapi) if permissions is not None]
    assert len(closed) > 40
    for method, path in closed:
        response = await shared_customer.send(method, path, headers={"Authorization": ""})
        assert (method, path, response.status_code) == (method, path, httpx2.codes.UNAUTHORIZED)
        problem_of(response)
        assert response.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(("role", "refused"), [(Role.ADMIN, 3), (Role.MEMBER, 15)])
async def test_a_role_is_refused_operations_beyond_its_permissions(
    newcomer: Customer, openapi: dict[str, Any], role: Role, refused: int
) -> None:
    headers = {"Authorization": f"Bearer {await invited(newcomer, role)}"}
    count = 0
    for method, path, permissions in operations(openapi):
        if permissions is None or path == "/api/auth/logout":
            continue
        may = all(allows(role, Permission(permission)) for permission in permissions)
        response = await newcomer.send(method, path, headers=headers, json={} if method != "GET" else None)
        assert (response.status_code == httpx2.codes.FORBIDDEN) != may, f"{role} {method} {path}: {response.text[:200]}"
        if not may:
            count += 1
            assert problem_of(response)["code"] == "forbidden"
    assert count >= refused


async def test_only_an_owner_can_create_owners(newcomer: Customer) -> None:
    headers = {"Authorization": f"Bearer {await invited(newcomer, Role.ADMIN)}"}
    wanted = {"email": "second@team.example", "role": "OWNER"}
    response = await newcomer.send("POST", "/api/auth/invitations", headers=headers, json=wanted)
    taken = await newcomer.send("PATCH", f"/api/users/{newcomer.user_id}", headers=headers, json={"role": "MEMBER"})
    assert (response.status_code, taken.status_code) == (403, 403)
