"""Which service owns which path, and which paths need no token. Unlisted paths are not reachable."""

import re

from common.http.loggable import without_secrets

from gateway.forwarding.errors import BadTargetError

PREFIXES: dict[str, str] = {
    "/api/auth": "identity",
    "/api/account": "identity",
    "/api/users": "identity",
    "/api/audit": "identity",
    "/api/billing": "billing",
    "/api/webhooks/stripe": "billing",
    "/api/briefs": "content",
    "/api/brand": "content",
    "/api/content": "content",
    "/api/schedule": "scheduler",
    "/api/social": "publisher",
    "/api/webhooks/ayrshare": "publisher",
}

PUBLIC: frozenset[tuple[str, str]] = frozenset(
    {
        ("POST", "/api/auth/signup"),
        ("POST", "/api/auth/login"),
        ("POST", "/api/auth/refresh"),
        ("POST", "/api/auth/invitations/accept"),
        ("GET", "/api/billing/plans"),
        ("POST", "/api/webhooks/stripe"),
        ("POST", "/api/webhooks/ayrshare"),
    }
)

# A calendar program can't sign in. The URL holds a secret (256 random bits), which the scheduler checks.
PUBLIC_PATTERNS: dict[tuple[str, str], re.Pattern[str]] = {
    ("GET", "/api/schedule/calendar/{token}.ics"): re.compile(r"/api/schedule/calendar/[A-Za-z0-9_-]{43}\.ics"),
}

# Paths that two programs may parse differently: the gateway would check one path and the service serve another.
_AMBIGUOUS = re.compile(rb"//|/\.{1,2}(/|$)|\\|;|%(2f|5c|2e|25|00)", re.IGNORECASE)


def service_of(path: str) -> str | None:
    """Return the service that owns ``path``, or None."""
    for prefix, service in PREFIXES.items():
        if path == prefix or path.startswith(prefix + "/"):
            return service
    return None


def is_public(method: str, path: str) -> bool:
    """Return whether a request needs no token. OPTIONS asks for the methods of a path, which /docs shows anyway."""
    if method == "OPTIONS":
        return True
    method = "GET" if method == "HEAD" else method
    if (method, path) in PUBLIC:
        return True
    return any(method == verb and pattern.fullmatch(path) for (verb, _), pattern in PUBLIC_PATTERNS.items())


def loggable(path: str) -> str:
    """Return the path for a log: the template of a path that holds a secret, and no other segment that may be one."""
    for (_, template), pattern in PUBLIC_PATTERNS.items():
        if pattern.fullmatch(path):
            return template
    return without_secrets(path)


def check_path(raw_path: bytes) -> None:
    """Raise BadTargetError if ``raw_path`` is ambiguous."""
    if _AMBIGUOUS.search(raw_path):
        raise BadTargetError("Use a plain path without empty or dot segments and without encoded slashes or dots.")
