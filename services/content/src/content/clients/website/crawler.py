"""Fetch the start page, its style sheets and the few pages that say most about a business."""

import asyncio
from dataclasses import dataclass
from typing import Protocol

from content.clients.decoding import in_decoding_thread
from content.clients.website.css import imports_of
from content.clients.website.errors import WebsiteError, WebsiteTimeoutError, WebsiteUnreachableError
from content.clients.website.fetched import Fetched
from content.clients.website.fetcher import Kind
from content.clients.website.forwards import refresh_target
from content.clients.website.linked_sheets import imported_url, in_order_of_reading, within_limit
from content.clients.website.links import absolute_url, page_key, page_url, relevant_links, same_site
from content.clients.website.pages import Page, parse_page
from content.clients.website.robots import Robots, robots_of, robots_url

MAX_PAGES = 6
MAX_IMPORTS = 6
"""Of one stylesheet."""
MAX_IMPORT_DEPTH = 2
MAX_ROBOTS = 3
"""Hosts whose robots.txt is asked for; pages of further subdomains are left out."""
CONCURRENCY = 3
HOME_SECONDS = 40.0
"""For the start page, with all pages that send a browser on to it."""
SECONDS = 25.0
"""For everything after the start page together. What has not arrived by then is left out."""


class Fetcher(Protocol):
    """What crawling needs of `WebsiteFetcher`."""

    async def fetch(self, url: str, kind: Kind = Kind.PAGE, redirects: int = 0, /) -> Fetched: ...


@dataclass(frozen=True, slots=True)
class CrawledPage:
    url: str
    page: Page
    is_whole: bool = True
    """False: only its first part was read."""


@dataclass(frozen=True, slots=True)
class ReadSheet:
    """A style sheet with its text."""

    url: str
    """Its own; that of the page if it is written there."""
    text: str
    media: str
    """The `media` attribute, in lower case; empty for all media."""


@dataclass(frozen=True, slots=True)
class CrawledSite:
    home: CrawledPage
    others: tuple[CrawledPage, ...]
    stylesheets: tuple[ReadSheet, ...]
    """Those of the start page, linked and written ones, in document order."""
    forbidden: int = 0
    """How many pages robots.txt kept from being read."""


async def crawl(fetcher: Fetcher, website: str, *, seconds: float = SECONDS) -> CrawledSite:
    """Fetch the start page, then the relevant pages and the style sheets of the same site concurrently.

    Raises:
        WebsiteError: the start page can't be read. Any other page that can't be read is left out.

    """
    home = await _fetch_home(fetcher, website)
    visit = _Visit(fetcher, home)
    sheets = {url: asyncio.create_task(visit.stylesheet(url)) for url in _stylesheet_links(home)}
    pages = asyncio.create_task(visit.read_pages())
    tasks: list[asyncio.Task[object]] = [*sheets.values(), pages]
    try:
        await asyncio.wait(tasks, timeout=seconds)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    texts = within_limit({url: task.result() or "" for url, task in sheets.items() if _succeeded(task)})
    return CrawledSite(home, tuple(visit.pages()), tuple(_read_sheets(home, texts)), visit.forbidden)


