"""Tenant isolation and permissions."""

from uuid import UUID

import pytest
from common.database import Database
from common.http import route_permissions
from common.ids import new_id
from content.api import create_api
from content.models import Base
from sqlalchemy import func, select, text

from .conftest import NewTenant, Tenant

HASH = "sha256:" + "0" * 64
BODIES = {
    ("POST", "/api/briefs"): {"month": "2026-12", "primary_focus": "OTHER"},
    ("PUT", "/api/briefs/{month}"): {"primary_focus": "OTHER"},
    ("PATCH", "/api/brand"): {"voice": "Plain"},
    ("POST", "/api/content/generations"): {"month": "2026-12"},
    ("PATCH", "/api/content/{content_id}"): {"title": "Mine now"},
    ("POST", "/api/content/{content_id}/approve"): {"content_hash": HASH},
    ("POST", "/api/content/{content_id}/regenerate"): {"part": "CAPTION", "revision": 1},
}


@pytest.mark.invariant("T2")
async def test_other_accounts_see_404(tenant: Tenant, new_tenant: NewTenant) -> None:
    """Every route with an id or a month responds to another account as if it did not exist."""
    await tenant.brief()
    generation_id = await tenant.start(1)
    item = await tenant.draft()
    other_tenant = new_tenant()
    await other_tenant.subscribe()
    missing = {"{month}": "brief_not_found", "{generation_id}": "generation_not_found", "{content_id}": None}
    tried = 0

    for method, path in route_permissions(create_api(tenant.context)):
        for own, is_random in ((True, False), (False, True)):
            if not any(name in path for name in missing):
                continue
            ids = (generation_id, item["id"]) if own else (str(new_id()), str(new_id()))
            where = path.replace("{generation_id}", ids[0]).replace("{content_id}", ids[1])
            where = where.replace("{month}", "2026-12" if own else "2027-12").removeprefix("/api")
            if path.endswith("/image"):
                answer = await other_tenant.http.put(
                    f"/api{where}",
                    files={"file": b"x"},
                    headers=other_tenant.minter.headers(other_tenant.account_id),
                )
            else:
                answer = await other_tenant.request(method, where, BODIES.get((method, path)))
            code = next(code for name, code in missing.items() if name in path) or "content_not_found"
            assert (answer.status_code, answer.json()["code"]) == (404, code), (method, path, is_random)
            tried += 1

    assert tried == 2 * 14
    assert (await other_tenant.get("/content"))["items"] == (await other_tenant.get("/briefs"))["items"] == []
    assert (await other_tenant.get("/content/generations"))["items"] == []
    one = {"content_id": item["id"], "content_hash": item["content_hash"]}
    refused = (await other_tenant.post("/content/approve", {"items": [one]}))["refused"]
    assert [refusal["code"] for refusal in refused] == ["content_not_found"]
    assert await tenant.get(f"/content/{item['id']}") == item


@pytest.mark.invariant("T1")
async def test_row_level_security_hides_every_table(tenant: Tenant, new_tenant: NewTenant, database: Database) -> None:
    await tenant.brief()
    await tenant.finished(await tenant.start(1))
    other = new_tenant().account_id
    # without rows here: posts on platforms; of no account: the calls of the installation's budget
    tables = [table for table in Base.metadata.sorted_tables if table.name not in {"platform_post", "model_call_day"}]

    async def counts(account_id: UUID | None) -> list[int | None]:
        async with database.transaction(account_id) as session:
            return [await session.scalar(select(func.count()).select_from(table)) for table in tables]

    assert all(await counts(tenant.account_id))
    assert set(await counts(other)) == set(await counts(None)) == {0}


@pytest.mark.invariant("T1")
@pytest.mark.parametrize(
    "forbidden",
    [
        "SELECT caption FROM content.content_item",
        "SELECT month FROM content.generation",
        "SELECT logo FROM content.brand_profile",
        "UPDATE content.generation SET status = 'COMPLETED'",
        "DELETE FROM content.generation",
        "SELECT used_posts FROM content.usage_entry",
        "UPDATE content.usage_entry SET settled_at = now()",
        "DELETE FROM content.post_pictures",
        "SELECT * FROM content.plan_terms",
    ],
)
async def test_the_loop_role_has_no_other_privileges(database: Database, forbidden: str) -> None:
    with pytest.raises(Exception, match="permission denied"):
        async with database.cross_account.transaction() as session:
            await session.execute(text(forbidden))


async def test_a_repeated_post_request_is_applied_once(tenant: Tenant) -> None:
    await tenant.brief()
    item = await tenant.draft()
    for path, body, key in (
        ("/briefs", {"month": "2027-02", "primary_focus": "OTHER"}, "a"),
        ("/content/generations", {"month": "2026-12", "post_count": 1}, "b"),
        (f"/content/{item['id']}/approve", {"content_hash": item["content_hash"]}, "c"),
        (f"/content/{item['id']}/withdraw", None, "d"),
        ("/brand/refresh", None, "e"),
    ):
        first = await tenant.request("POST", path, body, headers={"Idempotency-Key": key})
        second = await tenant.request("POST", path, body, headers={"Idempotency-Key": key})
        assert first.is_success, first.text
        assert (second.status_code, second.content) == (first.status_code, first.content)
        assert second.headers["idempotency-replayed"] == "true"
    assert len((await tenant.get("/content/generations"))["items"]) == 1
    other = await tenant.request("POST", "/briefs", {"month": "2027-03"}, headers={"Idempotency-Key": "a"})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
