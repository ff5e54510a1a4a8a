"""Posts: reading, editing, approving, withdrawing, deleting."""

from typing import Any

import pytest
from common.auth import Role
from common.database import Database
from common.ids import new_id
from pulseworks_contracts import (
    AuditRecorded,
    ContentApprovalWithdrawn,
    ContentApproved,
    ContentDeleted,
    content_digest,
)
from sqlalchemy import text
from testing import ManualClock, assert_emitted, emitted

from .conftest import Tenant

OTHER_HASH = "sha256:" + "1" * 64


async def test_posts_are_paged_by_month_and_position(tenant: Tenant) -> None:
    for position in (2, 0, 1):
        await tenant.draft(position=position)
    await tenant.draft("2027-01", position=0)

    first = await tenant.get("/content?limit=2")
    second = await tenant.get(f"/content?limit=2&cursor={first['next_cursor']}")

    seen = [(item["month"], item["position"]) for item in first["items"] + second["items"]]
    assert seen == [("2026-12", 0), ("2026-12", 1), ("2026-12", 2), ("2027-01", 0)]
    assert second["next_cursor"] is None
    assert [item["position"] for item in await tenant.contents("2026-12")] == [0, 1, 2]
    assert (await tenant.get("/content?status=APPROVED"))["items"] == []


async def test_the_preview_is_what_will_be_sent(tenant: Tenant) -> None:
    item = await tenant.draft()

    preview = await tenant.get(f"/content/{item['id']}/preview")

    facebook, instagram = preview["payloads"]
    assert preview["content_hash"] == item["content_hash"]
    assert facebook["text"] == instagram["text"] == f"{item['caption']}\n\n#DeskLife #Physio"
    assert [payload["media"][0]["content_type"] for payload in preview["payloads"]] == ["image/png", "image/jpeg"]


@pytest.mark.invariant("P1", "P2")
async def test_an_approval_covers_exactly_the_content_of_the_hash(
    tenant: Tenant, database: Database, clock: ManualClock
) -> None:
    item = await tenant.draft()

    approved = await tenant.post(f"/content/{item['id']}/approve", {"content_hash": item["content_hash"]})

    assert (approved["status"], approved["revision"]) == ("APPROVED", 2)
    assert (approved["approved_by"], approved["approved_at"]) == (str(tenant.user_id), "2026-11-02T09:00:00Z")
    event = await assert_emitted(database, ContentApproved)
    data = event.data
    assert (str(data.content_id), data.revision, data.content_hash) == (item["id"], 2, item["content_hash"])
    assert content_digest(tenant.account_id, data.content_id, data.payloads) == item["content_hash"]
    record = await assert_emitted(database, AuditRecorded)
    assert record.data.event_type == "CONTENT_APPROVED"
    assert record.data.metadata["content_hash"] == item["content_hash"]


@pytest.mark.invariant("P1", "P2")
async def test_a_post_that_has_changed_is_not_approved(tenant: Tenant, database: Database) -> None:
    seen = await tenant.draft()
    now = await tenant.patch(f"/content/{seen['id']}", {"caption": "Another text than the one that was seen."})

    refused = await tenant.post(f"/content/{seen['id']}/approve", {"content_hash": seen["content_hash"]}, status=409)

    assert (refused["code"], refused["content_hash"]) == ("content_changed", now["content_hash"])
    assert await emitted(database, ContentApproved) == []
    assert (await tenant.get(f"/content/{seen['id']}"))["status"] == "DRAFT"


@pytest.mark.invariant("P2", "P3")
async def test_a_stored_hash_of_another_release_is_not_approved(tenant: Tenant, database: Database) -> None:
    """The event must carry the hash of its payloads; the publisher refuses any other."""
    item = await tenant.draft()
    async with database.transaction(tenant.account_id) as session:
        await session.execute(text("UPDATE content.content_item SET content_hash = :hash"), {"hash": OTHER_HASH})

    refused = await tenant.post(f"/content/{item['id']}/approve", {"content_hash": OTHER_HASH}, status=409)

    assert refused["content_hash"] == item["content_hash"]
    assert (await tenant.get(f"/content/{item['id']}"))["content_hash"] == item["content_hash"]
    await tenant.post(f"/content/{item['id']}/approve", {"content_hash": item["content_hash"]})


