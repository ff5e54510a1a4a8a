"""Checks for every call: the API key, the profile that it acts for, the rate limit."""

from collections import Counter, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.ayrshare.config import AyrshareConfig
from sandbox.ayrshare.profiles import Profile, Profiles
from sandbox.ayrshare.responses import ApiResponse, AyrshareError
from sandbox.ayrshare.schemas import parse
from sandbox.standin import StandIn

_WINDOW_SECONDS = 300
_DAY_SECONDS = 86_400
ModelT = TypeVar("ModelT", bound=BaseModel)


@dataclass(frozen=True)
class Call:
    """An accepted call. `for_customer` says whether a Profile-Key was sent: its responses are wrapped."""

    request: Request
    profile: Profile
    for_customer: bool

    @property
    def query(self) -> QueryParams:
        """The query, without what Ayrshare's SDKs add: `source`, and the `id` that is in the path already."""
        added = {"source", *self.request.path_params}
        return QueryParams(
            [(name, value) for name, value in self.request.query_params.multi_items() if name not in added]
        )

    async def body(self, model: type[ModelT]) -> ModelT:
        """Parse the JSON body. Raises AyrshareError (HTTP 400) if it does not fit this call."""
        return parse(model, await self.request.body(), self.request.headers.get("content-type", ""))


Handler = Callable[[Call], Awaitable[ApiResponse]]


class Gate:
    """Authenticates and counts. Counters are in memory; a suspension is kept in the store."""

    def __init__(self, standin: StandIn[AyrshareConfig], profiles: Profiles) -> None:
        self._standin = standin
        self._profiles = profiles
        self._windows: dict[str, tuple[int, int]] = {}
        self._refusals: dict[str, deque[float]] = {}
        self.calls: Counter[str] = Counter()

    def clear(self) -> None:
        self._windows.clear()
        self._refusals.clear()
        self.calls.clear()

    def guarding(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        """Return an endpoint that runs `handler` for accepted calls and renders its errors."""

        async def endpoint(request: Request) -> Response:
            headers: dict[str, str] = {}
            try:
                profile, for_customer = self._authenticate(request)
                headers = self._count(profile)
                response = await handler(Call(request, profile, for_customer))
            except AyrshareError as error:
                response = ApiResponse(error.body, error.http, error.headers)
            return JSONResponse(response.body, response.status, headers | response.headers | _CHARSET)

        return endpoint

    def _authenticate(self, request: Request) -> tuple[Profile, bool]:
        """Return the profile that the call acts for: without a Profile-Key the primary one (EXTERNAL_APIS 1.1).

        Raises AyrshareError 102 (HTTP 403) for a wrong or missing API key.
        """
        if request.headers.get("authorization") != f"Bearer {self._standin.config.api_key}":
            raise AyrshareError(102, "API Key not valid or missing.", http=403)
        profile_key = request.headers.get("profile-key")
        if profile_key is None:
            return self._profiles.primary(), False
        return self._profiles.by_key(profile_key), True

    def _count(self, profile: Profile) -> dict[str, str]:
        """Count the call and return the rate limit's headers (EXTERNAL_APIS 1.3).

        Raises AyrshareError 429 above the limit, and 403 once too many of those have suspended the profile.
        """
        ref_id, limit = profile["ref_id"], self._standin.config.rate_limit
        if profile["suspended"]:
            raise AyrshareError(403, "This User Profile has been suspended.", http=403)
        self.calls[ref_id] += 1
        now = self._standin.clock.now().timestamp()
        window, count = self._windows.get(ref_id, (0, 0))
        current = int(now // _WINDOW_SECONDS)
        count = count + 1 if window == current else 1
        self._windows[ref_id] = (current, count)
        if limit and count > limit:
            self._refuse(profile, now)
            raise RateLimitedError(limit, count)
        return _rate_headers(limit, count)

    def _refuse(self, profile: Profile, now: float) -> None:
        refusals = self._refusals.setdefault(profile["ref_id"], deque())
        refusals.append(now)
        while refusals[0] <= now - _DAY_SECONDS:
            refusals.popleft()
        allowed = self._standin.config.suspend_after_429
        if allowed and len(refusals) >= allowed:
            self._profiles.suspend(profile)


class RateLimitedError(AyrshareError):
    """HTTP 429 without Retry-After, since none is documented (EXTERNAL_APIS 1.3)."""

    def __init__(self, limit: int, count: int) -> None:
        super().__init__(429, f"Rate limit exceeded: {limit} requests in 5 minutes.", http=429)
        self.headers.update(_rate_headers(limit, count))


def _rate_headers(limit: int, count: int) -> dict[str, str]:
    return {"x-ratelimit-max": str(limit), "x-ratelimit-count": str(count)} if limit else {}


_CHARSET = {"content-type": "application/json; charset=utf-8"}
