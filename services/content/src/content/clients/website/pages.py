"""A parsed page: its text without boilerplate, its links, and what it shows of the brand."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from itertools import chain, islice
from typing import Any

from content.clients.website.tokenizer import End, Raw, Start, Text, Token, tokenize

MAX_TEXT = 12_000
"""The most characters kept of a page's text."""

_MAX_ITEMS = 400
_MAX_LABEL = 120
_MIN_MAIN_TEXT = 200

_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
_BOILERPLATE = frozenset(
    ("nav", "footer", "noscript", "template", "svg", "dialog", "select", "button", "object", "audio", "video", "canvas")
)
_BLOCK_NAMES = """
p div section article main header aside ul ol li table tr td th dl dt dd
h1 h2 h3 h4 h5 h6 br hr blockquote figure figcaption form pre
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_HEADINGS = frozenset({"h1", "h2", "h3"})
_CONSENT = re.compile(r"cookie|consent|gdpr|skip-link|screen-reader|sr-only|visually-hidden", re.IGNORECASE)
_SPACE = re.compile(r"[^\S\n]+")
_ORGANISATION_TYPES = frozenset({"organization", "localbusiness", "store", "restaurant", "brand", "website"})


@dataclass(frozen=True, slots=True)
class Link:
    href: str
    label: str


@dataclass(frozen=True, slots=True)
class PageImage:
    src: str
    is_logo: bool
    """Its class, id, alternative text, URL or an element just before it mentions a logo."""
    in_header: bool


@dataclass(slots=True)
class Page:
    """The content of a document. URLs are as written, not yet resolved against the page's own."""

    title: str = ""
    description: str = ""
    site_name: str = ""
    theme_colour: str = ""
    base: str = ""
    headings: list[str] = field(default_factory=list)
    text: str = ""
    links: list[Link] = field(default_factory=list)
    images: list[PageImage] = field(default_factory=list)
    icons: list[str] = field(default_factory=list)
    share_image: str = ""
    stylesheets: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    inline_styles: list[str] = field(default_factory=list)
    schema_org_name: str = ""
    schema_org_logo: str = ""
    """From the page's JSON-LD."""


def parse_page(source: str) -> Page:
    """Parse a document in time linear in its length. Never fails: what can't be parsed is left out."""
    page = _PageParser(skip_boilerplate=True).parse(tokenize(source))
    if not page.text:
        # An unclosed <nav> hides everything after it; then text with boilerplate is better than none.
        page.text = _PageParser(skip_boilerplate=False).parse(tokenize(source)).text
    return page


