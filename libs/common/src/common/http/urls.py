"""URLs that are stored or shown: http and https alone, because a browser runs `javascript:` when it is clicked."""

import re
from typing import Annotated, TypeGuard
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

MAX_URL_LENGTH = 2_000

# Browsers drop line ends inside a URL and read a backslash as a slash, so what other parsers see is not what is opened.
_NOT_IN_URLS = re.compile(r"[\x00-\x20\x7f-\xa0\\<>\"`{}|^\u2028\u2029]")


def is_http_url(text: object) -> TypeGuard[str]:
    """Return whether it is an absolute http or https URL with a host, without user name and password."""
    if not isinstance(text, str) or len(text) > MAX_URL_LENGTH or _NOT_IN_URLS.search(text):
        return False
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc


def check_http_url(text: str) -> str:
    """Return the URL without surrounding white space. Raises ValueError."""
    url = text.strip()
    if not is_http_url(url):
        raise ValueError("Enter an address that starts with https:// or http://, as your browser shows it.")
    return url


HttpUrl = Annotated[
    str, Field(max_length=MAX_URL_LENGTH, json_schema_extra={"format": "uri"}), AfterValidator(check_http_url)
]
"""The type of a stored URL in a request."""