async def test_a_second_approval_is_refused(tenant: Tenant, database: Database) -> None:
    item = await tenant.approved()

    again = await tenant.post(f"/content/{item['id']}/approve", {"content_hash": item["content_hash"]}, status=409)

    assert again["code"] == "content_already_approved"
    await assert_emitted(database, ContentApproved)


@pytest.mark.parametrize(
    "changes",
    [
        {"caption": "Another text for people who sit."},
        {"hashtags": ["Other"]},
        {"alt_text": "Another picture"},
        {"platform_targets": ["FACEBOOK"]},
    ],
)
@pytest.mark.invariant("P2")
async def test_an_edit_of_posted_content_withdraws_the_approval(
    tenant: Tenant, database: Database, changes: dict[str, Any]
) -> None:
    item = await tenant.approved()

    edited = await tenant.patch(f"/content/{item['id']}", changes)

    assert (edited["status"], edited["approved_by"], edited["edit_count"]) == ("DRAFT", None, 1)
    assert edited["content_hash"] != item["content_hash"]
    event = await assert_emitted(database, ContentApprovalWithdrawn)
    assert (event.data.reason, event.data.revision) == ("edited", item["revision"] + 1)


async def test_an_edit_of_other_fields_keeps_the_approval(tenant: Tenant, database: Database) -> None:
    item = await tenant.approved()

    renamed = await tenant.patch(f"/content/{item['id']}", {"title": "For our own list"})
    same = await tenant.patch(f"/content/{item['id']}", {"title": "For our own list", "caption": item["caption"]})
    nothing = await tenant.patch(f"/content/{item['id']}", {})

    assert (renamed["status"], renamed["content_hash"]) == ("APPROVED", item["content_hash"])
    assert same == nothing == renamed
    assert await emitted(database, ContentApprovalWithdrawn) == []


async def test_an_edit_of_another_revision_is_refused(tenant: Tenant) -> None:
    item = await tenant.draft()
    await tenant.patch(f"/content/{item['id']}", {"title": "First", "revision": 1})

    late = await tenant.patch(f"/content/{item['id']}", {"title": "Second", "revision": 1}, status=409)

    assert late["code"] == "content_changed"
    assert (await tenant.get(f"/content/{item['id']}"))["title"] == "First"


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"caption": "x" * 2_200}, "caption", "too_long"),
        ({"hashtags": ["a1", "b1", "c1", "d1", "e1", "f1"]}, "hashtags", "too_many"),
        ({"caption": "Come with #one #two #three #four"}, "hashtags", "too_many"),
        ({"caption": "Thanks @ana @rui @eva @tom"}, "caption", "too_many"),
    ],
)
async def test_platform_rules_are_reported_by_field(
    tenant: Tenant, changes: dict[str, Any], field: str, code: str
) -> None:
    item = await tenant.draft()

    refused = await tenant.patch(f"/content/{item['id']}", changes, status=422)
    await tenant.patch(f"/content/{item['id']}", changes | {"platform_targets": ["FACEBOOK"]})

    assert refused["code"] == "platform_rules"
    assert [(error["field"], error["code"]) for error in refused["errors"]] == [(field, code)]


async def test_duplicates_are_removed(tenant: Tenant) -> None:
    item = await tenant.draft()

    edited = await tenant.patch(
        f"/content/{item['id']}",
        {"hashtags": ["#Desk", "desk", "Back"], "platform_targets": ["INSTAGRAM", "INSTAGRAM"]},
    )

    assert (edited["hashtags"], edited["platform_targets"]) == (["Desk", "Back"], ["INSTAGRAM"])


