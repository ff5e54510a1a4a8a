"""Where Stripe's pages may send the browser back to. Anything else would make our link a door to any site."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from common.errors import InvalidError

_LONGEST = 2000
_PORTS = {"http": 80, "https": 443}
_LOCAL = {"localhost", "127.0.0.1", "::1"}

Origin = tuple[str, int]


class RedirectNotAllowedError(InvalidError):
    code = "redirect_not_allowed"
    title = "The page to come back to is not one of ours"


class Redirects:
    """`web_url` is the frontend's address; `further_hosts` are `host` or `host:port` that are allowed besides it."""

    def __init__(self, web_url: str, further_hosts: Sequence[str]) -> None:
        self._web_url = web_url
        self._plain = {_origin(web_url)} if urlsplit(web_url).scheme == "http" else set()
        self._allowed = {_origin(web_url)} | {_origin(f"https://{host}") for host in further_hosts}
        # on this machine itself nothing has a certificate
        local = [host for host in further_hosts if urlsplit(f"//{host}").hostname in _LOCAL]
        self._plain |= {_origin(f"http://{host}") for host in local}

    def success(self, wanted: str | None) -> str:
        """Stripe fills in `{CHECKOUT_SESSION_ID}`."""
        return self._checked(wanted, "success_url", "/billing/success?session_id={CHECKOUT_SESSION_ID}")

    def cancel(self, wanted: str | None) -> str:
        return self._checked(wanted, "cancel_url", "/billing/cancelled")

    def portal(self, wanted: str | None) -> str:
        return self._checked(wanted, "return_url", "/billing")

    def _checked(self, wanted: str | None, field: str, default: str) -> str:
        if wanted is None:
            return f"{self._web_url}{default}"
        if not self.allows(wanted):
            raise RedirectNotAllowedError(
                "Give an address on the host of the web application, with its scheme, or leave it out.", field=field
            )
        return wanted

    def allows(self, url: str) -> bool:
        # browsers read a backslash as a slash and drop control characters; what parsers disagree on is refused
        if len(url) > _LONGEST or "\\" in url or not url.isascii() or not url.isprintable() or " " in url:
            return False
        try:
            parts = urlsplit(url)
            origin = _origin(url)
        except ValueError:
            return False
        if parts.scheme not in _PORTS or not parts.hostname or "@" in parts.netloc:
            return False
        return origin in (self._allowed if parts.scheme == "https" else self._plain)


def _origin(url: str) -> Origin:
    parts = urlsplit(url)
    return (parts.hostname or "").lower(), parts.port or _PORTS.get(parts.scheme, 0)
