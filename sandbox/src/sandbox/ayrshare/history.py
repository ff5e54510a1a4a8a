"""`GET /history`, and changes of existing posts (EXTERNAL_APIS 1.4)."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic.alias_generators import to_camel
from starlette.datastructures import QueryParams

from sandbox.ayrshare.config import AyrshareConfig
from sandbox.ayrshare.post_store import Post, PostStore, record
from sandbox.ayrshare.profiles import Profile
from sandbox.ayrshare.responses import AyrshareError, bad_parameters
from sandbox.ayrshare.schemas import DeletePost, Platform, parse_utc
from sandbox.standin import StandIn

_CACHED_ABOVE = 25
_DAY_SECONDS = 86_400


class HistoryQuery(BaseModel):
    """The query of `GET /history`."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, frozen=True)

    limit: Annotated[int, Field(ge=1, le=1_000)] = 25
    last_days: Annotated[int, Field(ge=0)] = 30
    start_date: str | None = None
    end_date: str | None = None
    status: str | None = None
    type: Literal["immediate", "scheduled"] | None = None
    platforms: tuple[Platform, ...] = ()

    @field_validator("start_date", "end_date")
    @classmethod
    def _is_utc(cls, value: str | None) -> str | None:
        if value is not None:
            parse_utc(value)
        return value


def read_query(params: QueryParams) -> HistoryQuery:
    """Parse the query. Arrays are `platforms[0]=..&platforms[1]=..` or repeated (EXTERNAL_APIS 1.1)."""
    fields: dict[str, Any] = {}
    for name, value in params.multi_items():
        plain = name.partition("[")[0]
        if plain == "platforms":
            fields.setdefault(plain, []).append(value)
        else:
            fields[name] = value
    try:
        return HistoryQuery.model_validate(fields)
    except ValidationError as error:
        names = ", ".join(".".join(map(str, problem["loc"])) for problem in error.errors())
        raise bad_parameters(f"Invalid in the query: {names}.") from error


class History:
    """Lists and deletes posts."""

    def __init__(self, standin: StandIn[AyrshareConfig], post_store: PostStore) -> None:
        self._standin = standin
        self._post_store = post_store
        self._cache: dict[tuple[str, HistoryQuery], tuple[float, list[dict[str, Any]]]] = {}

    def clear(self) -> None:
        self._cache.clear()

    def listed(self, profile: Profile, query: HistoryQuery) -> list[dict[str, Any]]:
        """Return a profile's posts, newest first. Lists of more than 25 are cached for about a minute."""
        if query.limit <= _CACHED_ABOVE:
            return self._select(profile, query)
        now, key = self._standin.clock.now().timestamp(), (profile["ref_id"], query)
        read_at, posts = self._cache.get(key, (0.0, []))
        if now - read_at >= self._standin.config.history_cache_seconds:
            posts = self._select(profile, query)
            self._cache[key] = (now, posts)
        return posts

    def one(self, profile: Profile, post_id: str) -> Post:
        """Return a post of this profile. Raises AyrshareError 404 for any other (body code unconfirmed)."""
        post = self._post_store.get(post_id)
        if post is None or post["ref_id"] != profile["ref_id"]:
            raise AyrshareError(404, f"Post {post_id} not found.", action="get", http=404)
        return post

    def delete(self, profile: Profile, request: DeletePost) -> tuple[int, dict[str, Any]]:
        """Delete posts; return HTTP status and body."""
        if request.id is not None:
            return self._delete(profile, request.id, by_hand=request.mark_manual_deleted)
        if request.bulk is not None:
            ids = request.bulk
        else:
            pending = [p for p in self._post_store.of_profile(profile["ref_id"]) if p["status"] == "pending"]
            ids = [post["id"] for post in pending]
        answers = [self._delete(profile, post_id, by_hand=request.mark_manual_deleted) for post_id in ids]
        failed = any(status != 200 for status, _ in answers)
        return (400 if failed else 200), {
            "status": "error" if failed else "success",
            "code": 400 if failed else 200,
            "posts": [body for _, body in answers],
        }

    def _delete(self, profile: Profile, post_id: str, *, by_hand: bool) -> tuple[int, dict[str, Any]]:
        """Delete one post. A published one stays on Instagram, which has no delete API.

        Raises AyrshareError 114 for an unknown id, 383 for a deleted one, and 382 if `markManualDeleted` does not
        apply.
        """
        post = self._post_store.get(post_id)
        if post is None or post["ref_id"] != profile["ref_id"]:
            raise AyrshareError(114, f"Post {post_id} not found.", action="delete")
        if post["status"] == "deleted":
            raise AyrshareError(383, f"Post {post_id} is already deleted.", action="delete")
        if by_hand and not post["results"]:
            raise AyrshareError(382, "Only a published post can be marked as deleted.", action="delete")
        networks: dict[str, Any] = {}
        for result in [] if by_hand else post["results"]:
            networks[result["platform"]] = self._take_down(result)
        stays = any(network["status"] == "error" for network in networks.values())
        if not stays:
            self._post_store.update({**post, "status": "deleted"})
        code = 400 if stays else 200
        body = {"status": "error" if stays else "success", "id": post_id, "code": code, **networks}
        return code, body

    def _take_down(self, result: dict[str, Any]) -> dict[str, Any]:
        if result["platform"] == "instagram":
            return {
                "action": "delete",
                "status": "error",
                "id": result["id"],
                "message": "Instagram posts can not be deleted by API: delete it manually.",
            }
        self._post_store.take_down(result["id"])
        return {"action": "delete", "status": "success", "id": result["id"]}

    def _select(self, profile: Profile, query: HistoryQuery) -> list[dict[str, Any]]:
        now = self._standin.clock.now().timestamp()
        earliest = parse_utc(query.start_date) if query.start_date else 0.0
        if query.last_days and not query.start_date:
            earliest = now - query.last_days * _DAY_SECONDS
        latest = parse_utc(query.end_date) if query.end_date else None
        found: list[dict[str, Any]] = []
        for post in self._post_store.of_profile(profile["ref_id"]):
            if len(found) == query.limit:
                break
            if post["created"] < earliest or (latest is not None and post["created"] > latest):
                continue
            shown = record(post)
            if _fits(shown, query):
                found.append(shown)
        return found


def _fits(shown: dict[str, Any], query: HistoryQuery) -> bool:
    """Return whether a post matches. Deleted posts match only by their status."""
    if query.status is None and shown["status"] == "deleted":
        return False
    kind = {"immediate": "now", "scheduled": "scheduled", None: shown["type"]}[query.type]
    return (
        query.status in {None, shown["status"]}
        and shown["type"] == kind
        and (not query.platforms or not set(query.platforms).isdisjoint(shown["platforms"]))
    )
