"""Where Stripe's pages may redirect the browser. Without a restriction our links would be an open redirect."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from billing.checkout.errors import RedirectNotAllowedError

_MAX_LENGTH = 2000
_DEFAULT_PORTS = {"http": 80, "https": 443}
_LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}

Origin = tuple[str, int]


class Redirects:
    """Validates redirect addresses and supplies the defaults.

    `web_url` is the web application's address; `further_hosts` are additional allowed hosts, `host` or `host:port`.
    """

    def __init__(self, web_url: str, further_hosts: Sequence[str]) -> None:
        self._web_url = web_url
        self._http = {_origin(web_url)} if urlsplit(web_url).scheme == "http" else set()
        self._https = {_origin(web_url)} | {_origin(f"https://{host}") for host in further_hosts}
        # local hosts have no certificate
        local = [host for host in further_hosts if urlsplit(f"//{host}").hostname in _LOCAL_HOSTS]
        self._http |= {_origin(f"http://{host}") for host in local}

    def success(self, url: str | None) -> str:
        """Stripe replaces `{CHECKOUT_SESSION_ID}`."""
        return self._validated(url, "success_url", "/billing/success?session_id={CHECKOUT_SESSION_ID}")

    def cancel(self, url: str | None) -> str:
        return self._validated(url, "cancel_url", "/billing/cancelled")

    def portal(self, url: str | None) -> str:
        return self._validated(url, "return_url", "/billing")

    def _validated(self, url: str | None, field: str, default: str) -> str:
        if url is None:
            return f"{self._web_url}{default}"
        if not self.allows(url):
            raise RedirectNotAllowedError(
                "Use a URL of the web application, or of another host that the operator has allowed, or omit the "
                "field.",
                field=field,
            )
        return url

    def allows(self, url: str) -> bool:
        # browsers read a backslash as a slash and drop control characters; reject what parsers disagree on
        if len(url) > _MAX_LENGTH or "\\" in url or not url.isascii() or not url.isprintable() or " " in url:
            return False
        try:
            parts = urlsplit(url)
            origin = _origin(url)
        except ValueError:
            return False
        if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or "@" in parts.netloc:
            return False
        return origin in (self._https if parts.scheme == "https" else self._http)


def _origin(url: str) -> Origin:
    parts = urlsplit(url)
    return (parts.hostname or "").lower(), parts.port or _DEFAULT_PORTS.get(parts.scheme, 0)
