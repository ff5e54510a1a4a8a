"""Classifies the answer to a post: accepted, rejected, rejected for now, a duplicate, or unclear."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from common.http import is_http_url
from pulseworks_contracts import LIMITS, Platform, Reason

from publisher.clients.ayrshare.answers import NETWORKS, Answered, AnswerLost, NeverSent, PostAnswer
from publisher.clients.ayrshare.codes import CodeRow, Scope, load_codes

_OK = 200
_BAD_REQUEST = 400
_SERVER_ERROR = 500
_REASON_CHARACTERS = 300
# The HTTP status and the code for a used key are not documented, so only the wording identifies it.
_USED_KEY = re.compile(r"idempoten", re.IGNORECASE)
# A refusal with an unknown code and one of these phrases may be a post that goes live later.
_DOUBTFUL = re.compile(
    r"timed? ?out|may (already )?have|still (being )?process|in progress|not (yet )?confirmed", re.IGNORECASE
)
_UNDER_WAY = {"pending", "processing", "scheduled", "awaiting approval"}


@dataclass(frozen=True)
class Accepted:
    provider_post_id: str | None
    platform_post_id: str | None
    post_url: str | None


@dataclass(frozen=True)
class Rejected:
    """Nothing was posted, and nothing will be unless a person acts."""

    reason: Reason


@dataclass(frozen=True)
class RejectedForNow:
    """Nothing was posted; the same may be accepted later. ``pause`` and ``at_least`` are in seconds."""

    reason: Reason
    pause: float
    at_least: float
    retries: int | None
    scope: Scope


@dataclass(frozen=True)
class Duplicate:
    """Ayrshare has seen this key or content before: probably in our own call."""

    message: str


@dataclass(frozen=True)
class NotSent:
    """No connection was made: the call never left."""

    reason: str


@dataclass(frozen=True)
class UnderWay:
    """Ayrshare has the post and has not finished it."""


@dataclass(frozen=True)
class Unclear:
    """The post may be live or not."""

    reason: str


Verdict = Accepted | Rejected | RejectedForNow | Duplicate | NotSent | UnderWay | Unclear


def classify(answer: PostAnswer, platform: Platform) -> Verdict:
    """Return what is known after one call for one platform."""
    match answer:
        case NeverSent(reason):
            return NotSent(reason)
        case AnswerLost(reason):
            return Unclear(f"no answer ({reason})")
        case Answered(status, body):
            return _classify_answer(status, body, platform)


def _classify_answer(status: int, body: dict[str, Any] | None, platform: Platform) -> Verdict:
    if status >= _SERVER_ERROR:
        return Unclear(f"HTTP {status}")
    post = _post_of(body)
    if post is None:
        # an empty 429 or 401 from a proxy is as definite as one with a body; a success must name its result
        return (
            Unclear(f"HTTP {status} without a readable answer")
            if status < _BAD_REQUEST
            else _error(status, {}, platform)
        )
    return classify_post(status, post, platform)


def classify_post(status: int, post: Mapping[str, Any], platform: Platform) -> Verdict:
    """Classify the object of one post, from an answer or (with status 200) from the history.

    A partial success is HTTP 400 with the platforms that succeeded in ``postIds``, so our platform's row decides.
    """
    row = _on_platform(post.get("postIds"), platform)
    if row is not None and row.get("status", post.get("status")) == "success":
        return Accepted(_text(post.get("id")), _text(row.get("id")), _url(row.get("postUrl")))
    if post.get("status") in _UNDER_WAY or (row is not None and row.get("status") in _UNDER_WAY):
        return UnderWay()
    failed = _error_of(post, platform)
    if failed is not None:
        return _error(max(status, _BAD_REQUEST), failed, platform)
    if status < _BAD_REQUEST:
        return Unclear(f"HTTP {status} without a result for {LIMITS[platform].display_name}")
    return _error(status, post, platform)


def _post_of(body: dict[str, Any] | None) -> Mapping[str, Any] | None:
    """Unwrap ``posts``, which is there with a Profile-Key; without one, and for errors of the request, it is not."""
    if body is None or "posts" not in body:
        return body
    posts = body["posts"]
    return posts[0] if isinstance(posts, list) and posts and isinstance(posts[0], dict) else None


def _error_of(post: Mapping[str, Any], platform: Platform) -> Mapping[str, Any] | None:
    errors = [
        error for error in _rows(post.get("errors")) if error.get("platform", NETWORKS[platform]) == NETWORKS[platform]
    ]
    if errors:
        return errors[0]
    return post if post.get("status") == "error" and (post.get("code") is not None or post.get("message")) else None


def _on_platform(rows: Any, platform: Platform) -> Mapping[str, Any] | None:
    return next((row for row in _rows(rows) if row.get("platform") == NETWORKS[platform]), None)


def _rows(value: Any) -> list[Mapping[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _error(status: int, error: Mapping[str, Any], platform: Platform) -> Verdict:
    code = error.get("code")
    reason = str(error.get("message") or "no reason was given.")[:_REASON_CHARACTERS]
    if _USED_KEY.search(reason):
        return Duplicate(reason)
    known = int(code) if isinstance(code, int) or (isinstance(code, str) and code.isdecimal()) else None
    row = load_codes().row(status, known, reason)
    if row is None:
        return Unclear(f"HTTP {status}")
    if known not in load_codes().by_code and row.class_ == "rejected":
        if _asks_to_verify(error) or _DOUBTFUL.search(reason):
            return Unclear(f"HTTP {status}, {reason}")
        if error.get("retryAvailable") is True:
            # Ayrshare states that the same content may be sent once more
            row = replace(row, class_="transient", retries=1)
    return _verdict(row, row.text.format(platform=LIMITS[platform].display_name, reason=reason))


def _asks_to_verify(error: Mapping[str, Any]) -> bool:
    details = error.get("detailsData")
    return isinstance(details, Mapping) and any(str(name).startswith("verify") for name in details)


def _verdict(row: CodeRow, text: str) -> Verdict:
    reason = Reason(code=row.code, message=text, remedy=row.remedy)
    match row.class_:
        case "rejected":
            return Rejected(reason)
        case "transient":
            return RejectedForNow(reason, row.pause, row.at_least, row.retries, row.scope)
        case "duplicate":
            return Duplicate(text)
        case "unknown":
            return Unclear(text)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _url(value: Any) -> str | None:
    return value if is_http_url(value) else None
