"""Valid values of an account's fields."""

import re
import unicodedata
import zoneinfo
from functools import cache
from urllib.parse import urlsplit

from common.texts import is_visible

DEFAULT_TIMEZONE = "Pacific/Auckland"
_MAX_URL_LENGTH = 2048
_HOST = re.compile(r"[^\W_](?:[\w.-]{0,251}[^\W_])?|\[[0-9a-fA-F:.]+\]")
_NOT_ZONES = {"localtime", "Factory", "posixrules"}


@cache
def _timezones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones() - _NOT_ZONES)


def check_timezone(name: str) -> str:
    """Return the name. Raises ValueError if it is not in the IANA time zone database."""
    if name not in _timezones():
        raise ValueError("Use an IANA time zone name such as Pacific/Auckland or Europe/Berlin.")
    return name


def check_website_url(url: str) -> str:
    """Return the address without surrounding whitespace. Raises ValueError.

    The dot that may end a host name is dropped. This checks the syntax only. The service that fetches the address
    decides whether it may.
    """
    url = url.strip()
    if len(url) > _MAX_URL_LENGTH:
        raise ValueError(f"A website address has at most {_MAX_URL_LENGTH} characters.")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise ValueError("This is not a website address (https://www.example.com).") from None
    if parts.scheme not in {"http", "https"}:
        raise ValueError("A website address starts with https:// or http://.")
    if "@" in parts.netloc:
        raise ValueError("Remove user name and password from the website address.")
    name, colon, port = parts.netloc.partition(":")
    if not name.startswith("[") and name.endswith("."):  # a complete domain name (RFC 3986, section 3.2.2)
        parts = parts._replace(netloc=f"{name[:-1]}{colon}{port}")
        url = parts.geturl()
    host = parts.netloc if parts.netloc.startswith("[") else (parts.hostname or "")
    if not _HOST.fullmatch(host.partition("]")[0] + "]" if host.startswith("[") else host):
        raise ValueError("The website address has no valid host name (https://www.example.com).")
    if re.search(r"[\s\\<>\"`{}|^\x00-\x1f\x7f]", url):
        raise ValueError("A website address must not contain spaces, quotes or brackets.")
    return url


def check_name(name: str) -> str:
    """Return the name in NFC without surrounding whitespace. Raises ValueError."""
    name = unicodedata.normalize("NFC", name.strip())
    if not is_visible(name):
        raise ValueError("Enter the name of the business.")
    if any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in name):
        raise ValueError("The name must be a single line without control characters.")
    return name
