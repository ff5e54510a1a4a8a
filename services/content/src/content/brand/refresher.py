"""Reads the website of an account that asked for it: a durable job, as generations are."""

from datetime import timedelta

from common.clock import Clock
from common.database import Database
from common.due import Done, DueRow, Outcome, Retry
from sqlalchemy.ext.asyncio import AsyncSession

from content.brand.reader import BrandReader
from content.brand.repository import BrandRepository
from content.brand.service import BrandService
from content.clients.writer import WritingError
from content.read_models.repository import AccountRepository

__all__ = ["BrandRefresher"]

_PATIENCE = 3
_PAUSE = timedelta(seconds=5)


class BrandRefresher:
    def __init__(self, database: Database, clock: Clock, reader: BrandReader) -> None:
        self._database = database
        self._clock = clock
        self._reader = reader

    async def run(self, row: DueRow) -> Outcome:
        """Read and keep; a website that can't be read leaves what was known, and says why."""
        async with self._database.transaction(row.account_id) as session:
            account = await AccountRepository(session).get()
        if account is None:
            # its event is still on its way
            return Retry(_PAUSE) if row.attempts <= _PATIENCE else Done()
        try:
            reading = await self._reader.read(account)
        except WritingError as error:
            if error.temporary and row.attempts < _PATIENCE:
                return Retry(_PAUSE * row.attempts)
            async with self._database.transaction(row.account_id) as session:
                await self._brands(session).give_up(f"{error.detail} Try again later.")
            return Done()
        async with self._database.transaction(row.account_id) as session:
            await self._brands(session).keep_reading(row.account_id, reading)
        return Done()

    def _brands(self, session: AsyncSession) -> BrandService:
        return BrandService(BrandRepository(session), AccountRepository(session), self._clock)
