"""What an account's fields may hold."""

import re
import unicodedata
import zoneinfo
from functools import cache
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

DEFAULT_TIMEZONE = "Pacific/Auckland"
_MAX_URL_LENGTH = 2048
_HOST = re.compile(r"[^\W_](?:[\w.-]{0,251}[^\W_])?|\[[0-9a-fA-F:.]+\]")
_NOT_PLACES = {"localtime", "Factory", "posixrules"}


@cache
def _timezones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones() - _NOT_PLACES)


def check_timezone(name: str) -> str:
    """Return the name. Raises ValueError for what is not one of the IANA time zone database."""
    if name not in _timezones():
        raise ValueError("Use an IANA time zone name such as Pacific/Auckland or Europe/Berlin.")
    return name


def check_website_url(url: str) -> str:
    """Return the address without surrounding space. Raises ValueError.

    Only its form is checked here. Whether it may be fetched is decided by the one who fetches it.
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
        raise ValueError("A website address begins with https:// or http://.")
    if "@" in parts.netloc:
        raise ValueError("Leave user name and password out of the website address.")
    host = parts.netloc if parts.netloc.startswith("[") else (parts.hostname or "")
    if not _HOST.fullmatch(host.partition("]")[0] + "]" if host.startswith("[") else host):
        raise ValueError("The website address has no valid host name (https://www.example.com).")
    if re.search(r"[\s\\<>\"`{}|^\x00-\x1f\x7f]", url):
        raise ValueError("A website address holds no spaces, quotes or brackets.")
    return url


def _check_name(name: str) -> str:
    name = unicodedata.normalize("NFC", name.strip())
    if not name:
        raise ValueError("Give the name of the business.")
    if any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in name):
        raise ValueError("A name is one line without control characters.")
    return name


AccountName = Annotated[
    str,
    Field(max_length=200, description="Name of the business.", examples=["Harbour Bakery"]),
    AfterValidator(_check_name),
]
WebsiteUrl = Annotated[
    str,
    Field(max_length=4096, description="The business's own website.", examples=["https://www.example.com"]),
    AfterValidator(check_website_url),
]
Timezone = Annotated[
    str, Field(max_length=100, description="IANA name.", examples=[DEFAULT_TIMEZONE]), AfterValidator(check_timezone)
]
