"""What a page of a list may read."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

import asyncpg
import httpx2
import pytest
from common.auth import Role
from common.database import libpq_url
from common.ids import new_id
from common.runtime.cli import Service
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from testing.plans import plans, recorded
from testing.servers import DatabaseServer
from testing.tokens import TokenMinter

ROWS = 3_000
_OTHERS = 20
_PAGE = 10
_SKIPPED_PAGES = 5
# A page of 10 rows reads 11, and may read some rows of another table for each of them.
_ROWS_READ = 5 * (_PAGE + 1)
# The upper levels of the index, then at most a block of the index and one of the table for a row.
_BLOCKS = 10 + 2 * _ROWS_READ


class ListConventions:
    """A page costs the same in a large account as in a small one, whatever its filter.

    Each statement that a list sends is executed again with its plan, on a table with statistics. It must read about as
    many rows as the page shows, so that no filter walks through the account, and it must not read the whole table.
    """

    service: ClassVar[Service[Any, Any]]
    lists: ClassVar[Mapping[str, Sequence[Mapping[str, str]]]]
    """By path: the filters to try. The list without a filter is always tried."""
    rows: ClassVar[Sequence[str]]
    """Statements with the parameters `$1`, an account, and `$2`, a number of rows. Values that a filter names must be
    rare."""

    @pytest.fixture
    def api(self, context: Any) -> FastAPI:
        return self.service.create_api(context)

    @pytest.fixture
    def reader(self, minter: TokenMinter) -> tuple[UUID, Mapping[str, str]]:
        """The account with many rows, and the headers of its owner."""
        account_id = new_id()
        return account_id, minter.headers(account_id, Role.OWNER)

    @pytest.fixture
    async def filled(
        self, database_server: DatabaseServer, service_name: str, context: Any, reader: tuple[UUID, object]
    ) -> AsyncIterator[None]:
        """Many rows of the reader's account, and of others beside it."""
        assert context is not None  # its fixture empties the database first
        connection = await asyncpg.connect(libpq_url(database_server.url))
        await connection.execute("SET session_replication_role = replica")
        for statement in self.rows:
            await connection.execute(statement, reader[0], ROWS)
            for _ in range(_OTHERS):
                await connection.execute(statement, new_id(), ROWS // _OTHERS)
        await connection.execute("ANALYZE")
        await connection.close()
        yield
        database_server.empty(service_name, large=True)

    def test_every_list_and_filter_is_tried(self, api: FastAPI) -> None:
        tried = {path: {name for filters in cases for name in filters} for path, cases in self.lists.items()}
        assert tried == _filters_of_lists(api)

    @pytest.mark.usefixtures("filled")
    async def test_a_page_reads_what_it_shows(
        self, reader: tuple[UUID, Mapping[str, str]], api: FastAPI, context: Any
    ) -> None:
        account_id, headers = reader
        faults = []
        transport = httpx2.ASGITransport(app=api)
        async with httpx2.AsyncClient(transport=transport, base_url="http://service", headers=headers) as client:
            for path, cases in self.lists.items():
                for filters in ({}, *cases):
                    counts = set()
                    for cursor in dict.fromkeys((None, await _deep_cursor(client, path, filters))):
                        with recorded(context.database) as statements:
                            await _page(client, path, {**filters, "limit": str(_PAGE)}, cursor)
                        counts.add(len(statements.sent))
                        faults += [
                            f"{path} {dict(filters)} {'deep' if cursor else 'first'}: {plan}"
                            for plan in await plans(context.database, account_id, statements)
                            if plan.rows_read > _ROWS_READ or plan.blocks > _BLOCKS
                        ]
                    if len(counts) > 1:
                        faults.append(f"{path} {dict(filters)} sends {sorted(counts)} statements")
        assert not faults, "\n".join(faults)


def _filters_of_lists(api: FastAPI) -> dict[str, set[str]]:
    found = {}
    for found_route in iter_route_contexts(api.routes):
        route = found_route.original_route
        if isinstance(route, APIRoute):
            names = _query_parameters(route.dependant)
            if "cursor" in names:
                found[route.path] = names - {"cursor", "limit"}
    return found


def _query_parameters(dependant: Dependant) -> set[str]:
    own = {parameter.alias for parameter in dependant.query_params}
    return own.union(*map(_query_parameters, dependant.dependencies))


async def _page(client: httpx2.AsyncClient, path: str, parameters: Mapping[str, str], cursor: str | None) -> Any:
    answer = await client.get(path, params={**parameters, **({"cursor": cursor} if cursor else {})})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def _deep_cursor(client: httpx2.AsyncClient, path: str, filters: Mapping[str, str]) -> str | None:
    cursor: str | None = None
    for _ in range(_SKIPPED_PAGES):
        page = await _page(client, path, {**filters, "limit": "100"}, cursor)
        if page["next_cursor"] is None:
            break
        cursor = page["next_cursor"]
    return cursor
