"""The design of a post's image, from the post and its brand."""

from typing import Any
from urllib.parse import urlsplit

from content.brand.schemas import palette_of, text_of
from content.models import BrandProfile, ContentItem
from content.rendering.design import PostDesign

_IMAGE_TEXTS = ("headline", "subline")


def design_for(brand: BrandProfile, *, type_: str, headline: str, subline: str, layout: int) -> PostDesign:
    """Return the design. ``layout`` indexes the arrangements; consecutive positions in a month get different ones."""
    return PostDesign(
        headline=headline,
        subline=subline,
        label="Offer" if type_ == "PROMO" else "",
        business_name=text_of(brand).business_name,
        domain=domain_of(brand.website_url),
        palette=palette_of(brand),
        logo=brand.logo,
        index=layout,
    )


def domain_of(website: str | None) -> str:
    """Return the domain to print: without ``www.``, and empty for a bare IPv4 address."""
    address = website or ""
    host = urlsplit(address if "//" in address else f"//{address}").hostname or ""
    return "" if host.replace(".", "").isdigit() else host.removeprefix("www.")


def image_texts(item: ContentItem, changes: dict[str, Any]) -> dict[str, str]:
    """Return the texts to redraw the image with after ``changes``; empty if the image stays.

    An uploaded image is never redrawn.
    """
    texts = {name: changes.get(name, getattr(item, name)) for name in _IMAGE_TEXTS}
    unchanged = all(texts[name] == getattr(item, name) for name in _IMAGE_TEXTS)
    return {} if unchanged or item.media["source"] == "OWN" else texts