async def test_an_approval_can_be_withdrawn_and_repeated(tenant: Tenant, database: Database) -> None:
    item = await tenant.approved()

    withdrawn = await tenant.post(f"/content/{item['id']}/withdraw")
    again = await tenant.post(f"/content/{item['id']}/approve", {"content_hash": item["content_hash"]})

    assert (withdrawn["status"], withdrawn["revision"], again["revision"]) == ("DRAFT", 3, 4)
    event = await assert_emitted(database, ContentApprovalWithdrawn)
    assert (event.data.reason, event.data.revision) == ("withdrawn", 3)
    assert [event.data.revision for event in await emitted(database, ContentApproved)] == [2, 4]
    draft = await tenant.draft()
    assert (await tenant.post(f"/content/{draft['id']}/withdraw", status=409))["code"] == "content_not_approved"


async def test_deleting_a_post_emits_an_event(tenant: Tenant, database: Database) -> None:
    item = await tenant.approved()

    await tenant.call("DELETE", f"/content/{item['id']}", status=204)

    assert (await tenant.call("GET", f"/content/{item['id']}", status=404))["code"] == "content_not_found"
    event = await assert_emitted(database, ContentDeleted)
    assert (str(event.data.content_id), event.data.revision) == (item["id"], item["revision"] + 1)


@pytest.mark.invariant("P6")
async def test_a_live_post_can_not_be_changed(tenant: Tenant) -> None:
    item = await tenant.draft(status="PUBLISHED")
    path = f"/content/{item['id']}"

    for method, where, body in (
        ("PATCH", path, {"caption": "Too late."}),
        ("PATCH", path, {"headline": "Too late"}),
        ("POST", f"{path}/approve", {"content_hash": item["content_hash"]}),
        ("POST", f"{path}/withdraw", None),
        ("POST", f"{path}/regenerate", {"part": "CAPTION", "revision": 1}),
        ("DELETE", path, None),
    ):
        assert (await tenant.call(method, where, body, status=409))["code"] == "content_published", (method, where)
    assert await tenant.get(path) == item


async def test_a_member_can_edit_drafts_only(tenant: Tenant) -> None:
    draft, approved = await tenant.draft(), await tenant.approved()
    change = {"caption": "From a member of the team."}

    await tenant.patch(f"/content/{draft['id']}", change, role=Role.MEMBER)
    for method, path, body in (
        ("PATCH", f"/content/{approved['id']}", change),
        ("PATCH", f"/content/{approved['id']}", {"headline": "New words"}),
        ("POST", f"/content/{approved['id']}/regenerate", {"part": "IMAGE", "revision": approved["revision"]}),
        ("DELETE", f"/content/{approved['id']}", None),
    ):
        refused = await tenant.call(method, path, body, status=403, role=Role.MEMBER)
        assert refused["code"] == "content_is_approved"
    assert await tenant.get(f"/content/{approved['id']}") == approved
    await tenant.call("DELETE", f"/content/{draft['id']}", status=204, role=Role.MEMBER)


async def test_a_bulk_approval_reports_each_post(tenant: Tenant, database: Database) -> None:
    good, changed, live = [await tenant.draft(position=n) for n in range(3)]
    too_many = await tenant.draft(hashtags=["a", "b", "c", "d", "e", "f"])
    already = await tenant.approved()
    wanted = {item["id"]: item["content_hash"] for item in (good, live, too_many, already)}
    wanted |= {changed["id"]: OTHER_HASH, str(new_id()): OTHER_HASH}
    await tenant.patch(f"/content/{live['id']}", {"title": "Still the same post"})
    items = [{"content_id": content_id, "content_hash": digest} for content_id, digest in wanted.items()]

    result = await tenant.post("/content/approve", {"items": items})

    assert {item["id"] for item in result["approved"]} == {good["id"], live["id"]}
    assert {(refusal["content_id"], refusal["code"]) for refusal in result["refused"]} == {
        (changed["id"], "content_changed"),
        (too_many["id"], "platform_rules"),
        (already["id"], "content_already_approved"),
        (list(wanted)[-1], "content_not_found"),
    }
    assert len(await emitted(database, ContentApproved)) == 3
