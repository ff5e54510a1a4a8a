"""Identity over HTTP in the test process, with its own PostgreSQL and a manual clock."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest
from common.auth import Principal, Role
from common.database import Database
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from fastapi import FastAPI
from identity.api import create_api
from identity.factory import ProcessContext
from identity.passwords.service import PasswordHashing
from identity.settings import IdentitySettings
from testing import ManualClock
from testing.apps import app_of
from testing.servers import DatabaseServer

PASSWORD = "quiet harbour lamp"
_numbers = itertools.count(1)


def client_at(address: str) -> dict[str, str]:
    """Return the headers by which the gateway names a client's address."""
    return {"X-Forwarded-For": address, "X-Client-Address": address}


def private_pem() -> str:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.fixture(scope="session")
def signing_pem() -> str:
    return private_pem()


@pytest.fixture
def settings(database: Database, database_server: DatabaseServer, signing_pem: str) -> IdentitySettings:
    return IdentitySettings.model_validate(
        {
            "database_url": database_server.runtime_url("identity"),
            "amqp_url": "amqp://127.0.0.1:1/",
            "token_signing_key": signing_pem,
        }
    )


@asynccontextmanager
async def process(settings: IdentitySettings, clock: ManualClock) -> AsyncIterator[ProcessContext]:
    """Create the context of one process."""
    created = ProcessContext.create(settings, clock)
    created.passwords.close()
    # A thousandth of the real cost; `real_hashing` restores it for the tests that need it.
    created.passwords = PasswordHashing(memory_kib=64, iterations=1)
    await created.keys.ring()
    yield created
    await created.close()


@pytest.fixture
async def context(settings: IdentitySettings, clock: ManualClock) -> AsyncIterator[ProcessContext]:
    async with process(settings, clock) as created:
        yield created


@pytest.fixture
async def other_context(settings: IdentitySettings, clock: ManualClock) -> AsyncIterator[ProcessContext]:
    """Another replica: a process context with its own connections to the same database."""
    async with process(settings, clock) as created:
        yield created


@pytest.fixture
def real_hashing(context: ProcessContext) -> None:
    context.passwords.close()
    context.passwords = PasswordHashing()


@pytest.fixture
def api(context: ProcessContext) -> FastAPI:
    return app_of(create_api, context)


@asynccontextmanager
async def client_of(api: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=api)
    async with httpx2.AsyncClient(transport=transport, base_url="http://identity") as client:
        yield client


@pytest.fixture
async def http(api: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    async with client_of(api) as client:
        yield client


@pytest.fixture
async def other_http(other_context: ProcessContext) -> AsyncIterator[httpx2.AsyncClient]:
    async with client_of(create_api(other_context)) as client:
        yield client


@dataclass
class Person:
    """A signed-in user."""

    http: httpx2.AsyncClient
    email: str
    signed_in: dict[str, Any]
    password: str = PASSWORD
    headers: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.headers = {"Authorization": f"Bearer {self.signed_in['access_token']}"}

    @property
    def id(self) -> str:
        return str(self.signed_in["user"]["id"])

    @property
    def account_id(self) -> str:
        return str(self.signed_in["account"]["id"])

    async def request(self, method: str, path: str, **kwargs: Any) -> httpx2.Response:
        headers = self.headers | kwargs.pop("headers", {})
        return await self.http.request(method, path, headers=headers, **kwargs)

    async def get(self, path: str, **kwargs: Any) -> httpx2.Response:
        return await self.request("GET", path, **kwargs)

    async def post(self, path: str, **kwargs: Any) -> httpx2.Response:
        return await self.request("POST", path, **kwargs)

    async def patch(self, path: str, **kwargs: Any) -> httpx2.Response:
        return await self.request("PATCH", path, **kwargs)

    async def delete(self, path: str, **kwargs: Any) -> httpx2.Response:
        return await self.request("DELETE", path, **kwargs)

    async def principal(self, context: ProcessContext) -> Principal:
        return await context.token_verifier.verify(self.signed_in["access_token"])


class People:
    """Creates users by sign-up and invitation."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._http = http

    async def owner(self, **fields: Any) -> Person:
        email = fields.pop("email", f"owner{next(_numbers)}@example.com")
        body = {"email": email, "password": PASSWORD, "account_name": "Harbour Bakery"} | fields
        answer = await self._http.post("/api/auth/signup", json=body)
        assert answer.status_code == 201, answer.text
        return Person(self._http, email, answer.json(), body["password"])

    async def join(self, inviter: Person, role: Role) -> Person:
        email = f"{role.lower()}{next(_numbers)}@example.com"
        invited = await inviter.post("/api/auth/invitations", json={"email": email, "role": role})
        assert invited.status_code == 201, invited.text
        body = {"token": invited.json()["token"], "password": PASSWORD}
        answer = await self._http.post("/api/auth/invitations/accept", json=body)
        assert answer.status_code == 201, answer.text
        return Person(self._http, email, answer.json())

    async def login(self, email: str, password: str = PASSWORD) -> Person:
        answer = await self._http.post("/api/auth/login", json={"email": email, "password": password})
        assert answer.status_code == 200, answer.text
        return Person(self._http, email, answer.json(), password)


@pytest.fixture
def people(http: httpx2.AsyncClient) -> People:
    return People(http)


@pytest.fixture
async def owner(people: People) -> Person:
    return await people.owner()
