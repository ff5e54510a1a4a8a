"""Reading the home page and the few pages that say most about a business."""

import asyncio
import re
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urljoin, urlsplit

from content.brand.pages import Page, read_page
from content.clients.website import (
    Fetched,
    Kind,
    WebsiteError,
    WebsiteUnreachableError,
)

MAX_PAGES = 6
MAX_STYLE_SHEETS = 4
CONCURRENCY = 3
SECONDS = 25.0
"""For everything behind the home page together. What has not come by then is left out."""

# Words in an address or a link's text, most telling first (English, Portuguese, French, Spanish, German).
_TELLING_WORDS = """
about sobre quem-somos propos quienes-somos ueber-uns our-story team
service serviço servico servicio leistung what-we-do treatment menu product produto
pric preço preco tarif precio preise rates plans fees
contact contacto contato kontakt find-us location visit hours
faq why offer gallery portfolio review testimonial work
"""
_RANKS = tuple(tuple(line.split()) for line in _TELLING_WORDS.strip().splitlines())
_USELESS = re.compile(
    r"\.(?:pdf|docx?|xlsx?|zip|jpe?g|png|gif|webp|svg|mp4|mp3|ics|xml|css|js)$|"
    r"/(?:wp-|cart|basket|checkout|login|log-in|signin|sign-in|account|register|privacy|terms|legal|cookie|tag/|feed)",
    re.IGNORECASE,
)


class Fetches(Protocol):
    """What the crawl needs of `WebsiteFetcher`."""

    async def fetch(self, url: str, kind: Kind = Kind.PAGE) -> Fetched: ...


@dataclass(frozen=True, slots=True)
class ReadPage:
    url: str
    page: Page


@dataclass(frozen=True, slots=True)
class Site:
    home: ReadPage
    others: tuple[ReadPage, ...]
    style_sheets: tuple[str, ...]
    """The text of the home page's linked style sheets, in their order."""


async def read_site(fetcher: Fetches, website: str, *, seconds: float = SECONDS) -> Site:
    """Read the home page, then the telling pages and the style sheets of the same site side by side.

    Raises:
        WebsiteError: the home page can't be read. Trouble with any other page only leaves that page out.

    """
    home = await _home(fetcher, website)
    gate = asyncio.Semaphore(CONCURRENCY)
    pages = [asyncio.create_task(_page(fetcher, gate, url)) for url in telling_links(home)]
    sheets = [asyncio.create_task(_style_sheet(fetcher, gate, url)) for url in _own_style_sheets(home)]
    tasks = [*sheets, *pages]
    try:
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    seen = {home.url}
    others = []
    for page in (task.result() for task in pages if _succeeded(task)):
        if page is not None and page.url not in seen:
            seen.add(page.url)
            others.append(page)
    texts = [task.result() for task in sheets if _succeeded(task)]
    return Site(home, tuple(others), tuple(text for text in texts if text is not None))


def telling_links(home: ReadPage) -> list[str]:
    """Same-site addresses behind the home page's links, those that say most first."""
    ranked: dict[str, tuple[int, int]] = {}
    for order, link in enumerate(home.page.links):
        url = absolute(link.href, home.page, home.url)
        if url is None or not same_site(url, home.url):
            continue
        parts = urlsplit(url)
        url = parts._replace(query="", fragment="").geturl()
        if url.rstrip("/") == home.url.rstrip("/") or parts.path in ("", "/") or _USELESS.search(parts.path):
            continue
        rank = (_rank(f"{parts.path} {link.label}".lower()), order)
        ranked[url] = min(rank, ranked.get(url, rank))
    return sorted(ranked, key=lambda url: ranked[url])[: MAX_PAGES - 1]


def absolute(href: str, page: Page, page_url: str) -> str | None:
    """Join an address as written with its page's; None for what is not http(s)."""
    try:
        url = urljoin(urljoin(page_url, page.base), href.strip())
        scheme = urlsplit(url).scheme
    except ValueError:
        return None
    return url if scheme in ("http", "https") else None


def same_site(url: str, home_url: str) -> bool:
    """Whether it is the same host and port; a leading www. makes no difference, nor does a subdomain."""
    one, home = urlsplit(url), urlsplit(home_url)
    host, base = (one.hostname or "").removeprefix("www."), (home.hostname or "").removeprefix("www.")
    try:
        same_port = one.port == home.port
    except ValueError:
        return False
    return same_port and (host == base or host.endswith(f".{base}"))


async def _home(fetcher: Fetches, website: str) -> ReadPage:
    website = website.strip()
    if "://" in website:
        return await _read(fetcher, website)
    try:
        return await _read(fetcher, f"https://{website}")
    except WebsiteUnreachableError:
        return await _read(fetcher, f"http://{website}")


async def _read(fetcher: Fetches, url: str) -> ReadPage:
    fetched = await fetcher.fetch(url)
    return ReadPage(fetched.url, await asyncio.to_thread(lambda: read_page(fetched.text)))


async def _page(fetcher: Fetches, gate: asyncio.Semaphore, url: str) -> ReadPage | None:
    async with gate:
        try:
            return await _read(fetcher, url)
        except WebsiteError:
            return None


async def _style_sheet(fetcher: Fetches, gate: asyncio.Semaphore, url: str) -> str | None:
    async with gate:
        try:
            return (await fetcher.fetch(url, Kind.STYLESHEET)).text
        except WebsiteError:
            return None


def _own_style_sheets(home: ReadPage) -> list[str]:
    joined = (absolute(href, home.page, home.url) for href in home.page.style_sheets)
    return list(dict.fromkeys(url for url in joined if url is not None and same_site(url, home.url)))[:MAX_STYLE_SHEETS]


def _succeeded(task: asyncio.Task[object]) -> bool:
    return task.done() and not task.cancelled() and task.exception() is None


def _rank(words: str) -> int:
    for rank, telling in enumerate(_RANKS):
        if any(word in words for word in telling):
            return rank
    return len(_RANKS)
