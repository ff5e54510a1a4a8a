"""From a website's address to what it shows of the brand: its texts, colours, fonts and logo.

Everything that comes from a website is untrusted: sizes, counts and times are bounded, and what can't be read is left
out. Its text is passed to the language model as data, never as instructions.
"""

import asyncio
from dataclasses import dataclass
from functools import partial
from urllib.parse import parse_qs, urlsplit

from content.clients.decoding import in_decoding_thread
from content.clients.website.consent import is_consent_banner
from content.clients.website.crawler import SECONDS, CrawledSite, Fetcher, crawl
from content.clients.website.css import applies_to_light_screen
from content.clients.website.css_colours import find_colours
from content.clients.website.document import Element
from content.clients.website.frameworks import selector_factor
from content.clients.website.logo import Logo, find_logo
from content.clients.website.markup import Markup
from content.clients.website.names import names_of
from content.clients.website.pages import MAX_TEXT, Page
from content.clients.website.stylesheets import StyleUsage, read_styles
from content.clients.website.understanding import letters_of, trouble_of

MAX_FONTS = 4
LOGO_SECONDS = 15.0

_THEME_COLOUR_WEIGHT = 8.0


@dataclass(frozen=True, slots=True)
class ExtractedPage:
    url: str
    title: str
    description: str
    headings: list[str]
    text: str
    """The readable text, one line per block, at most `pages.MAX_TEXT` characters."""


@dataclass(frozen=True, slots=True)
class ExtractedWebsite:
    name: str
    """The business name, guessed from the website alone."""
    pages: list[ExtractedPage]
    """The home page first."""
    styles: StyleUsage
    fonts: list[str]
    logo: Logo | None
    has_text: bool
    """The pages say something, be it only in their description."""
    trouble: str | None
    """What was not understood, and what the owner can do; None if all went well."""


async def extract_website(fetcher: Fetcher, website: str, *, seconds: float = SECONDS) -> ExtractedWebsite:
    """Read a website (`example.com` or a URL). All pages after the home page together take at most `seconds`.

    Raises:
        WebsiteError: the home page can't be read.

    """
    site = await crawl(fetcher, website, seconds=seconds)
    names = names_of(site)
    logo = await _find_logo(fetcher, site, names.known)
    styles = await in_decoding_thread(_styles, site)
    return ExtractedWebsite(
        name=names.likeliest,
        pages=_pages(site),
        styles=styles,
        fonts=_fonts(site, styles),
        logo=logo,
        has_text=letters_of(site) > 0 or bool(site.home.page.description),
        trouble=trouble_of(site),
    )


async def _find_logo(fetcher: Fetcher, site: CrawledSite, names: list[str]) -> Logo | None:
    try:
        async with asyncio.timeout(LOGO_SECONDS):
            return await find_logo(fetcher, site.home.page, site.home.url, names)
    except TimeoutError:
        return None


def _styles(site: CrawledSite) -> StyleUsage:
    markup = Markup()
    for crawled in (site.home, *site.others):
        markup.add(crawled.page.document.root, partial(_is_banner, crawled.page))
    written = (sheet for crawled in site.others for sheet in crawled.page.stylesheets if sheet.text)
    sheets = [(sheet.text, sheet.media) for sheet in site.stylesheets] + [
        (sheet.text, sheet.media) for sheet in written
    ]
    usage = read_styles(dict.fromkeys(text for text, media in sheets if applies_to_light_screen(media)), markup)
    for colour in find_colours(site.home.page.theme_colour):
        usage.colours[colour] += _THEME_COLOUR_WEIGHT * selector_factor([], colour)
    return usage


def _is_banner(page: Page, element: Element) -> bool:
    return is_consent_banner(element, page.layout[element])


def _fonts(site: CrawledSite, styles: StyleUsage) -> list[str]:
    linked = [name for sheet in site.home.page.stylesheets for name in _google_fonts(sheet.href)]
    used = [name for name, _ in styles.fonts.most_common()]
    known = {name.casefold(): name for name in reversed([*used, *linked])}
    ordered = dict.fromkeys(name.casefold() for name in [*used, *linked])
    return [known[name] for name in ordered][:MAX_FONTS]


def _google_fonts(href: str) -> list[str]:
    """Return the font families in a Google Fonts URL."""
    try:
        parts = urlsplit(href)
        families = parse_qs(parts.query, max_num_fields=50).get("family", [])
    except ValueError:
        return []
    if not (parts.hostname or "").endswith("fonts.googleapis.com"):
        return []
    return [name.split(":")[0].strip()[:40] for family in families for name in family.split("|") if name.strip()]


def _pages(site: CrawledSite) -> list[ExtractedPage]:
    """Return the pages; the first one has also what the footer says, unless a page says it."""
    said = "\n".join(crawled.page.text for crawled in (site.home, *site.others))
    contact = [line for line in site.home.page.contact.split("\n") if line and line not in said]
    home = site.home.page
    text = "\n".join([home.text[: MAX_TEXT - sum(len(line) + 1 for line in contact)], *contact]).strip()
    return [_extracted(site.home.url, home, text), *(_extracted(each.url, each.page) for each in site.others)]


def _extracted(url: str, page: Page, text: str | None = None) -> ExtractedPage:
    return ExtractedPage(
        url=url,
        title=page.title,
        description=page.description,
        headings=page.headings[:40],
        text=page.text if text is None else text,
    )
