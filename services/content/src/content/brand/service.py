from typing import Any
from uuid import UUID

from common.clock import Clock

from content.brand.errors import BrandNotFoundError
from content.brand.repository import BrandRepository
from content.brand.schemas import BrandCorrection, BrandText
from content.models import BrandProfile
from content.rendering import Palette


class BrandService:
    def __init__(self, brands: BrandRepository, clock: Clock) -> None:
        self._brands = brands
        self._clock = clock

    async def find(self) -> BrandProfile | None:
        return await self._brands.of_account()

    async def get(self) -> BrandProfile:
        brand = await self.find()
        if brand is None:
            raise BrandNotFoundError("It is made when the first month is generated.")
        return brand

    async def correct(self, correction: BrandCorrection) -> BrandProfile:
        """Apply corrections; a field that is given as null goes back to what was read."""
        brand = await self._brands.of_account(lock=True)
        if brand is None:
            raise BrandNotFoundError("It is made when the first month is generated.")
        given = correction.model_dump(exclude_unset=True, mode="json")
        brand.corrections = {k: v for k, v in (brand.corrections | given).items() if v is not None}
        brand.revision += 1
        return brand

    async def keep_reading(
        self,
        account_id: UUID,
        text: BrandText,
        *,
        website_url: str | None,
        palette: Palette,
        fonts: list[str],
        logo: bytes | None,
        logo_url: str | None,
        from_website: bool,
    ) -> BrandProfile:
        """Keep what was read; corrections stay."""
        brand = await self._brands.of_account(lock=True)
        values: dict[str, Any] = {
            "website_url": website_url,
            "profile": text.model_dump(),
            "palette": palette.model_dump(),
            "fonts": fonts,
            "logo": logo,
            "logo_url": logo_url,
            "read_at": self._clock.now() if from_website else None,
        }
        if brand is None:
            return self._brands.add(BrandProfile(account_id=account_id, corrections={}, revision=1, **values))
        for name, value in values.items():
            setattr(brand, name, value)
        brand.revision += 1
        return brand
