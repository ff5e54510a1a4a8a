"""T1 and T2 where they begin: in identity's tables and at its tokens."""

import base64
import json
from datetime import timedelta

import asyncpg
import httpx2
import jwt
import pytest
from common.database import libpq_url
from common.http import Permission, Role, allows, route_permissions
from common.http.auth import TokenVerifier
from common.http.keys import JwksKeySource
from common.ids import new_id
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from identity.api import create_api
from identity.factory import ProcessContext
from identity.models import Base
from identity.tokens.issuer import TokenIssuer
from identity.tokens.keys import KeyRing
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

TABLES = [f'identity."{table.name}"' for table in Base.metadata.sorted_tables]


@pytest.mark.invariant("T1")
async def test_a_forgotten_where_returns_nothing_of_others(context, people, owner):
    other = await people.owner()
    await people.join(other, "MEMBER")
    count = "SELECT " + ", ".join(f"(SELECT count(*) FROM {table})" for table in TABLES)
    foreign = "SELECT " + " + ".join(
        f"(SELECT count(*) FROM {t} WHERE account_id <> '{owner.account_id}')" for t in TABLES
    )

    async with context.database.transaction() as session:
        assert set((await session.execute(text(count))).one()) == {0}
    async with context.database.transaction(owner.account_id) as session:
        assert (await session.execute(text(foreign))).scalar_one() == 0
        assert (await session.execute(text('SELECT count(*) FROM identity."user"'))).scalar_one() == 1
        changed = await session.execute(text('UPDATE identity."user" SET active = false'))
        assert changed.rowcount == 1


@pytest.mark.invariant("T1")
async def test_every_table_has_forced_row_security_and_none_belongs_to_the_runtime_role(database_server, database):
    connection = await asyncpg.connect(libpq_url(database_server.url))
    rows = await connection.fetch(
        "SELECT relname, relrowsecurity, relforcerowsecurity, pg_get_userbyid(relowner) AS owner FROM pg_class "
        "WHERE relnamespace = 'identity'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version'"
    )
    bypass = await connection.fetch(
        "SELECT rolname FROM pg_roles WHERE rolname LIKE 'identity%' AND (rolbypassrls OR rolsuper)"
    )
    await connection.close()

    assert {row["relname"] for row in rows} >= {table.name for table in Base.metadata.sorted_tables}
    assert all(row["relrowsecurity"] and row["relforcerowsecurity"] for row in rows)
    assert "identity" not in {row["owner"] for row in rows}
    assert bypass == []


@pytest.mark.invariant("T1")
async def test_a_row_of_another_account_can_not_be_written(context, people, owner):
    other = await people.owner()
    insert = text("INSERT INTO identity.audit_head (account_id, seq, hash) VALUES (:account, 0, '')")

    with pytest.raises(ProgrammingError, match="row-level security"):
        async with context.database.transaction(owner.account_id) as session:
            await session.execute(insert, {"account": other.account_id})


@pytest.mark.invariant("T1")
async def test_foreign_keys_between_tenant_rows_carry_the_account(database_server, database):
    connection = await asyncpg.connect(libpq_url(database_server.url))
    keys = await connection.fetch(
        "SELECT conrelid::regclass::text AS child, confrelid::regclass::text AS parent, array_length(conkey, 1) AS columns "
        "FROM pg_constraint WHERE contype = 'f' AND connamespace = 'identity'::regnamespace"
    )
    await connection.close()

    assert keys
    assert all(key["columns"] == (1 if key["parent"] == "identity.account" else 2) for key in keys)


