"""Reading websites of strangers: only public addresses, pinned, bounded (invariant M4)."""

from content.clients.website.addresses import is_public
from content.clients.website.errors import (
    WebsiteAddressNotPublicError,
    WebsiteAnswerError,
    WebsiteContentTypeError,
    WebsiteError,
    WebsiteRedirectsError,
    WebsiteTimeoutError,
    WebsiteTooLargeError,
    WebsiteUnreachableError,
    WebsiteUrlInvalidError,
)
from content.clients.website.fetched import Fetched
from content.clients.website.fetcher import FetchLimits, Kind, WebsiteFetcher
from content.clients.website.targets import parse_allowed_hosts, parse_target

__all__ = [
    "FetchLimits",
    "Fetched",
    "Kind",
    "WebsiteAddressNotPublicError",
    "WebsiteAnswerError",
    "WebsiteContentTypeError",
    "WebsiteError",
    "WebsiteFetcher",
    "WebsiteRedirectsError",
    "WebsiteTimeoutError",
    "WebsiteTooLargeError",
    "WebsiteUnreachableError",
    "WebsiteUrlInvalidError",
    "is_public",
    "parse_allowed_hosts",
    "parse_target",
]
