"""Images: redrawn, in another layout, or uploaded."""

import hashlib
import io
from typing import Any

import httpx2
import pytest
from common.database import Database
from PIL import Image
from pulseworks_contracts import AuditRecorded, ContentApprovalWithdrawn
from testing import assert_emitted, emitted

from .conftest import TLS, NewReplica, NewTenant, StandIn, Tenant


@pytest.fixture
async def post(tenant: Tenant) -> Any:
    """A draft with a drawn image."""
    await tenant.brief()
    await tenant.finished(await tenant.start(1))
    (item,) = await tenant.contents()
    return item


async def _fetch(url: str) -> bytes:
    async with httpx2.AsyncClient(verify=TLS) as browser:
        return (await browser.get(url)).content


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _image_bytes(size: tuple[int, int] = (1600, 900), kind: str = "JPEG", **options: Any) -> bytes:
    image = Image.new("RGB", size, "navy")
    image.paste("orange", (0, 0, size[0] // 2, size[1] // 2))
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


async def _upload(tenant: Tenant, item: Any, data: bytes, **fields: str) -> httpx2.Response:
    headers = tenant.minter.headers(tenant.account_id, user_id=tenant.user_id)
    path = f"/api/content/{item['id']}/image"
    return await tenant.http.put(path, files={"file": ("own.jpg", data)}, data=fields, headers=headers)


@pytest.mark.invariant("P2")
async def test_new_text_redraws_the_image_and_keeps_the_approved_one(tenant: Tenant, post: Any) -> None:
    approved = await tenant.post(f"/content/{post['id']}/approve", {"content_hash": post["content_hash"]})

    edited = await tenant.patch(f"/content/{post['id']}", {"headline": "Quite another headline"})

    assert (edited["status"], edited["image"]["layout"]) == ("DRAFT", approved["image"]["layout"])
    assert edited["image"]["png"] != approved["image"]["png"]
    assert _digest(await _fetch(approved["image"]["png"]["url"])) == approved["image"]["png"]["sha256"]
    assert _digest(await _fetch(edited["image"]["url"])) == edited["image"]["png"]["sha256"]


async def test_a_refused_edit_keeps_the_current_image(tenant: Tenant, post: Any) -> None:
    stale = {"headline": "Never shown", "revision": 7}
    await tenant.patch(f"/content/{post['id']}", stale, status=409)

    assert _digest(await _fetch(post["image"]["url"])) == post["image"]["png"]["sha256"]


async def test_an_edit_fails_as_a_whole_without_image_storage(
    tenant: Tenant, post: Any, replica: NewReplica, new_tenant: NewTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tenant.context, "images", replica(s3_endpoint_url="http://127.0.0.1:1").images)

    refused = await tenant.patch(f"/content/{post['id']}", {"headline": "Not to be seen"}, status=503)

    assert refused["code"] == "storage_unavailable"
    assert await tenant.get(f"/content/{post['id']}") == post


@pytest.mark.parametrize(
    ("part", "changed"),
    [("CAPTION", {"caption"}), ("HASHTAGS", set()), ("IMAGE", {"image"})],
)
async def test_rewriting_a_part_keeps_the_others(
    tenant: Tenant, post: Any, database: Database, part: str, changed: set[str]
) -> None:
    await tenant.patch(f"/content/{post['id']}", {"hashtags": ["Mine"]})

    again = await tenant.post(f"/content/{post['id']}/regenerate", {"part": part, "revision": 2})

    fields = {"caption", "hashtags", "headline", "subline", "alt_text", "image", "title"}
    differing = {name for name in fields if again[name] != post[name]}
    assert differing - {"alt_text"} == changed | ({"hashtags"} if part != "HASHTAGS" else set())
    assert (again["revision"], again["edit_count"]) == (3, 2)
    if part == "IMAGE":
        assert again["image"]["layout"] == post["image"]["layout"] + 1
        assert _digest(await _fetch(again["image"]["url"])) == again["image"]["png"]["sha256"]
    assert (await emitted(database, AuditRecorded))[-1].data.event_type == "CONTENT_REGENERATED"
    repeated = await tenant.post(f"/content/{post['id']}/regenerate", {"part": part, "revision": 2}, status=409)
    assert repeated["code"] == "content_changed"


async def test_a_failed_rewrite_changes_nothing(tenant: Tenant, post: Any, openai: StandIn) -> None:
    await openai.behave("refusal", times="forever")

    refused = await tenant.post(f"/content/{post['id']}/regenerate", {"part": "CAPTION", "revision": 1}, status=503)

    assert refused["code"] == "writing_failed"
    assert await tenant.get(f"/content/{post['id']}") == post


async def test_an_uploaded_image_is_cropped_and_kept_until_replaced(
    tenant: Tenant, post: Any, database: Database
) -> None:
    await tenant.post(f"/content/{post['id']}/approve", {"content_hash": post["content_hash"]})

    answer = await _upload(tenant, post, _image_bytes(), alt_text="Our front door", revision="2")

    assert answer.status_code == 200, answer.text
    own = answer.json()
    assert (own["status"], own["alt_text"], own["image"]["source"]) == ("DRAFT", "Our front door", "OWN")
    await assert_emitted(database, ContentApprovalWithdrawn)
    for kind, url in (("PNG", own["image"]["url"]), ("JPEG", own["image"]["jpeg"]["url"])):
        image = Image.open(io.BytesIO(await _fetch(url)))
        assert (image.format, image.size, image.mode) == (kind, (1080, 1080), "RGB")

    kept = await tenant.patch(f"/content/{post['id']}", {"headline": "Words that are not in it"})
    assert kept["image"] == own["image"]
    drawn = await tenant.post(f"/content/{post['id']}/regenerate", {"part": "IMAGE", "revision": 4})
    assert drawn["image"]["source"] == "DRAWN"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no PNG or JPEG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no PNG or JPEG"),
        (_image_bytes(kind="GIF"), "no PNG or JPEG"),
        (_image_bytes()[:2_000], "damaged"),
        (_image_bytes((5_000, 4_000)), "at most"),
        (_image_bytes((319, 900)), "320 × 320"),
    ],
)
async def test_an_unusable_upload_is_refused(tenant: Tenant, data: bytes, reason: str) -> None:
    item = await tenant.draft()

    refused = await _upload(tenant, item, data)

    assert (refused.status_code, refused.json()["code"]) == (422, "image_unreadable")
    assert reason in refused.json()["detail"]
    assert await tenant.get(f"/content/{item['id']}") == item