class _PageParser:
    def __init__(self, *, skip_boilerplate: bool) -> None:
        self._skip_boilerplate = skip_boilerplate
        self._page = Page()
        self._text_parts: list[str] = []
        self._main_parts: list[str] = []
        self._main_depth = 0
        self._skipped: tuple[str, int] | None = None
        self._heading: list[str] | None = None
        self._anchor: tuple[str, list[str]] | None = None
        self._header_depth = 0
        self._near_logo = 0

    def parse(self, document: Iterator[Token]) -> Page:
        for token in document:
            match token:
                case Start():
                    self._start(token)
                case End():
                    self._end(token.name)
                case Text():
                    self._text(token.text)
                case Raw():
                    self._raw(token)
        self._end_anchor()
        main = _tidy(self._main_parts)
        self._page.text = main if len(main) >= _MIN_MAIN_TEXT else _tidy(self._text_parts)
        return self._page

    def _start(self, tag: Start) -> None:
        self._near_logo = 4 if "logo" in _class_and_id(tag) else max(0, self._near_logo - 1)
        self._collect(tag)
        if self._skipped is not None:
            name, depth = self._skipped
            if tag.name == name:
                self._skipped = (name, depth + 1)
            return
        if self._skip_boilerplate and tag.name not in _VOID and _is_boilerplate(tag):
            self._skipped = (tag.name, 1)
            return
        if tag.name == "header":
            self._header_depth += 1
        if tag.name == "main" or tag.get("role") == "main":
            self._main_depth += 1
        if tag.name in _HEADINGS:
            self._heading = []
        if tag.name in _BLOCKS:
            self._write("\n")

    def _end(self, name: str) -> None:
        if name == "a":
            self._end_anchor()
        if self._skipped is not None:
            skipped, depth = self._skipped
            if name == skipped:
                self._skipped = (skipped, depth - 1) if depth > 1 else None
            return
        if name == "header":
            self._header_depth = max(0, self._header_depth - 1)
        if name == "main":
            self._main_depth = max(0, self._main_depth - 1)
        if name in _HEADINGS and self._heading is not None:
            heading = " ".join("".join(self._heading).split())
            if heading and len(self._page.headings) < _MAX_ITEMS:
                self._page.headings.append(heading[:_MAX_LABEL])
            self._heading = None
        if name in _BLOCKS:
            self._write("\n")

    def _text(self, text: str) -> None:
        if self._anchor is not None:
            self._anchor[1].append(text)
        if self._skipped is None:
            if self._heading is not None:
                self._heading.append(text)
            self._write(text)

    def _write(self, text: str) -> None:
        self._text_parts.append(text)
        if self._main_depth:
            self._main_parts.append(text)

    def _raw(self, raw: Raw) -> None:
        page = self._page
        match raw.start.name:
            case "title" if not page.title:
                page.title = " ".join(unescape(raw.text[:2_000]).split())[:300]
            case "style" if len(page.styles) < _MAX_ITEMS:
                page.styles.append(raw.text)
            case "script" if raw.start.get("type").lower() == "application/ld+json":
                self._read_json_ld(raw.text)

    def _collect(self, tag: Start) -> None:
        page = self._page
        match tag.name:
            case "a":
                self._end_anchor()
                self._anchor = (tag.get("href"), [])
            case "img" if len(page.images) < _MAX_ITEMS:
                self._collect_image(tag)
            case "link":
                self._collect_link(tag)
            case "meta":
                self._collect_meta(tag)
            case "base":
                page.base = page.base or tag.get("href")
        style = tag.get("style")
        if style and len(page.inline_styles) < _MAX_ITEMS:
            page.inline_styles.append(style)

    def _collect_image(self, tag: Start) -> None:
        src = tag.get("src") or tag.get("data-src")
        if src:
            is_logo = self._near_logo > 0 or "logo" in f"{tag.get('alt')} {src}".lower()
            self._page.images.append(PageImage(src, is_logo, in_header=self._header_depth > 0))

    def _collect_link(self, tag: Start) -> None:
        page, href, kinds = self._page, tag.get("href"), tag.get("rel").lower().split()
        if href and "stylesheet" in kinds and len(page.stylesheets) < _MAX_ITEMS:
            page.stylesheets.append(href)
        if href and any(kind.startswith("apple-touch-icon") for kind in kinds):
            page.icons.insert(0, href)
        elif href and "icon" in kinds:
            page.icons.append(href)

    def _collect_meta(self, tag: Start) -> None:
        page, content = self._page, tag.get("content")
        match (tag.get("name") or tag.get("property")).lower():
            case "description" | "og:description" if not page.description:
                page.description = " ".join(content.split())[:600]
            case "og:site_name" | "application-name" if not page.site_name:
                page.site_name = content[:200]
            case "theme-color" if not page.theme_colour:
                page.theme_colour = content[:60]
            case "og:image" if not page.share_image:
                page.share_image = content

    def _end_anchor(self) -> None:
        if self._anchor is not None and len(self._page.links) < _MAX_ITEMS:
            href, label = self._anchor
            if href:
                self._page.links.append(Link(href, " ".join("".join(label).split())[:_MAX_LABEL]))
        self._anchor = None

    def _read_json_ld(self, source: str) -> None:
        for thing in _json_ld_objects(source):
            types = thing.get("@type")
            names = {str(type_).lower() for type_ in (types if isinstance(types, list) else [types])}
            if not names & _ORGANISATION_TYPES:
                continue
            name, logo = thing.get("name"), thing.get("logo")
            if isinstance(logo, dict):
                logo = logo.get("url")
            if isinstance(name, str) and not self._page.schema_org_name:
                self._page.schema_org_name = name[:200]
            if isinstance(logo, str) and not self._page.schema_org_logo:
                self._page.schema_org_logo = logo


def _json_ld_objects(source: str) -> list[dict[str, Any]]:
    try:
        data = json.loads(source)
    except (ValueError, RecursionError):
        return []
    things = data if isinstance(data, list) else [data]
    graphs = [thing["@graph"] for thing in things if isinstance(thing, dict) and isinstance(thing.get("@graph"), list)]
    return [thing for thing in islice(chain(things, *graphs), _MAX_ITEMS) if isinstance(thing, dict)]


def _class_and_id(tag: Start) -> str:
    return f"{tag.get('class')} {tag.get('id')}".lower()


def _is_boilerplate(tag: Start) -> bool:
    return (
        tag.name in _BOILERPLATE
        or "hidden" in tag.attributes
        or tag.get("aria-hidden") == "true"
        or tag.get("role") in ("navigation", "contentinfo", "dialog")
        or _CONSENT.search(_class_and_id(tag)) is not None
    )


def _tidy(parts: list[str]) -> str:
    lines = (line.strip() for line in _SPACE.sub(" ", "".join(parts)).split("\n"))
    kept: list[str] = []
    length = 0
    for line in lines:
        if line and (not kept or line != kept[-1]):
            kept.append(line)
            length += len(line) + 1
            if length > MAX_TEXT:
                break
    return "\n".join(kept)[:MAX_TEXT]
