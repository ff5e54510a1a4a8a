from typing import Annotated

from common.auth import Permission, Principal
from common.http import Router, requires
from fastapi import status

from content.brand.schemas import BrandCorrection, BrandOut
from content.dependencies import FactoryDep

router = Router(prefix="/api/brand", tags=["Brand"])

Writer = Annotated[Principal, requires(Permission.BRAND_WRITE)]


@router.get("", dependencies=[requires(Permission.BRAND_READ)])
async def get_brand(factory: FactoryDep) -> BrandOut:
    """Return what is known of the brand, corrections applied."""
    return BrandOut.of(await factory.brands().get())


@router.patch("")
async def correct_brand(correction: BrandCorrection, principal: Writer, factory: FactoryDep) -> BrandOut:
    """Correct the profile by hand. What is given as null goes back to what the website says."""
    return BrandOut.of(await factory.brands().correct(principal.account_id, correction))


@router.post("/refresh", status_code=status.HTTP_202_ACCEPTED)
async def refresh_brand(principal: Writer, factory: FactoryDep) -> BrandOut:
    """Have the website read anew; `reading` is true until that is done. Corrections stay."""
    return BrandOut.of(await factory.brands().refresh(principal.account_id))
