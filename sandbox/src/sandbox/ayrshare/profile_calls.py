"""The calls below `/profiles` (EXTERNAL_APIS 1.6)."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel
from starlette.datastructures import QueryParams

from sandbox.ayrshare.config import AyrshareConfig
from sandbox.ayrshare.gate import Call
from sandbox.ayrshare.linking import Linking
from sandbox.ayrshare.profiles import Profile, Profiles, listed
from sandbox.ayrshare.responses import ApiResponse, bad_parameters, utc
from sandbox.ayrshare.schemas import CreateProfile, DeleteProfile, Platform, Unlink, UpdateProfile
from sandbox.standin import StandIn


class _ListQuery(BaseModel):
    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, frozen=True)

    title: str | None = None
    ref_id: str | None = None
    has_active_social_accounts: Literal["true", "false"] | None = None
    includes_active_social_accounts: tuple[Platform, ...] = ()
    limit: Annotated[int, Field(ge=1, le=5_000)] = 100
    cursor: str | None = None


class ProfileCalls:
    """Creates, lists, changes and removes profiles, and unlinks their accounts."""

    def __init__(self, standin: StandIn[AyrshareConfig], profiles: Profiles, linking: Linking) -> None:
        self._standin = standin
        self._profiles = profiles
        self._linking = linking
        self._cache: dict[_ListQuery, tuple[float, dict[str, Any]]] = {}

    def clear(self) -> None:
        self._cache.clear()

    async def create(self, call: Call) -> ApiResponse:
        """`POST /profiles`: the only response that contains the profile key."""
        request = await call.body(CreateProfile)
        profile = self._profiles.create(
            request.title,
            disable_social=list(request.disable_social),
            messaging_active=request.messaging_active,
        )
        return ApiResponse(
            {
                "status": "success",
                "title": profile["title"],
                "refId": profile["ref_id"],
                "profileKey": profile["profile_key"],
                "messagingActive": profile["messaging_active"],
            }
        )

    async def listing(self, call: Call) -> ApiResponse:
        """`GET /profiles`: without keys and without the primary profile. Equal queries are cached."""
        query = _read_query(call.query)
        now = self._standin.clock.now().timestamp()
        read_at, body = self._cache.get(query, (0.0, {}))
        if now - read_at >= self._standin.config.profiles_cache_seconds:
            body = self._select(query, now)
            self._cache[query] = (now, body)
        return ApiResponse(body)

    async def update(self, call: Call) -> ApiResponse:
        request = await call.body(UpdateProfile)
        profile = self._profiles.by_key(request.profile_key)
        if request.title is not None:
            self._profiles.rename(profile, request.title)
        if request.disable_social is not None:
            renamed = self._profiles.by_key(request.profile_key)
            self._profiles.set_disabled(renamed, list(request.disable_social))
        return ApiResponse({"status": "success", "refId": profile["ref_id"]})

    async def delete(self, call: Call) -> ApiResponse:
        """`DELETE /profiles`: identified by header, key or title. The primary profile can't be deleted."""
        request = await call.body(DeleteProfile)
        if request.profile_key is not None:
            profile = self._profiles.by_key(request.profile_key)
        elif request.title is not None:
            profile = self._by_title(request.title)
        elif call.for_customer:
            profile = call.profile
        else:
            raise bad_parameters("Name the profile by Profile-Key, profileKey or title.")
        self._profiles.delete(profile)
        return ApiResponse({"status": "success", "refId": profile["ref_id"]})

    async def unlink(self, call: Call) -> ApiResponse:
        """`DELETE /profiles/social` (response format unconfirmed)."""
        request = await call.body(Unlink)
        if not self._linking.unlink(call.profile["ref_id"], request.platform):
            raise bad_parameters(f"{request.platform} is not linked.")
        return ApiResponse({"status": "success", "platform": request.platform, "refId": call.profile["ref_id"]})

    def _by_title(self, title: str) -> Profile:
        for profile in self._profiles.customers():
            if profile["title"] == title:
                return profile
        raise bad_parameters(f"There is no profile with the title {title!r}.")

    def _select(self, query: _ListQuery, now: float) -> dict[str, Any]:
        fitting = [profile for profile in self._profiles.customers() if _fits(profile, query)]
        refs = [profile["ref_id"] for profile in fitting]
        if query.cursor is not None and query.cursor not in refs:
            raise bad_parameters("cursor was not returned by this API.")
        start = refs.index(query.cursor) + 1 if query.cursor is not None else 0
        page = fitting[start : start + query.limit]
        has_more = start + query.limit < len(fitting)
        pagination: dict[str, Any] = {"hasMore": has_more, "limit": query.limit}
        if has_more:
            pagination["nextCursor"] = page[-1]["ref_id"]
        return {
            "profiles": [listed(profile) for profile in page],
            "count": len(page),
            "lastUpdated": utc(now),
            "nextUpdate": utc(now + self._standin.config.profiles_cache_seconds),
            "pagination": pagination,
        }


def _read_query(params: QueryParams) -> _ListQuery:
    fields: dict[str, Any] = {}
    for name, value in params.multi_items():
        plain = name.partition("[")[0]
        if plain == "includesActiveSocialAccounts":
            fields.setdefault(plain, []).append(value)
        else:
            fields[name] = value
    try:
        return _ListQuery.model_validate(fields)
    except ValidationError as error:
        names = ", ".join(".".join(map(str, problem["loc"])) for problem in error.errors())
        raise bad_parameters(f"Invalid in the query: {names}.") from error


def _fits(profile: Profile, query: _ListQuery) -> bool:
    linked = profile["linked"]
    return (
        query.title in {None, profile["title"]}
        and query.ref_id in {None, profile["ref_id"]}
        and query.has_active_social_accounts in {None, "true" if linked else "false"}
        and set(query.includes_active_social_accounts) <= set(linked)
    )