@pytest.mark.invariant("T1")
async def test_another_services_role_sees_nothing_of_the_schema(database_server, database, owner):
    connection = await asyncpg.connect(libpq_url(database_server.url))
    try:
        await connection.execute(
            "DO $$ BEGIN CREATE ROLE content LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
        )
        await connection.execute("SET ROLE content")
        for statement in ("SELECT * FROM identity.account", f"SELECT * FROM identity.find_user('{owner.email}')"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.fetch(statement)
    finally:
        await connection.close()


@pytest.mark.invariant("T1")
async def test_what_is_found_before_the_account_is_known_is_ids_alone(context, owner):
    async with context.database.transaction() as session:
        found = (
            (await session.execute(text("SELECT * FROM identity.find_user(:e)"), {"e": owner.email})).mappings().one()
        )
    async with context.database.loop.transaction() as session:
        with pytest.raises(ProgrammingError, match="permission denied"):
            await session.execute(text("SELECT * FROM identity.find_user('x')"))

    assert {name: str(value) for name, value in found.items()} == {"account_id": owner.account_id, "user_id": owner.id}


def _token(context, person, **overrides):
    """Return a token of ours with some claims changed, signed with our key."""
    claims = jwt.decode(person.signed_in["access_token"], options={"verify_signature": False})
    headers = {"kid": context.keys.kid}
    return jwt.encode(claims | overrides, context.keys.signing, algorithm="EdDSA", headers=headers)


async def _me(http, token):
    return await http.get("/api/auth/me", headers={"Authorization": f"Bearer {token}"})


@pytest.mark.invariant("T2")
async def test_a_token_of_another_key_is_refused(http, context, owner):
    stranger = Ed25519PrivateKey.generate()
    claims = jwt.decode(owner.signed_in["access_token"], options={"verify_signature": False})
    for kid in (context.keys.kid, "unknown"):
        forged = jwt.encode(claims, stranger, algorithm="EdDSA", headers={"kid": kid})
        answer = await _me(http, forged)
        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")
        assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.invariant("T2")
async def test_a_token_without_signature_or_with_another_algorithm_is_refused(http, context, owner):
    claims = jwt.decode(owner.signed_in["access_token"], options={"verify_signature": False})
    part = lambda data: base64.urlsafe_b64encode(json.dumps(data).encode()).rstrip(b"=").decode()  # noqa: E731 - three uses in three lines
    unsigned = f"{part({'alg': 'none', 'kid': context.keys.kid})}.{part(claims)}."
    symmetric = jwt.encode(claims, context.keys.jwks()[0]["x"], algorithm="HS256", headers={"kid": context.keys.kid})
    head, body, _ = owner.signed_in["access_token"].split(".")

    for token in (unsigned, symmetric, f"{head}.{body}.", f"{head}.{body}", "x", "a.b.c"):
        assert (await _me(http, token)).status_code == 401


@pytest.mark.invariant("T2")
async def test_a_token_expires_after_fifteen_minutes(http, owner, clock):
    clock.advance(timedelta(minutes=14, seconds=59))
    assert (await owner.get("/api/auth/me")).status_code == 200
    clock.advance(timedelta(seconds=1))

    assert (await owner.get("/api/auth/me")).json()["code"] == "token_expired"


@pytest.mark.invariant("T2")
@pytest.mark.parametrize("claim", [{"aud": "other"}, {"iss": "other"}, {"role": "ROOT"}, {"acc": "1"}, {"exp": 2**63}])
async def test_a_token_that_is_not_quite_ours_is_refused(http, context, owner, claim):
    assert (await _me(http, _token(context, owner, **claim))).status_code == 401


@pytest.mark.invariant("T1", "T2")
async def test_header_and_body_can_not_choose_the_account(http, people, owner):
    other = await people.owner()
    headers = owner.headers | {"X-Account-Id": other.account_id}

    answer = await http.patch("/api/account?account_id=" + other.account_id, json={"name": "Mine"}, headers=headers)

    assert answer.json()["id"] == owner.account_id
    assert (await other.get("/api/account")).json()["name"] == "Harbour Bakery"


def _pem(key):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _public_pem(pem):
    key = load_pem_private_key(pem.encode(), None)
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.mark.invariant("T2")
async def test_keys_are_changed_without_signing_anybody_out(context, owner, clock, signing_pem):
    new_pem = _pem(Ed25519PrivateKey.generate())
    retired = {"token_signing_key": new_pem, "token_retired_keys": _public_pem(signing_pem)}
    settings = type(context.settings).model_validate(context.settings.model_dump() | retired)
    changed = ProcessContext.create(settings, clock)
    transport = httpx2.ASGITransport(app=create_api(changed))
    verifier = TokenVerifier(JwksKeySource("http://identity/.well-known/jwks.json", transport=transport), clock=clock)
    try:
        old = await verifier.verify(owner.signed_in["access_token"])
        issued = changed.issuer.issue(
            account_id=old.account_id, user_id=old.user_id, session_id=old.session_id, role=Role.OWNER
        )
        new = await verifier.verify(issued.token)
        async with httpx2.AsyncClient(transport=transport, base_url="http://identity") as http:
            own = await _me(http, owner.signed_in["access_token"])
    finally:
        await verifier.close()
        await changed.close()

    assert jwt.get_unverified_header(issued.token)["kid"] == KeyRing.load(new_pem).kid != context.keys.kid
    assert (new.user_id, str(new.account_id)) == (old.user_id, owner.account_id)
    assert own.status_code == 200


@pytest.mark.invariant("T2")
async def test_each_route_refuses_each_role_without_its_permission(http, api, context):
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
async def test_a_role_that_may_gets_past_the_door(http, api, context):
    """The counterpart: with the permission, it is the ended session that is refused, on every route."""
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


def test_public_routes_are_just_these(api):
    assert {where for where, permissions in route_permissions(api).items() if permissions is None} == {
        ("POST", "/api/auth/signup"),
        ("POST", "/api/auth/login"),
        ("POST", "/api/auth/refresh"),
        ("POST", "/api/auth/invitations/accept"),
        ("GET", "/.well-known/jwks.json"),
    }
