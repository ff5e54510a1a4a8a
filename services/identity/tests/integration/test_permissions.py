"""Permissions: each route with each role."""

import httpx2
import pytest
from common.auth import Permission, Role, allows
from common.http import route_permissions
from common.ids import new_id
from fastapi import FastAPI
from identity.factory import ProcessContext
from identity.tokens.service import TokenIssuer


@pytest.mark.invariant("T2")
async def test_each_route_rejects_each_role_without_its_permission(
    http: httpx2.AsyncClient, api: FastAPI, context: ProcessContext
) -> None:
    issuer: TokenIssuer = context.issuer
    refused = 0
    for (method, path), permissions in route_permissions(api).items():
        if permissions is None:
            continue
        url = path.replace("{", "").replace("}", "")
        assert (await http.request(method, url)).status_code == 401, (method, path)
        for role in Role:
            if all(allows(role, Permission(permission)) for permission in permissions):
                continue
            token = issuer.issue(account_id=new_id(), user_id=new_id(), session_id=new_id(), role=role).token
            answer = await http.request(method, url, headers={"Authorization": f"Bearer {token}"})
            assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), (method, path, role)
            refused += 1
    assert refused >= 8


@pytest.mark.invariant("T2")
async def test_a_role_with_the_permission_passes_the_check(
    http: httpx2.AsyncClient, api: FastAPI, context: ProcessContext
) -> None:
    """With the permission, every route rejects the ended session instead."""
    for (method, path), permissions in route_permissions(api).items():
        for role in Role:
            if permissions is None or not all(allows(role, Permission(permission)) for permission in permissions):
                continue
            token = context.issuer.issue(account_id=new_id(), user_id=new_id(), session_id=new_id(), role=role).token
            url = path.replace("{user_id}", str(new_id())).replace("{session_id}", str(new_id()))
            url = url.replace("{invitation_id}", str(new_id()))
            bodies = {
                "/api/auth/password": {"current_password": "quiet harbour", "new_password": "another harbour"},
                "/api/auth/invitations": {"email": "a@example.com", "role": "MEMBER"},
                "/api/account": {"name": "x"},
                "/api/users/{user_id}": {"active": False},
            }
            body = bodies.get(path) if method in {"POST", "PATCH"} else None
            answer = await http.request(method, url, json=body, headers={"Authorization": f"Bearer {token}"})
            assert (answer.status_code, answer.json()["code"]) == (401, "session_ended"), (method, path, role)


def test_public_routes(api: FastAPI) -> None:
    assert {where for where, permissions in route_permissions(api).items() if permissions is None} == {
        ("POST", "/api/auth/signup"),
        ("POST", "/api/auth/login"),
        ("POST", "/api/auth/refresh"),
        ("POST", "/api/auth/invitations/accept"),
        ("GET", "/.well-known/jwks.json"),
    }
