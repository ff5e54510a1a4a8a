"""Serve a website on the loopback interface, read it with the product's own crawler, and compare."""

import asyncio
import contextlib
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from content.brand.rules import choose_palette, fallback_palette
from content.clients.website.errors import WebsiteError
from content.clients.website.extraction import ExtractedWebsite, extract_website
from content.clients.website.fetcher import WebsiteFetcher
from content.rendering.colour import parse_hex, to_oklch
from content.rendering.design import Palette, PostDesign

from websites.site import Site

NONE = "none"
_SAME_COLOUR = 0.03
"""OKLab distance that nobody sees: rounding and the fitting into sRGB differ between programs."""


@dataclass(frozen=True)
class Read:
    """What was read of a website, in the words of `Expected`."""

    name: str
    primary: str
    accent: str
    logo: str
    pages: list[str]
    text: str
    trouble: str
    design: PostDesign


@dataclass(frozen=True)
class Difference:
    field: str
    expected: str
    read: str


@asynccontextmanager
async def served(site: Site) -> AsyncIterator[int]:
    """Serve a website on the loopback interface; yield the port."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError), contextlib.closing(writer):
            head = await reader.readuntil(b"\r\n\r\n")
            writer.write(site.response(head.split(b" ")[1].decode("latin-1")))
            await writer.drain()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def read(site: Site) -> Read:
    """Read a website over HTTP under its own name."""
    async with served(site) as port:
        fetcher = WebsiteFetcher(allowed_hosts=frozenset({(site.host, port)}), resolve=_loopback)
        try:
            found = await extract_website(fetcher, f"http://{site.host}:{port}{site.start}")
        except WebsiteError as error:
            return _unread(site, error.detail or error.title)
        finally:
            await fetcher.aclose()
    return _read(site, found)


async def _loopback(_host: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


def differences(site: Site, found: Read) -> list[Difference]:
    wanted = site.expected
    pairs = [
        ("name", wanted.name, found.name),
        ("logo", wanted.logo, found.logo),
        ("pages", " ".join(wanted.pages), " ".join(found.pages)),
    ]
    different = [Difference(*pair) for pair in pairs if pair[1] != pair[2]]
    for field in ("primary", "accent"):
        expected, seen = getattr(wanted, field), getattr(found, field)
        if not _same_colour(expected, seen):
            different.append(Difference(field, expected, seen))
    different += [Difference("text", text, "missing") for text in wanted.texts if text not in found.text]
    different += [Difference("text", f"without {text}", "there") for text in wanted.not_texts if text in found.text]
    if (wanted.trouble not in found.trouble) if wanted.trouble else found.trouble:
        different.append(Difference("trouble", wanted.trouble or NONE, found.trouble or NONE))
    return different


def _read(site: Site, found: ExtractedWebsite) -> Read:
    image = found.logo.image if found.logo else None
    palette = choose_palette(found.styles, image, found.name)
    # One that is derived from the name alone changes with it.
    is_read = palette == choose_palette(found.styles, image, f"{found.name}, renamed twice")
    is_read = is_read and palette == choose_palette(found.styles, image, f"{found.name} and others")
    return Read(
        name=found.name,
        primary=palette.primary if is_read else NONE,
        accent=palette.accent if is_read and palette.accent != palette.primary else NONE,
        logo=urlsplit(found.logo.url).path if found.logo and image is not None else NONE,
        pages=[_target(page.url) for page in found.pages],
        text="\n".join(f"{page.title}\n{page.description}\n{page.text}" for page in found.pages),
        trouble=found.trouble or "",
        design=_design(site, palette, found.name, found.logo.png if found.logo else None),
    )


def _unread(site: Site, trouble: str) -> Read:
    name = site.expected.name
    return Read(name, NONE, NONE, NONE, [], "", trouble, _design(site, fallback_palette(name), name, None))


def _design(site: Site, palette: Palette, name: str, logo: bytes | None) -> PostDesign:
    return PostDesign(
        headline=site.headline,
        subline=site.subline,
        business_name=name,
        domain=site.host,
        palette=palette,
        logo=logo,
        index=site.layout,
    )


def _target(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _same_colour(one: str, other: str) -> bool:
    if NONE in (one, other):
        return one == other
    return math.dist(_in_oklab(one), _in_oklab(other)) < _SAME_COLOUR


def _in_oklab(colour: str) -> tuple[float, float, float]:
    lightness, chroma, hue = to_oklch(parse_hex(colour))
    return lightness, chroma * math.cos(hue), chroma * math.sin(hue)