class _Visit:
    """Reads the pages beyond the start page, as far as robots.txt lets us."""

    def __init__(self, fetcher: Fetcher, home: CrawledPage) -> None:
        self._fetcher = fetcher
        self._home = home
        self._limit = asyncio.Semaphore(CONCURRENCY)
        self._robots: dict[str, Robots] = {}
        self._read: dict[str, CrawledPage] = {}
        self._wanted: list[str] = []
        self.forbidden = 0

    def pages(self) -> list[CrawledPage]:
        """Return the pages that were read, most relevant first, each once."""
        found = {page_key(self._home.url)}
        pages = []
        for page in (self._read[url] for url in self._wanted if url in self._read):
            key = page_key(page.url)
            if key not in found:
                found.add(key)
                pages.append(page)
        return pages

    async def read_pages(self) -> None:
        for url in relevant_links(self._home.page, self._home.url, 3 * MAX_PAGES):
            if len(self._wanted) == MAX_PAGES - 1:
                break
            if await self._may_read(url):
                self._wanted.append(url)
            else:
                self.forbidden += 1
        await asyncio.gather(*(self._read_page(url) for url in self._wanted))

    async def stylesheet(self, url: str, depth: int = 0) -> str | None:
        """Return a stylesheet after those that it imports; None if it can't be read."""
        async with self._limit:
            try:
                fetched = await self._fetcher.fetch(url, Kind.STYLESHEET)
            except WebsiteError:
                return None
        text = await in_decoding_thread(lambda: fetched.text)
        hrefs = imports_of(text) if depth < MAX_IMPORT_DEPTH else []
        targets = [target for href in hrefs[:MAX_IMPORTS] if (target := imported_url(href, fetched.url)) is not None]
        imported = await asyncio.gather(*(self.stylesheet(target, depth + 1) for target in targets))
        return "\n".join([*filter(None, imported), text])

    async def _read_page(self, url: str) -> None:
        async with self._limit:
            try:
                page = await _fetch_page(self._fetcher, url)
            except WebsiteError:
                return
        # A link may lead to another website, or to a page that robots.txt forbids.
        if same_site(page.url, self._home.url) and await self._may_read(page.url):
            self._read[url] = page

    async def _may_read(self, url: str) -> bool:
        asked = robots_url(url)
        if asked not in self._robots:
            if len(self._robots) >= MAX_ROBOTS:
                return False
            try:
                self._robots[asked] = robots_of(await self._fetcher.fetch(asked, Kind.ROBOTS))
            except WebsiteError as error:
                self._robots[asked] = robots_of(error)
        return self._robots[asked].allows(url)


async def _fetch_home(fetcher: Fetcher, website: str) -> CrawledPage:
    try:
        async with asyncio.timeout(HOME_SECONDS):
            return await _fetch_by_name(fetcher, website.strip())
    except TimeoutError as error:
        raise WebsiteTimeoutError(website, HOME_SECONDS) from error


async def _fetch_by_name(fetcher: Fetcher, website: str) -> CrawledPage:
    if "://" in website:
        return await _fetch_page(fetcher, website)
    try:
        return await _fetch_page(fetcher, f"https://{website}")
    except WebsiteUnreachableError:
        return await _fetch_page(fetcher, f"http://{website}")


async def _fetch_page(fetcher: Fetcher, url: str) -> CrawledPage:
    """Fetch a page, and the one that it sends a browser on to. Each such step counts as a redirect."""
    fetched = await fetcher.fetch(url)
    while True:
        page = await _parsed(fetched)
        following = _forward(page, fetched)
        if following is None:
            return page
        try:
            fetched = await fetcher.fetch(following, Kind.PAGE, fetched.redirects + 1)
        except WebsiteError:
            if page.page.text:
                return page
            raise


async def _parsed(fetched: Fetched) -> CrawledPage:
    page = await in_decoding_thread(lambda: parse_page(fetched.text))
    return CrawledPage(fetched.url, page, is_whole=fetched.complete and page.is_whole)


def _forward(crawled: CrawledPage, fetched: Fetched) -> str | None:
    """Return the URL of another page that a browser shows instead."""
    forward = crawled.page.forward or refresh_target(fetched.refresh)
    url = absolute_url(forward, crawled.page, crawled.url) if forward else None
    if url is None:
        return None
    try:
        return None if page_url(url) == page_url(crawled.url) else url
    except ValueError:
        return None


def _stylesheet_links(home: CrawledPage) -> list[str]:
    return in_order_of_reading(
        home.page,
        resolve=lambda href: absolute_url(href, home.page, home.url),
        is_own=lambda url: same_site(url, home.url),
    )


def _read_sheets(home: CrawledPage, texts: dict[str, str]) -> list[ReadSheet]:
    sheets: list[ReadSheet] = []
    for sheet in home.page.stylesheets:
        if not sheet.href:
            imported = (absolute_url(href, home.page, home.url) or "" for href in imports_of(sheet.text))
            sheets.extend(ReadSheet(url, texts[url], sheet.media) for url in imported if texts.get(url))
            sheets.append(ReadSheet(home.url, sheet.text, sheet.media))
            continue
        url = absolute_url(sheet.href, home.page, home.url)
        text = texts.get(url or "")
        if url is not None and text:
            sheets.append(ReadSheet(url, text, sheet.media))
    return sheets


def _succeeded(task: asyncio.Task[str | None]) -> bool:
    return task.done() and not task.cancelled() and task.exception() is None
