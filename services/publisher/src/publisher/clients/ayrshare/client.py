import asyncio
import json
import time
from datetime import UTC, datetime
from typing import Any

import httpx2
from common.certificates import certificates
from common.provider_calls import provider_call
from pulseworks_contracts import Platform
from pydantic import SecretStr

from publisher.clients.ayrshare.answers import (
    NETWORKS,
    Acknowledged,
    Answered,
    AnswerLost,
    CreatedProfile,
    History,
    HistoryQuery,
    LinkSession,
    NeverSent,
    PostAnswer,
    PostRequest,
    ProfileDetails,
    error_code,
    history_entry,
    parse_time,
    profile_details,
)
from publisher.clients.ayrshare.errors import (
    AyrshareRateLimitedError,
    AyrshareRefusedError,
    AyrshareUnavailableError,
    ProfileKeyMissingError,
)
from publisher.clients.ayrshare.rate_limit import UNLIMITED, WINDOW_SECONDS, RateLimit, rate_limit

_MAX_TEXT = 2000
_TOO_MANY = 429
_SERVER_ERROR = 500


class AyrshareClient:
    """Ayrshare's REST API. It never retries a call: each caller decides what a missing answer means."""

    def __init__(self, base_url: str, api_key: SecretStr, *, timeout: float, send_timeout: float) -> None:
        """``timeout`` and ``send_timeout`` (of the post itself) are in seconds."""
        self._base_url = base_url
        self._api_key = api_key
        self._timeout = timeout
        self._send_timeout = send_timeout
        self._primary_paused_until = 0.0
        self._http = httpx2.AsyncClient(timeout=timeout, verify=certificates())
        # Ayrshare may close a kept-alive connection just as the post leaves, and the answer would be lost without need:
        # each post gets its own connection.
        self._posting = httpx2.AsyncClient(
            timeout=httpx2.Timeout(send_timeout, connect=min(send_timeout, 10.0)),
            limits=httpx2.Limits(max_keepalive_connections=0),
            verify=certificates(),
        )

    async def close(self) -> None:
        await self._http.aclose()
        await self._posting.aclose()

    async def check_key(self) -> None:
        """Read our primary profile. Raises AyrshareRefusedError for a wrong key, or AyrshareUnavailableError."""
        await self._call_primary("GET", "/user")

    async def create_profile(self, title: str) -> CreatedProfile:
        """Create a profile. Only this answer contains its key."""
        body = await self._call_primary("POST", "/profiles", {"title": title})
        ref_id, key = body.get("refId"), body.get("profileKey")
        if not isinstance(ref_id, str) or not isinstance(key, str) or not ref_id or not key:
            raise AyrshareUnavailableError("Ayrshare created a profile and did not return its key. Try again.")
        return CreatedProfile(ref_id, SecretStr(key))

    async def delete_profile(self, profile_key: SecretStr) -> Acknowledged:
        """Delete a profile and its links, irreversibly."""
        headers = self._profile_headers(profile_key)
        _, limit = await self._call("DELETE", "/profiles", headers=headers, body={})
        return Acknowledged(limit)

    async def delete_profile_titled(self, title: str) -> None:
        """Delete a profile whose key is not known. Titles are unique."""
        await self._call_primary("DELETE", "/profiles", {"title": title})

    async def has_profile(self, *, title: str) -> bool:
        """Return whether a profile exists. The answer may be five minutes old: Ayrshare caches it."""
        body = await self._call_primary("GET", f"/profiles?{httpx2.QueryParams({'title': title})}")
        profiles = body.get("profiles")
        if not isinstance(profiles, list):
            raise AyrshareUnavailableError("Ayrshare's list of profiles is not a list.")
        return any(isinstance(profile, dict) and profile.get("title") == title for profile in profiles)

    async def create_link_session(self, profile_key: SecretStr, *, redirect: str | None) -> LinkSession:
        """Return the page on which the customer links accounts. It expires after five minutes."""
        wanted: dict[str, Any] = {"allowedSocial": sorted(NETWORKS.values())}
        if redirect is not None:
            wanted["redirect"] = redirect
        headers = self._profile_headers(profile_key)
        body, limit = await self._call("POST", "/profiles/link-sessions", headers=headers, body=wanted)
        url = body.get("url")
        if not isinstance(url, str) or not url:
            raise AyrshareUnavailableError("Ayrshare did not return a linking page. Try again.")
        return LinkSession(url, parse_time(body.get("expiresAt")), limit)

    async def profile(self, profile_key: SecretStr, *, instagram_quota: bool = False) -> ProfileDetails:
        """Return what is linked right now and, on request (it takes longer), how much of Instagram's quota is used."""
        path = "/user?instagramDetails=true" if instagram_quota else "/user"
        body, limit = await self._call("GET", path, headers=self._profile_headers(profile_key))
        return profile_details(body, limit)

    async def unlink(self, profile_key: SecretStr, platform: Platform) -> Acknowledged:
        headers = self._profile_headers(profile_key)
        body = {"platform": NETWORKS[platform]}
        _, limit = await self._call("DELETE", "/profiles/social", headers=headers, body=body)
        return Acknowledged(limit)

    async def delete_post(self, profile_key: SecretStr, provider_post_id: str) -> Acknowledged:
        """Delete a post by Ayrshare's id. Raises AyrshareRefusedError where the API can't do that."""
        headers = self._profile_headers(profile_key)
        _, limit = await self._call("DELETE", "/post", headers=headers, body={"id": provider_post_id})
        return Acknowledged(limit)

    async def history(self, profile_key: SecretStr, query: HistoryQuery) -> History:
        """Return one page of the posts with any outcome, newest first."""
        headers = self._profile_headers(profile_key)
        path = f"/history?{httpx2.QueryParams(query.parameters())}"
        body, limit = await self._call("GET", path, headers=headers)
        entries = body.get("history")
        if not isinstance(entries, list):
            raise AyrshareUnavailableError("Ayrshare's history is not a list.")
        return History([history_entry(entry) for entry in entries if isinstance(entry, dict)], limit)

    async def post(self, profile_key: SecretStr, request: PostRequest) -> PostAnswer:
        """Post once. Failures of the network or of Ayrshare do not raise: they are part of the answer."""
        headers = self._profile_headers(profile_key)
        try:
            # the client's own timeout applies to each chunk; this one bounds a slow answer as a whole
            with provider_call("Ayrshare", "POST /post") as call:
                async with asyncio.timeout(self._send_timeout):
                    response = await self._posting.post(f"{self._base_url}/post", headers=headers, json=request.body())
                call.status = response.status_code
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
            return NeverSent(type(error).__name__)
        except (httpx2.RequestError, TimeoutError) as error:
            return AnswerLost(type(error).__name__)
        content = self._without_secrets(response, headers)
        return Answered(
            response.status_code,
            _json_object(content),
            content.decode("utf-8", "replace")[:_MAX_TEXT],
            _limit(response),
        )

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._api_key.get_secret_value()}"}

    def _profile_headers(self, profile_key: SecretStr) -> dict[str, str]:
        key = profile_key.get_secret_value().strip() if profile_key else ""
        if not key:
            raise ProfileKeyMissingError("call stopped: without a Profile-Key it would affect the primary profile")
        return {**self._headers(), "Profile-Key": key}

    def _without_secrets(self, response: httpx2.Response, headers: dict[str, str]) -> bytes:
        """Return the answer without the keys of the call, so that no error text can leak them (M3)."""
        content = response.content
        for secret in (self._api_key.get_secret_value(), headers.get("Profile-Key", "")):
            if secret:
                content = content.replace(secret.encode(), b"**hidden**")
        return content

    async def _call_primary(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Make a call without a Profile-Key: Ayrshare counts it for our primary profile.

        After a 429 no such call leaves this process for one window, as ``ProfilePacing`` does it for other profiles.
        """
        wait = self._primary_paused_until - time.monotonic()
        if wait > 0:
            raise AyrshareRateLimitedError(
                "The posting provider accepts no more requests of this kind for now. Try again in a few minutes.",
                retry_after=wait,
                limit=UNLIMITED,
            )
        try:
            answer, _ = await self._call(method, path, headers=self._headers(), body=body)
        except AyrshareRateLimitedError as error:
            self._primary_paused_until = time.monotonic() + (error.limit.retry_after or error.retry_after)
            raise
        return answer

    async def _call(
        self, method: str, path: str, *, headers: dict[str, str], body: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], RateLimit]:
        try:
            with provider_call("Ayrshare", f"{method} {path.partition('?')[0]}") as call:
                async with asyncio.timeout(self._timeout):  # as for a post
                    response = await self._http.request(method, self._base_url + path, headers=headers, json=body)
                call.status = response.status_code
        except (httpx2.RequestError, TimeoutError) as error:
            raise AyrshareUnavailableError(f"Ayrshare does not answer ({type(error).__name__}). Try again.") from None
        # a new key in the answer stays: only the keys of the call are removed
        answer = _json_object(self._without_secrets(response, headers))
        limit = _limit(response)
        if response.status_code == _TOO_MANY:
            raise AyrshareRateLimitedError(
                "Too many requests to Ayrshare. Try again in five minutes.",
                retry_after=WINDOW_SECONDS,
                limit=limit,
            )
        if response.status_code >= _SERVER_ERROR or answer is None:
            raise AyrshareUnavailableError(f"Ayrshare answered with {response.status_code}. Try again shortly.")
        # an error is any status other than 200, or a body with that status (https://www.ayrshare.com/docs/errors)
        if response.status_code != httpx2.codes.OK or answer.get("status") == "error":
            reason = str(answer.get("message") or response.status_code)
            raise AyrshareRefusedError(
                reason[:_MAX_TEXT],
                http_status=response.status_code,
                provider_code=error_code(answer),
            )
        return answer, limit


def _limit(response: httpx2.Response) -> RateLimit:
    return rate_limit(response.headers, datetime.now(UTC))


def _json_object(content: bytes) -> dict[str, Any] | None:
    try:
        body = json.loads(content)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None
