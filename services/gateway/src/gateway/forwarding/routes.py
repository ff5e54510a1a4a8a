"""Which service answers which path, and what needs no token. Whatever is not listed is closed."""

import re

from gateway.errors import BadTargetError

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

# A calendar program can't sign in: the address is the secret (256 random bits), and the scheduler decides by it.
PUBLIC_PATTERNS: dict[tuple[str, str], re.Pattern[str]] = {
    ("GET", "/api/schedule/calendar/{token}.ics"): re.compile(r"/api/schedule/calendar/[A-Za-z0-9_-]{43}\.ics"),
}

# What two programs could read differently: then one would check one path and the other serve another.
_AMBIGUOUS = re.compile(rb"//|/\.{1,2}(/|$)|\\|;|%(2f|5c|2e|25|00)", re.IGNORECASE)


def service_of(path: str) -> str | None:
    """Return the service that answers ``path``, or None."""
    for prefix, service in PREFIXES.items():
        if path == prefix or path.startswith(prefix + "/"):
            return service
    return None


def is_public(method: str, path: str) -> bool:
    if (method, path) in PUBLIC:
        return True
    return any(method == verb and pattern.fullmatch(path) for (verb, _), pattern in PUBLIC_PATTERNS.items())


def check_path(raw_path: bytes) -> None:
    """Raise BadTargetError for a path that has more than one reading."""
    if _AMBIGUOUS.search(raw_path):
        raise BadTargetError("Write the path plainly: no empty or dot segments, no encoded slashes or dots.")
