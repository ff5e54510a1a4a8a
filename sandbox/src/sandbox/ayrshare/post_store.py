"""The stored posts, and the rows that are live on accounts of the networks."""

import re
from collections import defaultdict, deque
from typing import Any, TypedDict

from sandbox.ayrshare.config import AyrshareConfig
from sandbox.ayrshare.profiles import PRIMARY, Profile
from sandbox.ayrshare.responses import digits, firestore_time, new_id, utc
from sandbox.ayrshare.schemas import PostRequest
from sandbox.standin import StandIn

_POSTS, _LIVE, _KEYS = "posts", "live", "idempotency_keys"
_DAY_SECONDS = 86_400
_COUNTED = ("pending", "processing", "success", "partial")
_NOT_TEXT = re.compile(r"[\W_]+")


class Post(TypedDict):
    """A stored post. Times are UNIX seconds; `due_at` is None for immediate posts."""

    id: str
    ref_id: str
    request: dict[str, Any]
    status: str
    created: float
    due_at: float | None
    results: list[dict[str, Any]]
    errors: list[dict[str, Any]]
    retried: bool


class PostStore:
    """Posts by profile, used keys and live rows. In-memory indexes keep lookups cheap."""

    def __init__(self, standin: StandIn[AyrshareConfig]) -> None:
        self._standin = standin
        self.load()

    def load(self) -> None:
        """Build the indexes from the store."""
        self._by_profile: dict[str, list[str]] = defaultdict(list)
        self._texts: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        self._published: dict[tuple[str, str], deque[float]] = defaultdict(deque)
        for post in self._standin.store.values(_POSTS):
            self._index(post)
        for row in self._standin.store.values(_LIVE):
            self._published[row["profile_ref_id"], row["platform"]].append(row["at_unix"])

    def use_key(self, profile: Profile, key: str) -> None:
        """Mark an idempotency key as used, for a request that created no post."""
        self._standin.store.put(_KEYS, f"{profile['ref_id']}:{key}", True)

    def is_used(self, profile: Profile, key: str) -> bool:
        """Return whether this profile has used a key before, regardless of the outcome."""
        return self._standin.store.get(_KEYS, f"{profile['ref_id']}:{key}") is not None

    def add(self, profile: Profile, request: PostRequest, status: str, due_at: float | None) -> Post:
        """Add a post and mark its idempotency key as used."""
        post: Post = {
            "id": new_id(),
            "ref_id": profile["ref_id"],
            "request": {
                "post": request.post,
                **request.model_dump(by_alias=True, exclude_defaults=True),
            },
            "status": status,
            "created": self._standin.clock.now().timestamp(),
            "due_at": due_at,
            "results": [],
            "errors": [],
            "retried": False,
        }
        changes: list[tuple[str, str, Any]] = [(_POSTS, post["id"], post)]
        if request.idempotency_key is not None:
            changes.append((_KEYS, f"{profile['ref_id']}:{request.idempotency_key}", True))
        self._standin.store.put_many(changes)
        self._index(post)
        return post

    def get(self, post_id: str) -> Post | None:
        post: Post | None = self._standin.store.get(_POSTS, post_id)
        return post

    def update(self, post: Post) -> None:
        self._standin.store.put(_POSTS, post["id"], post)

    def of_profile(self, ref_id: str) -> list[Post]:
        """Return a profile's posts, newest first."""
        return [self._standin.store.get(_POSTS, post_id) for post_id in reversed(self._by_profile[ref_id])]

    def with_status(self, *statuses: str) -> list[Post]:
        return [post for post in self._standin.store.values(_POSTS) if post["status"] in statuses]

    def has_similar(self, profile: Profile, platform: str, request: PostRequest, but: str = "") -> bool:
        """Return whether the same network of the profile has an equal or near-identical text in the window (137).

        Near-identical means equal except for case, spaces and punctuation. A text without letters is not compared.
        """
        text = _normalized(request.post)
        if not text:
            return False
        at = request.scheduled_at or self._standin.clock.now().timestamp()
        window = self._standin.config.duplicate_window_hours * 3_600
        for post_id in self._texts[profile["ref_id"], platform, text]:
            other = self.get(post_id)
            if other is None or post_id == but or other["status"] not in _COUNTED:
                continue
            if any(error["platform"] == platform for error in other["errors"]):
                continue
            if abs((other["due_at"] or other["created"]) - at) < window:
                return True
        return False

    def used_quota(self, ref_id: str, platform: str) -> int:
        """Count the posts published on a network in the last 24 hours."""
        times = self._published[ref_id, platform]
        earliest = self._standin.clock.now().timestamp() - _DAY_SECONDS
        while times and times[0] <= earliest:
            times.popleft()
        return len(times)

    def go_live(self, profile: Profile, post: Post, platforms: list[str], errors: list[dict[str, Any]]) -> Post:
        """Publish the post on the accounts of these networks and update its record, in one write."""
        now = self._standin.clock.now().timestamp()
        rows = [_live_row(profile, post, platform, now) for platform in platforms]
        results = []
        for row in rows:
            self._published[row["profile_ref_id"], row["platform"]].append(now)
            quota = self.used_quota(profile["ref_id"], "instagram")
            results.append(_result(row) | ({"usedQuota": quota} if row["platform"] == "instagram" else {}))
        settled: Post = {
            **post,
            "status": "success" if not errors else "partial" if post["results"] or results else "error",
            "results": post["results"] + results,
            "errors": errors,
        }
        changes = [(_LIVE, row["network_id"], row) for row in rows]
        self._standin.store.put_many([*changes, (_POSTS, post["id"], settled)])
        return settled

    def take_down(self, network_id: str) -> None:
        """Mark a live row as deleted from its network."""
        row = self._standin.store.get(_LIVE, network_id)
        deleted_at = utc(self._standin.clock.now().timestamp())
        self._standin.store.put(_LIVE, network_id, {**row, "deleted_at": deleted_at})

    def live(self) -> list[dict[str, Any]]:
        """Return every row that was ever live, oldest first. `deleted_at` is set on deleted ones."""
        return self._standin.store.values(_LIVE)

    def _index(self, post: Post) -> None:
        self._by_profile[post["ref_id"]].append(post["id"])
        text = _normalized(post["request"]["post"])
        for platform in post["request"]["platforms"]:
            self._texts[post["ref_id"], platform, text].append(post["id"])


