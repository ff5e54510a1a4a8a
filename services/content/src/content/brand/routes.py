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
    """Return the brand profile: what the website says about the business, with the users' corrections applied."""
    return BrandOut.of(await factory.brands().get())


@router.patch("", dependencies=[raises()], summary="Correct the brand profile")
async def correct_brand(correction: BrandCorrection, principal: Writer, factory: FactoryDep) -> BrandOut:
    """Correct the brand profile. Null removes a correction: the value from the website returns."""
    return BrandOut.of(await factory.brands().correct(principal.account_id, correction))


@router.post(
    "/refresh",
    status_code=status.HTTP_202_ACCEPTED,
    dependencies=[raises(*WRITING_CHARGE_ERRORS)],
    summary="Read the website again",
)
async def refresh_brand(principal: Writer, factory: FactoryDep) -> BrandOut:
    """Read the website again, in the background. `reading` is true until that has finished.

    Users' corrections are kept. The subscription must include generation. The reading counts as one of the
    `website_readings` and one of the `model_calls` of the billing period; see `GET /api/content/usage`.
    """
    return BrandOut.of(await factory.brands().refresh(principal.account_id))
