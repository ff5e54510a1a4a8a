"""From a website's address to what is known of the brand: its words, colours, fonts and logo.

Everything that comes from the website is a stranger's: sizes, counts and times are bounded, and what can't be
read is left out. Text goes to the model as material, never as instructions (`generations.prompts`).
"""

import asyncio
import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from content.brand.crawl import SECONDS, Fetches, Site, read_site
from content.brand.logo import Logo, find_logo
from content.brand.pages import Page
from content.brand.palette import fallback_palette, palette_from_logo, palette_from_looks
from content.brand.stylesheets import Looks, find_colours, read_styles
from content.rendering import Palette

__all__ = ["ExtractedBrand", "ExtractedPage", "extract_brand", "fallback_palette"]

MAX_FONTS = 4
LOGO_SECONDS = 15.0

_THEME_WEIGHT = 8.0
_TITLE_SEPARATORS = re.compile(r"\s+[|–—·•»:-]\s+|:\s+")
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class ExtractedPage:
    url: str
    title: str
    description: str
    headings: list[str]
    text: str
    """The readable text, one line per block, at most `pages.MAX_TEXT` characters."""


@dataclass(frozen=True, slots=True)
class ExtractedBrand:
    name: str
    """A guess, from the website alone."""
    pages: list[ExtractedPage]
    """The home page first."""
    palette: Palette
    palette_source: str
    """`styles`, `logo`, or `name` where the website has no colour and the palette is made from its name."""
    fonts: list[str]
    logo: bytes | None
    """PNG; None where there is no logo or it is a vector that we can't draw."""
    logo_url: str | None


async def extract_brand(fetcher: Fetches, website: str, *, seconds: float = SECONDS) -> ExtractedBrand:
    """Read a website (`example.com` or a URL); pages behind the home page get `seconds` together.

    Raises:
        WebsiteError: the home page can't be read.

    """
    site = await read_site(fetcher, website, seconds=seconds)
    logo = await _logo(fetcher, site)
    name = guess_name(site)
    looks = await asyncio.to_thread(_looks, site)
    palette, source = _palette(looks, logo, name)
    return ExtractedBrand(
        name=name,
        pages=[_page(read.url, read.page) for read in (site.home, *site.others)],
        palette=palette,
        palette_source=source,
        fonts=_fonts(site, looks),
        logo=logo.png if logo else None,
        logo_url=logo.url if logo else None,
    )


def guess_name(site: Site) -> str:
    """Take the name as the site describes itself, else the part of the title that is most like the domain."""
    home = site.home.page
    domain = (urlsplit(site.home.url).hostname or "").removeprefix("www.").split(".")[0]
    for described in (home.described_name, home.site_name):
        if described.strip():
            return described.strip()[:_LONGEST_NAME]
    parts = [part.strip() for part in _TITLE_SEPARATORS.split(home.title) if part.strip()]
    if not parts:
        return domain.replace("-", " ").title()
    return max(parts, key=lambda part: (_likeness(part, domain), -len(part)))[:_LONGEST_NAME]


async def _logo(fetcher: Fetches, site: Site) -> Logo | None:
    try:
        async with asyncio.timeout(LOGO_SECONDS):
            return await find_logo(fetcher, site.home.page, site.home.url)
    except TimeoutError:
        return None


def _looks(site: Site) -> Looks:
    pages = [read.page for read in (site.home, *site.others)]
    sheets = [*site.style_sheets, *(style for page in pages for style in page.styles)]
    looks = read_styles(sheets, [style for page in pages for style in page.inline_styles])
    for colour in find_colours(site.home.page.theme_colour):
        looks.colours[colour] += _THEME_WEIGHT
    return looks


def _palette(looks: Looks, logo: Logo | None, name: str) -> tuple[Palette, str]:
    palette = palette_from_looks(looks)
    if palette is not None:
        return palette, "styles"
    if logo is not None and logo.picture is not None:
        palette = palette_from_logo(logo.picture, looks)
        if palette is not None:
            return palette, "logo"
    return fallback_palette(name), "name"


def _fonts(site: Site, looks: Looks) -> list[str]:
    linked = [name for href in site.home.page.style_sheets for name in _linked_fonts(href)]
    used = [name for name, _ in looks.fonts.most_common()]
    known = {name.casefold(): name for name in reversed([*used, *linked])}
    ordered = dict.fromkeys(name.casefold() for name in [*used, *linked])
    return [known[name] for name in ordered][:MAX_FONTS]


def _linked_fonts(href: str) -> list[str]:
    """Families in a Google Fonts address."""
    try:
        parts = urlsplit(href)
        families = parse_qs(parts.query, max_num_fields=50).get("family", [])
    except ValueError:
        return []
    if not (parts.hostname or "").endswith("fonts.googleapis.com"):
        return []
    return [name.split(":")[0].strip()[:40] for family in families for name in family.split("|") if name.strip()]


def _likeness(part: str, domain: str) -> float:
    """How much of the domain's letters are this part's, in both directions: 0 to 1."""
    letters = re.sub(r"[^a-z0-9]", "", part.lower())
    plain = re.sub(r"[^a-z0-9]", "", domain.lower())
    if not letters or not plain:
        return 0.0
    if letters in plain or plain in letters:
        return min(len(letters), len(plain)) / max(len(letters), len(plain))
    return 0.0


def _page(url: str, page: Page) -> ExtractedPage:
    return ExtractedPage(
        url=url, title=page.title, description=page.description, headings=page.headings[:40], text=page.text
    )
