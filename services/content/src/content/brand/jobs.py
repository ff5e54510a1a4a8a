"""Read the website of an account that requested it."""

from datetime import timedelta

from common.due import Done, DueRow, Outcome, Retry

from content.brand.workflow import BrandReader
from content.clients.language_model import ModelUnavailableError
from content.factory import Factory, ProcessContext
from content.usage.rules import Kind

_MAX_ATTEMPTS = 3
_PAUSE = timedelta(seconds=5)
_LONGEST_PAUSE = timedelta(minutes=10)
"""A model that asks to wait longer is not waited for."""


class BrandRefresher:
    def __init__(self, context: ProcessContext) -> None:
        self._context = context
        self._reader = BrandReader(context.fetcher, context.language_model)

    async def run(self, row: DueRow) -> Outcome:
        """Read the website and save the result. After a failure the earlier profile stays, with the reason."""
        async with self._context.database.transaction(row.account_id) as session:
            account = await Factory(self._context, session).accounts().get()
        if account is None:
            # the account's event has not arrived yet
            return Retry(_PAUSE) if row.attempts <= _MAX_ATTEMPTS else Done()
        try:
            reading = await self._reader.read(account)
        except ModelUnavailableError as error:
            if row.attempts < _MAX_ATTEMPTS:
                pause = max(_PAUSE * row.attempts, error.retry_after or timedelta())
                if pause <= _LONGEST_PAUSE:
                    return Retry(pause)
            async with self._context.database.transaction(row.account_id) as session:
                factory = Factory(self._context, session)
                await factory.brands().record_failure(error.detail or error.reason)
                await factory.usage().settle(row.id)
            return Done()
        async with self._context.database.transaction(row.account_id) as session:
            factory = Factory(self._context, session)
            await factory.brands().save_reading(row.account_id, reading)
            if reading.complete:
                await factory.usage().use(row.id, {Kind.WEBSITE_READINGS: 1})
            await factory.usage().settle(row.id)
        return Done()
