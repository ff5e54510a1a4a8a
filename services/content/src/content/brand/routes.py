from typing import Annotated

from common.auth import Permission, Principal
from common.http import Router, raises, requires
from fastapi import status

from content.brand.errors import BrandNotFoundError
from content.brand.schemas import BrandCorrection, BrandOut
from content.dependencies import FactoryDep
from content.usage.errors import WRITING_CHARGE_ERRORS

router = Router(prefix="/api/brand", tags=["Brand"])

Writer = Annotated[Principal, requires(Permission.BRAND_WRITE)]


@router.get(
    "", dependencies=[requires(Permission.BRAND_READ), raises(BrandNotFoundError)], summary="Get the brand profile"
)
async def get_brand(factory: FactoryDep) -> BrandOut:
    """Return the brand profile with manual corrections applied."""
    return BrandOut.of(await factory.brands().get())


@router.patch("", dependencies=[raises()], summary="Correct the brand profile")
async def correct_brand(correction: BrandCorrection, principal: Writer, factory: FactoryDep) -> BrandOut:
    """Correct the brand profile. Null removes a correction and restores the value from the website."""
    return BrandOut.of(await factory.brands().correct(principal.account_id, correction))


@router.post(
    "/refresh",
    status_code=status.HTTP_202_ACCEPTED,
    dependencies=[raises(*WRITING_CHARGE_ERRORS)],
    summary="Read the website again",
)
async def refresh_brand(principal: Writer, factory: FactoryDep) -> BrandOut:
    """Read the website again, in the background. `reading` is true until it has finished.

    Manual corrections are kept. It needs a subscription and counts as a reading of the website.
    """
    return BrandOut.of(await factory.brands().refresh(principal.account_id))
