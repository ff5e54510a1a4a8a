"""From a post and its brand to the design of its picture."""

from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from content.brand.repository import BrandRepository
from content.brand.schemas import palette_of, text_of
from content.items.errors import ContentNotFoundError
from content.items.repository import ContentRepository
from content.models import BrandProfile
from content.rendering import PostDesign

_IN_THE_PICTURE = ("headline", "subline")


def design_for(brand: BrandProfile, *, type_: str, headline: str, subline: str, position: int) -> PostDesign:
    host = urlsplit(brand.website_url or "").hostname or ""
    return PostDesign(
        headline=headline,
        subline=subline,
        label="Offer" if type_ == "PROMO" else "",
        business_name=text_of(brand).business_name,
        # an address of numbers is a development server's and no name to print
        domain="" if host.replace(".", "").isdigit() else host.removeprefix("www."),
        palette=palette_of(brand),
        logo=brand.logo,
        index=position,
    )


@dataclass(frozen=True)
class Redrawing:
    design: PostDesign
    month: str
    revision: int


class RedrawingService:
    """Tells whether an edit changes the picture, and how it looks then."""

    def __init__(self, items: ContentRepository, brands: BrandRepository) -> None:
        self._items = items
        self._brands = brands

    async def prepare(self, content_id: UUID, changes: dict[str, object]) -> Redrawing | None:
        """Return the new design, or None when the picture stays. Raises ContentNotFoundError."""
        item = await self._items.get(content_id)
        if item is None:
            raise ContentNotFoundError(f"There is no post {content_id} in this account.")
        words = {name: str(changes.get(name, getattr(item, name))) for name in _IN_THE_PICTURE}
        brand = await self._brands.of_account()
        if brand is None or all(words[name] == getattr(item, name) for name in _IN_THE_PICTURE):
            return None
        design = design_for(
            brand, type_=item.type, headline=words["headline"], subline=words["subline"], position=item.position
        )
        return Redrawing(design=design, month=item.month, revision=item.revision)
