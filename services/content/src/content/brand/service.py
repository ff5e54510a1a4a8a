from typing import Any
from uuid import UUID

from common import due
from common.clock import Clock
from common.due import DueTable
from common.tracing import traceparent

from content.brand.errors import BrandNotFoundError
from content.brand.repository import BrandRepository
from content.brand.rules import BrandReading, placeholder_reading
from content.brand.schemas import BrandCorrection
from content.models import SERVICE, Account, BrandProfile
from content.read_models.repository import AccountRepository
from content.usage.rules import Activity, Kind
from content.usage.service import UsageService

TABLE = DueTable(SERVICE, "brand_profile", columns=("traceparent",))


class BrandService:
    def __init__(self, brands: BrandRepository, accounts: AccountRepository, usage: UsageService, clock: Clock) -> None:
        self._brands = brands
        self._accounts = accounts
        self._usage = usage
        self._session = brands.session
        self._clock = clock

    async def find(self) -> BrandProfile | None:
        return await self._brands.of_account()

    async def get(self) -> BrandProfile:
        brand = await self.find()
        if brand is None:
            raise BrandNotFoundError("Read the website first: POST /api/brand/refresh.")
        return brand

    async def refresh(self, account_id: UUID) -> BrandProfile:
        """Request a reading of the website in the background. A request that is already pending stays as it is.

        Raises the errors of ``UsageService.charge``.
        """
        brand = await self._ensured(account_id)
        if brand.due_at is None:
            await self._usage.charge(
                Activity.WEBSITE_READING, brand.id, {Kind.WEBSITE_READINGS: 1, Kind.MODEL_CALLS: 1}
            )
            brand.due_at = self._clock.now()
            brand.traceparent = traceparent()
            brand.attempts = 0
            await self._session.flush()
            await due.wake(self._session, TABLE)
        return brand

    async def correct(self, account_id: UUID, correction: BrandCorrection) -> BrandProfile:
        """Apply corrections. A field set to null returns to the value read from the website."""
        brand = await self._ensured(account_id)
        given = correction.model_dump(exclude_unset=True, mode="json")
        corrections = {name: value for name, value in (brand.corrections | given).items() if value is not None}
        if corrections != brand.corrections:
            brand.corrections = corrections
            brand.revision += 1
        return brand

    async def save_reading(self, account_id: UUID, reading: BrandReading) -> BrandProfile:
        """Save a reading; corrections stay. An incomplete reading never replaces a complete one of the same website."""
        values = _values(reading) | {"read_at": self._clock.now() if reading.complete else None}
        brand = await self._brands.ensure(account_id, values | {"corrections": {}, "revision": 1})
        if reading.complete or brand.read_at is None or brand.website_url != reading.website_url:
            brand.revision += any(getattr(brand, name) != value for name, value in values.items())
            for name, value in values.items():
                setattr(brand, name, value)
        brand.trouble = reading.trouble
        return brand

    async def record_failure(self, trouble: str) -> None:
        """Record why a requested reading failed."""
        brand = await self._brands.of_account(lock=True)
        if brand is not None:
            brand.trouble = trouble

    async def _ensured(self, account_id: UUID) -> BrandProfile:
        account = await self._accounts.get() or Account(account_id=account_id, name="", website_url=None)
        values = _values(placeholder_reading(account, None)) | {"read_at": None, "corrections": {}, "revision": 1}
        return await self._brands.ensure(account_id, values)


def _values(reading: BrandReading) -> dict[str, Any]:
    return {
        "website_url": reading.website_url,
        "profile": reading.text.model_dump(),
        "palette": reading.palette.model_dump(),
        "fonts": reading.fonts,
        "logo": reading.logo,
        "logo_url": reading.logo_url,
        "trouble": reading.trouble,
    }
