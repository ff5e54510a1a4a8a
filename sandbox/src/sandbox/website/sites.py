"""The two businesses: their texts, read from `sites/`, in one layout."""

import functools
import json
import tomllib
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from pydantic import BaseModel

_FOLDER = Path(__file__).parent / "sites"
SITE_NAMES = ("harbour-physio", "padaria-alfama")
ASSET_TYPES = {
    "styles.css": "text/css; charset=utf-8",
    "logo.svg": "image/svg+xml",
    "logo.png": "image/png",
    "share.png": "image/png",
}


class Page(BaseModel):
    slug: str
    file: str
    menu: str
    title: str
    description: str


class Site(BaseModel):
    name: str
    strapline: str
    language: str
    locale: str
    theme_colour: str
    schema_type: str
    telephone: str
    email: str
    street: str
    city: str
    postcode: str
    country: str
    opening_hours: list[str]
    logo: str
    call_to_action: str
    call_to_action_page: str
    footer: str
    pages: list[Page]


@functools.cache
def load_site(slug: str) -> Site:
    return Site.model_validate(tomllib.loads((_FOLDER / slug / "site.toml").read_text("utf-8")))


@functools.cache
def asset(slug: str, name: str) -> bytes:
    return (_FOLDER / slug / name).read_bytes()


def render_page(slug: str, page_slug: str, origin: str) -> str | None:
    """Return the HTML of a page below `origin` ("http://host:port"), or None if there is no such page."""
    site = load_site(slug)
    page = next((page for page in site.pages if page.slug == page_slug), None)
    if page is None:
        return None
    root = f"/{slug}"
    url = page_url(origin, slug, page)
    texts = {
        name: escape(value) for name, value in (site.model_dump() | page.model_dump()).items() if isinstance(value, str)
    }
    # safe_substitute: a price in dollars is not a placeholder
    body = Template(_read(slug, page.file)).safe_substitute(root=root)
    menu = "".join(_menu_item(root, entry, current=entry is page) for entry in site.pages)
    json_ld = json.dumps(_linked_data(site, origin, root), ensure_ascii=False)
    return Template(_read("", "layout.html")).substitute(
        texts, root=root, origin=origin, url=url, menu=menu, body=body, json_ld=json_ld
    )


def page_url(origin: str, slug: str, page: Page) -> str:
    return f"{origin}/{slug}/{page.slug + '/' if page.slug else ''}"


@functools.cache
def _read(slug: str, name: str) -> str:
    return (_FOLDER / slug / name).read_text("utf-8")


def _menu_item(root: str, page: Page, *, current: bool) -> str:
    href = f"{root}/{page.slug + '/' if page.slug else ''}"
    mark = ' aria-current="page"' if current else ""
    return f'<li><a href="{href}"{mark}>{escape(page.menu)}</a></li>'


def _linked_data(site: Site, origin: str, root: str) -> dict[str, Any]:
    return {
        "@context": "https://schema.org",
        "@type": site.schema_type,
        "name": site.name,
        "slogan": site.strapline,
        "url": f"{origin}{root}/",
        "logo": f"{origin}{root}/logo.png",
        "telephone": site.telephone,
        "email": site.email,
        "openingHours": site.opening_hours,
        "address": {
            "@type": "PostalAddress",
            "streetAddress": site.street,
            "addressLocality": site.city,
            "postalCode": site.postcode,
            "addressCountry": site.country,
        },
    }
