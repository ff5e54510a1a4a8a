"""The stylesheets that a page applies, the site's own first in line when there is too much to read."""

import re
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

from content.clients.website.css import MAX_CHARACTERS, applies_to_light_screen, imports_of
from content.clients.website.pages import Page

MAX_STYLESHEETS = 24

# Plug-ins and libraries: what they style is theirs. A site's own rules come after them.
_LIBRARY = re.compile(
    r"/wp-includes/|/plugins/|/vendors?/|/libs?/|/node_modules/|bootstrap|font-?awesome|swiper|slick|owl\.|jquery|"
    r"fancybox|lightbox|animate|normalize|reset|icons?[./_-]|dashicons|cookie|consent|splide|flickity|select2|aos\.",
    re.IGNORECASE,
)
# Hosts that serve the same files to everyone.
_SHARED_HOSTS = re.compile(
    r"(?:^|\.)(?:fonts\.googleapis\.com|fonts\.bunny\.net|use\.typekit\.net|p\.typekit\.net|cdnjs\.cloudflare\.com|"
    r"cdn\.jsdelivr\.net|unpkg\.com|bootstrapcdn\.com|use\.fontawesome\.com|kit\.fontawesome\.com|code\.jquery\.com|"
    r"ajax\.googleapis\.com|maps\.googleapis\.com|cdn\.tailwindcss\.com|rsms\.me)$"
)


def in_order_of_reading(page: Page, resolve: Callable[[str], str | None], is_own: Callable[[str], bool]) -> list[str]:
    """Return the URLs to fetch, most telling first: the site's last ones, then its libraries, then other hosts'."""
    applied = [sheet for sheet in page.stylesheets if applies_to_light_screen(sheet.media)]
    urls = [resolve(href) for sheet in applied for href in ([sheet.href] if sheet.href else imports_of(sheet.text))]
    last_first = list(dict.fromkeys(url for url in urls if url is not None and not _is_shared(url)))
    last_first.reverse()
    last_first.sort(key=lambda url: (not is_own(url), _LIBRARY.search(urlsplit(url).path) is not None))
    return last_first[:MAX_STYLESHEETS]


def imported_url(href: str, sheet_url: str) -> str | None:
    """Resolve a URL against its stylesheet's; None for a host that serves the same files to everyone."""
    try:
        url = urljoin(sheet_url, href)
        return url if urlsplit(url).scheme in ("http", "https") and not _is_shared(url) else None
    except ValueError:
        return None


def within_limit(texts: dict[str, str]) -> dict[str, str]:
    """Return the texts of the first in line, at most `css.MAX_CHARACTERS` together."""
    kept: dict[str, str] = {}
    left = MAX_CHARACTERS
    for url, text in texts.items():
        kept[url] = text[:left]
        left -= len(kept[url])
    return kept


def _is_shared(url: str) -> bool:
    return _SHARED_HOSTS.search(urlsplit(url).hostname or "") is not None
