"""From a post and its brand to the design of its picture."""

from typing import Any
from urllib.parse import urlsplit

from content.brand.repository import BrandRepository
from content.brand.schemas import palette_of, text_of
from content.models import BrandProfile, ContentItem
from content.rendering import PostDesign

_IN_THE_PICTURE = ("headline", "subline")


def design_for(brand: BrandProfile, *, type_: str, headline: str, subline: str, layout: int) -> PostDesign:
    """Return the design; ``layout`` counts through the arrangements, so a month's places make neighbours differ."""
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
    """Return the name to print: without ``www.``; nothing for a development server's numbers."""
    address = website or ""
    host = urlsplit(address if "//" in address else f"//{address}").hostname or ""
    return "" if host.replace(".", "").isdigit() else host.removeprefix("www.")


class DesignService:
    def __init__(self, brands: BrandRepository) -> None:
        self._brands = brands

    async def redrawn(self, item: ContentItem, changes: dict[str, Any]) -> PostDesign | None:
        """Return the design that these changes ask for; None when the picture stays, as an account's own does."""
        words = {name: changes.get(name, getattr(item, name)) for name in _IN_THE_PICTURE}
        if item.media["source"] == "OWN" or all(words[name] == getattr(item, name) for name in _IN_THE_PICTURE):
            return None
        brand = await self._brands.of_account()
        return None if brand is None else design_for(brand, type_=item.type, layout=item.media["layout"], **words)