def _normalized(text: str) -> str:
    return _NOT_TEXT.sub("", text.casefold())


def _live_row(profile: Profile, post: Post, platform: str, at: float) -> dict[str, Any]:
    account = profile["linked"][platform]
    facebook = platform == "facebook"
    network_id = f"{account['id']}_{digits(15)}" if facebook else digits(17)
    path = network_id if facebook else f"p/{new_id()[:11]}/"
    return {
        "profile_ref_id": profile["ref_id"],
        "profile_title": profile["title"],
        "on_primary": profile["ref_id"] == PRIMARY,
        "platform": platform,
        "platform_account_id": account["id"],
        "text": post["request"]["post"],
        "media_urls": post["request"].get("mediaUrls", []),
        "notes": post["request"].get("notes"),
        "idempotency_key": post["request"].get("idempotencyKey"),
        "post_id": post["id"],
        "network_id": network_id,
        "url": f"https://www.{platform}.com/{path}",
        "at": utc(at),
        "at_unix": at,
        "deleted_at": None,
    }


def _result(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "status": "success",
        "id": row["network_id"],
        "postUrl": row["url"],
        "platform": row["platform"],
    }


def record(post: Post) -> dict[str, Any]:
    """Return a post as in `GET /history` and `GET /post/:id` (EXTERNAL_APIS 1.4)."""
    request = post["request"]
    return {
        "id": post["id"],
        "post": request["post"],
        "platforms": request["platforms"],
        "postIds": post["results"],
        "errors": post["errors"],
        "status": "error" if post["status"] == "partial" else post["status"],
        "type": "now" if "scheduleDate" not in request else "scheduled",
        "notes": request.get("notes", ""),
        "created": utc(post["created"]),
        "scheduleDate": firestore_time(post["due_at"] or post["created"]),
        "urls": request.get("mediaUrls", []),
        "refId": post["ref_id"],
    }
