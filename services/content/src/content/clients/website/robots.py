"""robots.txt (RFC 9309): which pages beyond the start page a site lets us read.

The owner asks for the start page, and its style sheets and pictures are part of it, so they are not asked about.
"""

from urllib.parse import urlsplit

from protego import Protego

from content.clients.website.errors import WebsiteAnswerError, WebsiteError
from content.clients.website.fetched import Fetched

PRODUCT = "PulseWorks"
"""The name that a site uses for us in its robots.txt."""

_MAX_CHARACTERS = 500_000
"""RFC 9309, 2.5: at least 500 KiB must be read."""
_TOO_MANY_REQUESTS = 429


class Robots:
    """What one host allows. A file that could not be read for now forbids all (RFC 9309, 2.3.1.4)."""

    def __init__(self, rules: Protego | None) -> None:
        self._rules = rules

    def allows(self, url: str) -> bool:
        return self._rules is not None and self._rules.can_fetch(url, PRODUCT)


def robots_url(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/robots.txt"


def robots_of(answer: Fetched | WebsiteError) -> Robots:
    """Return the rules. A site that answers that it has no such file allows all (RFC 9309, 2.3.1.3)."""
    if isinstance(answer, Fetched):
        return Robots(Protego.parse(answer.text[:_MAX_CHARACTERS]))
    if isinstance(answer, WebsiteAnswerError):
        status = answer.answered_status
        return Robots(Protego.parse("") if status < 500 and status != _TOO_MANY_REQUESTS else None)
    return Robots(None)
