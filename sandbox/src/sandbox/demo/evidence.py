"""Checks what arrived at the posting provider."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sandbox.demo.client import browser
from sandbox.demo.story import Result


@dataclass(frozen=True)
class Row:
    """One scheduled post and its outcome."""

    business: str
    title: str
    platform: str
    account: str
    due: datetime
    sent: datetime | None
    arrivals: int
    wrong: bool
    provider_id: str
    status: str

    @property
    def good(self) -> bool:
        return self.arrivals == 1 and not self.wrong and self.status == "PUBLISHED"

    @property
    def lateness(self) -> timedelta | None:
        return None if self.sent is None else self.sent - self.due


async def arrived(ayrshare: str) -> list[dict[str, Any]]:
    """Return every live post of the stand-in."""
    async with browser() as http:
        posts: list[dict[str, Any]] = (await http.get(f"{ayrshare}/_control/posts")).json()["posts"]
        return posts


def rows_of(results: list[Result], posts: list[dict[str, Any]]) -> list[Row]:
    """Match posts to schedule items by their frozen text, profile and account."""
    return [_row(result, item, posts) for result in results for item in result.items]


def _row(result: Result, item: dict[str, Any], posts: list[dict[str, Any]]) -> Row:
    platform = item["platform"].lower()
    same_text = [p for p in posts if p["text"] == item["payload"]["text"] and p["platform"] == platform]
    right = [
        p
        for p in same_text
        if p["platform_account_id"] == item["platform_account_id"]
        and p["profile_ref_id"] == item["provider_profile_id"]
    ]
    found = right[0] if right else None
    return Row(
        business=result.business.name,
        title=item["title"],
        platform=item["platform"],
        account=item["platform_account_id"],
        due=datetime.fromisoformat(item["scheduled_for"]),
        sent=None if found is None else datetime.fromtimestamp(found["at_unix"], UTC),
        arrivals=len(right),
        wrong=len(same_text) != len(right),
        provider_id="" if found is None else str(found["post_id"]),
        status=item["status"],
    )


def faults_of(results: list[Result], rows: list[Row], new_posts: list[dict[str, Any]]) -> list[str]:
    """Return a description of each broken promise."""
    faults = [
        f"{row.business}, {row.platform}, “{row.title}”: {row.status}, arrived {row.arrivals} times"
        + (" and at a wrong account" if row.wrong else "")
        for row in rows
        if not row.good
    ]
    if len(new_posts) != len(rows):
        faults.append(f"{len(rows)} posts were scheduled, but {len(new_posts)} arrived")
    captions = Counter(content["caption"] for result in results for content in result.contents)
    faults += [f"a caption was written {times} times: {text[:60]}…" for text, times in captions.items() if times > 1]
    pictures = Counter(content["image"]["png"]["sha256"] for result in results for content in result.contents)
    faults += [f"a picture was rendered {times} times: {digest}" for digest, times in pictures.items() if times > 1]
    return faults


async def save_images(results: list[Result], folder: Path) -> int:
    """Save each post's picture and its text beside it; return the number of posts."""
    count = 0
    async with browser() as http:
        for result in results:
            target = folder / result.business.site
            target.mkdir(parents=True, exist_ok=True)
            for old in target.iterdir():
                old.unlink()
            for number, content in enumerate(result.contents, start=1):
                name = f"{number:02d}-{_slug(content['title'])}"
                picture = (await http.get(content["image"]["url"])).raise_for_status().content
                (target / f"{name}.png").write_bytes(picture)
                tags = " ".join(f"#{tag}" for tag in content["hashtags"])
                (target / f"{name}.txt").write_text(f"{content['caption']}\n\n{tags}\n", encoding="utf-8")
                count += 1
    return count


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-")[:50] or "post"
