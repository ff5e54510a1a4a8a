"""No request, however malformed, causes a server error."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import httpx2
import pytest
from common.http import Check, PageQuery, PlainRouter, create_app, public
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry
from pydantic import BaseModel
from testing.tokens import TokenMinter


class Context:
    token_verifier = TokenMinter().verifier()

    def readiness(self) -> Sequence[Check]:
        return []


class Thing(BaseModel):
    name: str
    number: int
    ratio: float
    anything: dict[str, Any] | list[Any]


router = PlainRouter()


@router.post("/things", dependencies=[public()])
async def keep(thing: Thing) -> Thing:
    # Accepted values can be stored: PostgreSQL's text is UTF-8 without NUL, its bigint has 64 bits.
    thing.model_dump_json().encode()
    assert "\\u0000" not in json.dumps(thing.anything, allow_nan=False)
    return thing


@router.get("/things/{name}", dependencies=[public()])
async def look(name: str, page: PageQuery, q: str = "") -> str:
    assert "\x00" not in name + q
    page.after(str)
    return name


APP = create_app(title="t", service="t", context=Context(), routers=[router], registry=CollectorRegistry())

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=8)
VALUES = st.recursive(SCALARS, lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text(max_size=3), v, max_size=3))
THINGS = st.fixed_dictionaries({"name": st.text(st.characters()), "number": st.integers(), "ratio": st.floats()})
DOCUMENTS = st.builds(lambda thing, anything: {**thing, "anything": anything}, THINGS, VALUES)
BODIES = (
    DOCUMENTS.map(lambda d: json.dumps(d).encode())
    | DOCUMENTS.map(lambda d: json.dumps(d, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    | st.binary(max_size=50)
    | st.integers(1, 400).map(lambda n: b'{"anything":' + b"[" * n + b"]" * n + b"}")
)
RAW = st.binary(max_size=12) | st.lists(
    st.sampled_from([b"\x00", b"a", b"/", b"%", b"\xed\xa0\x80", b"\xff", b"\xc3\xa9"]), max_size=4
).map(b"".join)


def send(method: str, target: str, **kwargs: Any) -> httpx2.Response:
    async def once() -> httpx2.Response:
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(APP), base_url="http://test") as http:
            return await http.request(method, target, **kwargs)

    return asyncio.run(once())


@given(BODIES)
def test_no_body_causes_a_server_error(body: bytes) -> None:
    answer = send("POST", "/things", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in {200, 400, 422}, answer.text


@given(RAW, RAW, RAW)
def test_no_target_causes_a_server_error(path: bytes, query: bytes, cursor: bytes) -> None:
    def quoted(raw: bytes) -> str:
        return "".join(f"%{byte:02X}" for byte in raw)

    answer = send("GET", f"/things/{quoted(path)}?q={quoted(query)}&cursor={quoted(cursor)}")
    assert answer.status_code in {200, 404, 422}, answer.text


@pytest.mark.parametrize("body", [b"null", b"[]", b'""', b"0", b"{}", b" ", b"\xef\xbb\xbf{}"])
def test_a_body_that_is_not_an_object_is_rejected(body: bytes) -> None:
    answer = send("POST", "/things", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"
