"""Any input gets a problem response, never a server error."""

import asyncio
import json
from typing import Any

import pytest
from common.http import encode_cursor, route_permissions
from common.ids import new_id
from content.api import create_api
from content.brand.schemas import BrandCorrection
from content.briefs.schemas import BriefCreate
from content.generations.schemas import GenerationStart
from content.items.schemas import Approval, BulkApproval, ContentEdit
from content.rewriting.schemas import Rewrite
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .conftest import Tenant

_SCALARS = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=40)
_JSON = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4)
)
_FIELDS = sorted(
    {*BriefCreate.model_fields, *GenerationStart.model_fields, *ContentEdit.model_fields}
    | {*Approval.model_fields, *BulkApproval.model_fields, *Rewrite.model_fields, *BrandCorrection.model_fields}
)
_VALUES = _JSON | st.sampled_from(["2026-12", "2026-13", "OTHER", "CAPTION", "sha256:" + "0" * 64, ["FACEBOOK"], 1])
_BODIES = st.dictionaries(st.sampled_from(_FIELDS), _VALUES, max_size=8) | _JSON
_QUERIES = st.dictionaries(
    st.sampled_from(["limit", "cursor", "month", "status", "x"]),
    st.text(max_size=30) | st.integers().map(str),
    max_size=3,
)


def _routes(api: FastAPI) -> list[tuple[str, str]]:
    return sorted(route_permissions(api))


async def test_no_body_or_query_causes_a_server_error(tenant: Tenant) -> None:
    """Send arbitrary values in known fields to every route, with an existing draft and generation."""
    await tenant.brief()
    generation_id = await tenant.start(1)
    item = await tenant.draft()
    routes = _routes(create_api(tenant.context))
    ids = {"{generation_id}": generation_id, "{content_id}": item["id"], "{month}": "2026-12"}
    loop = asyncio.get_running_loop()
    seen: set[int] = set()

    @settings(max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(routes), _BODIES, _QUERIES, st.booleans())
    def probe(route: tuple[str, str], body: Any, query: dict[str, str], known: bool) -> None:
        method, path = route
        if path.endswith("/events") and known:
            return  # the stream would wait for the generation
        for name, value in ids.items():
            path = path.replace(name, value if known else str(new_id()))

        async def call() -> None:
            headers = tenant.minter.headers(tenant.account_id) | {"Content-Type": "application/json"}
            content = json.dumps(body).encode("utf-8", "surrogatepass")
            answer = await tenant.http.request(method, path, content=content, params=query, headers=headers)
            seen.add(answer.status_code)
            assert answer.status_code < 500, (method, path, body, query, answer.text)
            if answer.status_code >= 400:
                problem = answer.json()
                assert problem["code"], (method, path)
                assert problem["status"] == answer.status_code

        asyncio.run_coroutine_threadsafe(call(), loop).result(20)

    await asyncio.to_thread(probe)
    assert {200, 404, 422} <= seen


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        encode_cursor("2026-12"),
        encode_cursor("2026-12", 2**40, new_id()),
        encode_cursor("2026-12", -1, new_id()),
        encode_cursor("2026-12\x00", 1, new_id()),
        encode_cursor(1, 1, new_id()),
    ],
    ids=["garbage", "short", "too large", "negative", "unstorable", "no month"],
)
async def test_an_invalid_cursor_is_refused(tenant: Tenant, cursor: str) -> None:
    for path in ("/content", "/briefs", "/content/generations"):
        answer = await tenant.request("GET", f"{path}?cursor={cursor}")
        if path != "/briefs" or cursor != encode_cursor("2026-12"):
            assert (answer.status_code, answer.json()["code"]) == (422, "cursor_invalid"), path
