"""What the gateway says to browsers: which pages may call it, what they may read, what its own pages may do."""

from collections.abc import Mapping

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
REQUEST_HEADERS = (
    "Authorization",
    "Content-Type",
    "Consistency-Token",
    "Idempotency-Key",
    "If-None-Match",
    "Last-Event-ID",
    "X-Request-Id",
)
"""Headers that a page of an allowed origin may send."""

RESPONSE_HEADERS = (
    "Allow",
    "Consistency-Token",
    "Content-Disposition",
    "ETag",
    "Idempotency-Replayed",
    "Location",
    "Retry-After",
    "WWW-Authenticate",
    "X-Request-Id",
)
"""Headers that it may read, beside those that browsers always show."""

PREFLIGHT_SECONDS = 7200
"""Browsers keep the answer to a preflight for at most two hours."""


def security_headers(*, hsts_seconds: int) -> Mapping[bytes, bytes]:
    """Return the headers of every response that does not set them itself.

    The API returns data: a browser that opens a response as a page may load and run nothing, and no page may frame it.
    """
    headers = {
        b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
        b"x-content-type-options": b"nosniff",
        b"referrer-policy": b"no-referrer",
        b"cache-control": b"no-store",
    }
    if hsts_seconds:
        headers[b"strict-transport-security"] = b"max-age=%d" % hsts_seconds
    return headers
