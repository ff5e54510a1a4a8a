"""The parts of Ayrshare's answers that we use. Everything else is ignored."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from common.http import is_http_url
from pulseworks_contracts import Platform
from pydantic import SecretStr

from publisher.clients.ayrshare.rate_limit import UNLIMITED, RateLimit

NETWORKS: dict[Platform, str] = {"FACEBOOK": "facebook", "INSTAGRAM": "instagram"}
_PLATFORMS = {network: platform for platform, network in NETWORKS.items()}


@dataclass(frozen=True)
class CreatedProfile:
    ref_id: str
    profile_key: SecretStr


@dataclass(frozen=True)
class LinkedAccount:
    platform: Platform
    account_id: str
    display_name: str
    profile_url: str | None
    linked_at: datetime | None = None
    """Since when it is linked, if Ayrshare states it."""


@dataclass(frozen=True)
class LinkSession:
    url: str
    expires_at: datetime | None


@dataclass(frozen=True)
class PostRequest:
    """One post on one platform. ``key`` is the idempotency key and the note."""

    key: str
    platform: Platform
    text: str
    media_urls: tuple[str, ...]
    alt_texts: tuple[str, ...]

    def body(self) -> dict[str, Any]:
        """Return the JSON of ``POST /post`` (https://www.ayrshare.com/docs/apis/post/post)."""
        body: dict[str, Any] = {
            "post": self.text,
            "platforms": [NETWORKS[self.platform]],
            "mediaUrls": list(self.media_urls),
            "idempotencyKey": self.key,
            "notes": self.key,
        }
        if any(self.alt_texts):
            # the documentation's own spelling, with a capital B
            options = "faceBookOptions" if self.platform == "FACEBOOK" else "instagramOptions"
            body[options] = {"altText": list(self.alt_texts)}
        return body


@dataclass(frozen=True)
class Answered:
    """An HTTP answer. ``body`` is None when it is not a JSON object; ``text`` is truncated and contains no secret."""

    status: int
    body: dict[str, Any] | None
    text: str
    limit: RateLimit = UNLIMITED


@dataclass(frozen=True)
class NeverSent:
    """No connection was made: the request did not leave."""

    reason: str


@dataclass(frozen=True)
class AnswerLost:
    """The request left, at least in part, and no complete answer came back."""

    reason: str


PostAnswer = Answered | NeverSent | AnswerLost


@dataclass(frozen=True)
class ProfileDetails:
    """The state of a profile at Ayrshare."""

    linked: tuple[LinkedAccount, ...]
    suspended: bool
    instagram_used: int | None
    """Posts on Instagram in the last 24 hours, as Instagram counts them. None: not requested, or not stated."""
    limit: RateLimit


@dataclass(frozen=True)
class HistoryEntry:
    """One post in the history. ``raw`` has the same form as the answer to a post."""

    notes: str | None
    status: str
    created: datetime | None
    raw: dict[str, Any]


def linked_accounts(body: Mapping[str, Any]) -> Iterator[LinkedAccount]:
    """Return the Facebook Page and the Instagram account of ``GET /user``.

    ``activeSocialAccounts`` is absent, not empty, when nothing is linked.
    """
    active = body.get("activeSocialAccounts") or []
    for shown in body.get("displayNames") or []:
        platform = _PLATFORMS.get(shown.get("platform", ""))
        account_id = shown.get("id")
        if platform is None or not account_id or NETWORKS[platform] not in active:
            continue
        name = shown.get("pageName") or shown.get("displayName") or shown.get("username") or account_id
        since = parse_time(shown.get("created"))
        url = shown.get("profileUrl")
        yield LinkedAccount(platform, str(account_id), str(name), url if is_http_url(url) else None, since)


@dataclass(frozen=True)
class History:
    entries: list[HistoryEntry]
    limit: RateLimit


def profile_details(body: Mapping[str, Any], limit: RateLimit) -> ProfileDetails:
    shown = [row for row in body.get("displayNames") or [] if row.get("platform") == NETWORKS["INSTAGRAM"]]
    used = shown[0].get("usedQuota") if shown else None
    return ProfileDetails(
        linked=tuple(linked_accounts(body)),
        suspended=body.get("suspended") is True,
        instagram_used=used if isinstance(used, int) else None,
        limit=limit,
    )


def history_entry(raw: dict[str, Any]) -> HistoryEntry:
    notes = raw.get("notes")
    return HistoryEntry(
        notes=notes if isinstance(notes, str) else None,
        status=str(raw.get("status", "")),
        created=parse_time(raw.get("created")),
        raw=raw,
    )


def parse_time(value: Any) -> datetime | None:
    """Read a time in any form that Ayrshare uses: RFC 3339, UNIX seconds, or ``{_seconds, …}``. None: not a time."""
    if isinstance(value, Mapping):
        value = value.get("_seconds") or value.get("utc")
    try:
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value, UTC)
        if isinstance(value, str):
            parsed = datetime.fromisoformat(value)
            return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None


def error_code(body: Mapping[str, Any]) -> int | None:
    code = body.get("code")
    return code if isinstance(code, int) else None
