"""Fetch the home page, its stylesheets and the few pages that say most about a business."""

import asyncio
import re
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urljoin, urlsplit

from content.clients.website.errors import WebsiteError, WebsiteUnreachableError
from content.clients.website.fetched import Fetched
from content.clients.website.fetcher import Kind
from content.clients.website.pages import Page, parse_page

MAX_PAGES = 6
MAX_STYLESHEETS = 4
CONCURRENCY = 3
SECONDS = 25.0
"""For everything after the home page together. What has not arrived by then is left out."""

# Words in a URL or a link's text, most relevant first (English, Portuguese, French, Spanish, German).
_RELEVANT_WORDS = """
about sobre quem-somos propos quienes-somos ueber-uns our-story team
service serviço servico servicio leistung what-we-do treatment menu product produto
pric preço preco tarif precio preise rates plans fees
contact contacto contato kontakt find-us location visit hours
faq why offer gallery portfolio review testimonial work
"""
_RANKS = tuple(tuple(line.split()) for line in _RELEVANT_WORDS.strip().splitlines())
_IRRELEVANT_PATH = re.compile(
    r"\.(?:pdf|docx?|xlsx?|zip|jpe?g|png|gif|webp|svg|mp4|mp3|ics|xml|css|js)$|"
    r"/(?:wp-|cart|basket|checkout|login|log-in|signin|sign-in|account|register|privacy|terms|legal|cookie|tag/|feed)",
    re.IGNORECASE,
)


class Fetcher(Protocol):
    """What crawling needs of `WebsiteFetcher`."""

    async def fetch(self, url: str, kind: Kind = Kind.PAGE) -> Fetched: ...


@dataclass(frozen=True, slots=True)
class CrawledPage:
    url: str
    page: Page


@dataclass(frozen=True, slots=True)
class CrawledSite:
    home: CrawledPage
    others: tuple[CrawledPage, ...]
    stylesheets: tuple[str, ...]
    """The text of the home page's linked stylesheets, in their order."""


async def crawl(fetcher: Fetcher, website: str, *, seconds: float = SECONDS) -> CrawledSite:
    """Fetch the home page, then the relevant pages and the stylesheets of the same site concurrently.

    Raises:
        WebsiteError: the home page can't be read. Any other page that can't be read is left out.

    """
    home = await _fetch_home(fetcher, website)
    limit = asyncio.Semaphore(CONCURRENCY)
    pages = [asyncio.create_task(_try_fetch_page(fetcher, limit, url)) for url in relevant_links(home)]
    sheets = [asyncio.create_task(_try_fetch_stylesheet(fetcher, limit, url)) for url in _stylesheet_links(home)]
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
    return CrawledSite(home, tuple(others), tuple(text for text in texts if text is not None))


def relevant_links(home: CrawledPage) -> list[str]:
    """Return the same-site URLs that the home page links to, most relevant first."""
    ranked: dict[str, tuple[int, int]] = {}
    for order, link in enumerate(home.page.links):
        url = absolute_url(link.href, home.page, home.url)
        if url is None or not same_site(url, home.url):
            continue
        parts = urlsplit(url)
        url = parts._replace(query="", fragment="").geturl()
        if url.rstrip("/") == home.url.rstrip("/") or parts.path in ("", "/") or _IRRELEVANT_PATH.search(parts.path):
            continue
        rank = (_rank(f"{parts.path} {link.label}".lower()), order)
        ranked[url] = min(rank, ranked.get(url, rank))
    return sorted(ranked, key=lambda url: ranked[url])[: MAX_PAGES - 1]


def absolute_url(href: str, page: Page, page_url: str) -> str | None:
    """Resolve a URL against its page's; None if it is not http(s)."""
    try:
        url = urljoin(urljoin(page_url, page.base), href.strip())
        scheme = urlsplit(url).scheme
    except ValueError:
        return None
    return url if scheme in ("http", "https") else None


def same_site(url: str, home_url: str) -> bool:
    """Return whether host and port are the same. A leading `www.` is ignored; subdomains count as the same site."""
    one, home = urlsplit(url), urlsplit(home_url)
    host, base = (one.hostname or "").removeprefix("www."), (home.hostname or "").removeprefix("www.")
    try:
        same_port = one.port == home.port
    except ValueError:
        return False
    return same_port and (host == base or host.endswith(f".{base}"))


async def _fetch_home(fetcher: Fetcher, website: str) -> CrawledPage:
    website = website.strip()
    if "://" in website:
        return await _fetch_page(fetcher, website)
    try:
        return await _fetch_page(fetcher, f"https://{website}")
    except WebsiteUnreachableError:
        return await _fetch_page(fetcher, f"http://{website}")


async def _fetch_page(fetcher: Fetcher, url: str) -> CrawledPage:
    fetched = await fetcher.fetch(url)
    return CrawledPage(fetched.url, await asyncio.to_thread(lambda: parse_page(fetched.text)))


async def _try_fetch_page(fetcher: Fetcher, limit: asyncio.Semaphore, url: str) -> CrawledPage | None:
    async with limit:
        try:
            return await _fetch_page(fetcher, url)
        except WebsiteError:
            return None


async def _try_fetch_stylesheet(fetcher: Fetcher, limit: asyncio.Semaphore, url: str) -> str | None:
    async with limit:
        try:
            return (await fetcher.fetch(url, Kind.STYLESHEET)).text
        except WebsiteError:
            return None


def _stylesheet_links(home: CrawledPage) -> list[str]:
    joined = (absolute_url(href, home.page, home.url) for href in home.page.stylesheets)
    return list(dict.fromkeys(url for url in joined if url is not None and same_site(url, home.url)))[:MAX_STYLESHEETS]


def _succeeded(task: asyncio.Task[object]) -> bool:
    return task.done() and not task.cancelled() and task.exception() is None


def _rank(words: str) -> int:
    for rank, group in enumerate(_RANKS):
        if any(word in words for word in group):
            return rank
    return len(_RANKS)
