from typing import Annotated

from common.http import Permission, Principal, Router, requires

from content.brand.schemas import BrandCorrection, BrandOut
from content.dependencies import FactoryDep

router = Router(prefix="/api/brand", tags=["brand"])


@router.get("", dependencies=[requires(Permission.BRAND_READ)])
async def get_brand(factory: FactoryDep) -> BrandOut:
    """Return what is known of the brand, corrections applied."""
    return BrandOut.of(await factory.brands().get())


@router.patch("")
async def correct_brand(
    correction: BrandCorrection,
    _principal: Annotated[Principal, requires(Permission.BRAND_WRITE)],
    factory: FactoryDep,
) -> BrandOut:
    """Correct the profile by hand. What is given as null goes back to what the website says."""
    return BrandOut.of(await factory.brands().correct(correction))