async def test_an_upload_to_a_post_that_violates_a_platform_limit_is_refused(tenant: Tenant) -> None:
    item = await tenant.draft(hashtags=["a", "b", "c", "d", "e", "f"])

    refused = await _upload(tenant, item, _image_bytes())

    assert (refused.status_code, refused.json()["code"]) == (422, "platform_rules")
    assert await tenant.get(f"/content/{item['id']}") == item


async def test_an_upload_over_the_size_limit_is_refused(tenant: Tenant) -> None:
    item = await tenant.draft()

    refused = await _upload(tenant, item, b"\xff\xd8\xff" + b"0" * (11 * 1024 * 1024))

    assert (refused.status_code, refused.json()["code"]) == (413, "body_too_large")


async def test_an_upload_is_rotated_upright_and_loses_its_metadata(tenant: Tenant) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # rotate by 90 degrees clockwise
    exif[0x010F] = "A camera with a serial number"
    item = await tenant.draft()

    answer = await _upload(tenant, item, _image_bytes((900, 900), exif=exif))

    image = Image.open(io.BytesIO(await _fetch(answer.json()["image"]["jpeg"]["url"])))
    assert not image.getexif()
    pixel = image.getpixel((800, 200))
    assert isinstance(pixel, tuple)
    red, _, blue = pixel  # the orange quarter moved from top left to top right
    assert red > 200 > blue
