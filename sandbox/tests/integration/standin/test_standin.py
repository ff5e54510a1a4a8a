"""Faults over real connections: what the client sees, and whether the effect happened."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sandbox.standin import StandIn, StandInConfig, serving
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


class Switches(StandInConfig):
    colour: str = "green"


def counting() -> StandIn[Switches]:
    standin = StandIn("counting", Switches())

    async def count(request: Request) -> Response:
        standin.store.put("effects", str(standin.store.count("effects")), (await request.body()).decode())
        return JSONResponse({"count": standin.store.count("effects")}, 201)

    standin.mount([Route("/api/count", count, methods=["POST"])])
    return standin


@pytest.fixture
def standin() -> StandIn[Switches]:
    return counting()


@pytest.fixture
async def client(standin: StandIn[Switches]) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(standin) as server, httpx.AsyncClient(base_url=server.url, timeout=0.3) as client:
        yield client


async def switch(client: httpx.AsyncClient, **rule: Any) -> None:
    (await client.post("/_control/faults", json=[{"match": "POST /api/count", **rule}])).raise_for_status()


def effects(standin: StandIn[Switches]) -> int:
    return standin.store.count("effects")


async def test_without_faults_the_body_arrives_and_the_request_is_logged(
    client: httpx.AsyncClient, standin: StandIn[Switches]
) -> None:
    answer = await client.post("/api/count?x=1", content=b"hello", headers={"X-Who": "me"})
    assert answer.status_code == 201
    assert standin.store.values("effects") == ["hello"]
    log = (await client.get("/_control/requests", params={"method": "POST"})).json()
    assert log["total"] == 1
    entry = log["requests"][0]
    assert (entry["path"], entry["query"], entry["body"], entry["status"]) == (
        "/api/count",
        "x=1",
        "hello",
        201,
    )
    assert entry["headers"]["x-who"] == "me"


@pytest.mark.parametrize(("kind", "count"), [("status_before_effect", 0), ("status_after_effect", 1)])
async def test_status_with_headers(
    client: httpx.AsyncClient, standin: StandIn[Switches], kind: str, count: int
) -> None:
    await switch(client, kind=kind, status=429, headers={"Retry-After": "7"}, answer={"code": 9})
    answer = await client.post("/api/count")
    assert (answer.status_code, answer.headers["retry-after"], answer.json()) == (429, "7", {"code": 9})
    assert effects(standin) == count
    assert (await client.post("/api/count")).status_code == 201


@pytest.mark.parametrize(("kind", "count"), [("timeout_before", 0), ("timeout_after", 1)])
async def test_no_response(client: httpx.AsyncClient, standin: StandIn[Switches], kind: str, count: int) -> None:
    await switch(client, kind=kind)
    with pytest.raises(httpx.ReadTimeout):
        await client.post("/api/count")
    assert effects(standin) == count


async def test_no_response_ends_with_a_closed_connection(client: httpx.AsyncClient, standin: StandIn[Switches]) -> None:
    await switch(client, kind="timeout_after", seconds=0.05)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        await client.post("/api/count")
    assert effects(standin) == 1


@pytest.mark.parametrize(("kind", "count"), [("drop_before", 0), ("drop_after", 1)])
async def test_connection_is_cut(client: httpx.AsyncClient, standin: StandIn[Switches], kind: str, count: int) -> None:
    await switch(client, kind=kind)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        await client.post("/api/count")
    assert effects(standin) == count


@pytest.mark.parametrize(("kind", "count"), [("malformed_before", 0), ("malformed", 1)])
async def test_response_that_is_not_json(
    client: httpx.AsyncClient, standin: StandIn[Switches], kind: str, count: int
) -> None:
    await switch(client, kind=kind)
    answer = await client.post("/api/count")
    assert answer.status_code == 200
    with pytest.raises(ValueError, match="Expecting value"):
        answer.json()
    assert effects(standin) == count


async def test_response_with_the_wrong_structure(client: httpx.AsyncClient) -> None:
    await switch(client, kind="malformed", answer={"unexpected": True})
    assert (await client.post("/api/count")).json() == {"unexpected": True}


async def test_faults_are_listed_with_their_hits_and_cleared(client: httpx.AsyncClient) -> None:
    await switch(client, kind="status", times=5)
    await client.post("/api/count")
    assert (await client.get("/_control/faults")).json()[0]["hits"] == 1
    assert (await client.delete("/_control/faults")).json() == []
    assert (await client.post("/api/count")).status_code == 201


async def test_invalid_rule_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post("/_control/faults", json=[{"match": "(", "kind": "status"}])
    assert answer.status_code == 422
    assert "regular expression" in answer.text


async def test_clock_moves_forward_only(client: httpx.AsyncClient) -> None:
    moved = (await client.post("/_control/clock", json={"advance_seconds": 3600})).json()
    assert moved["offset_seconds"] == 3600
    assert (await client.post("/_control/clock", json={"advance_seconds": -1})).status_code == 422


async def test_config_changes_only_the_given_switches_and_reset_restores_all(
    client: httpx.AsyncClient, standin: StandIn[Switches]
) -> None:
    assert (await client.post("/_control/config", json={"colour": "red"})).json() == {"colour": "red"}
    assert (await client.post("/_control/config", json={"size": 3})).status_code == 422
    await client.post("/api/count")
    await client.post("/_control/reset")
    assert (await client.get("/_control/config")).json() == {"colour": "green"}
    assert effects(standin) == 0
    assert (await client.get("/livez")).json()["status"] == "ok"
