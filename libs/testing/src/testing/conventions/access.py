import re
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, ClassVar
from uuid import UUID

import httpx2
import pytest
from common.auth import Permission, Role, allows
from common.http import route_permissions
from common.ids import new_id
from common.runtime.cli import Service
from fastapi import FastAPI

from testing.tokens import TokenMinter

SignIn = Callable[[UUID, Role], Mapping[str, str]]
"""From an account and a role to the headers of a signed-in request."""

_ID = re.compile(r"\{\w+_id\}")
_PARAMETER = re.compile(r"\{\w+\}")


class AccessConventions:
    """Every route refuses callers without a token, and each role that lacks its permission (T2).

    Needs the service's fixture ``context``, and ``minter`` unless ``sign_in`` is overridden.
    """

    service: ClassVar[Service[Any, Any]]
    parameters: ClassVar[Mapping[str, str]] = {}
    """Values of path parameters by name; the others are new ids."""
    bodies: ClassVar[Mapping[tuple[str, str], Any]] = {}
    """Valid JSON bodies by method and path, for ``is_admitted`` to see more than the validation's 422."""

    @pytest.fixture
    def app(self, context: Any) -> FastAPI:
        return self.service.create_api(context)

    @pytest.fixture
    async def client(self, app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://service") as opened:
            yield opened

    @pytest.fixture
    def sign_in(self, minter: TokenMinter) -> SignIn:
        return minter.headers

    def is_admitted(self, answer: httpx2.Response) -> bool:
        """Return whether an answer shows that the caller's role is allowed."""
        return answer.status_code not in {401, 403}

    @pytest.mark.invariant("T2")
    async def test_each_route_refuses_callers_without_a_token(self, app: FastAPI, client: httpx2.AsyncClient) -> None:
        for (method, path), permissions in route_permissions(app).items():
            if permissions is not None:
                answer = await client.request(method, self._url(path))
                assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated"), (method, path)

    @pytest.mark.invariant("T2")
    async def test_each_route_admits_exactly_the_roles_with_its_permission(
        self, app: FastAPI, client: httpx2.AsyncClient, sign_in: SignIn
    ) -> None:
        refused = 0
        for (method, path), permissions in route_permissions(app).items():
            for role in Role if permissions is not None else ():
                body = self.bodies.get((method, path))
                headers = dict(sign_in(new_id(), role))
                answer = await client.request(method, self._url(path), json=body, headers=headers)
                if all(allows(role, Permission(permission)) for permission in permissions or ()):
                    assert self.is_admitted(answer), (method, path, role, answer.text)
                else:
                    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), (method, path, role)
                    refused += 1
        assert refused > 0

    def _url(self, path: str) -> str:
        for name, value in self.parameters.items():
            path = path.replace(f"{{{name}}}", value)
        return _PARAMETER.sub("0", _ID.sub(lambda _match: str(new_id()), path))
