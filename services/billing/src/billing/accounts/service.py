from pulseworks_contracts import AccountCreated, AccountUpdated

from billing.accounts.repository import AccountRepository
from billing.models import Account

__all__ = ["AccountService"]


class AccountService:
    """Keeps what identity says of the account."""

    def __init__(self, accounts: AccountRepository) -> None:
        self._accounts = accounts

    async def keep(self, event: AccountCreated | AccountUpdated) -> None:
        known = await self._accounts.lock()
        if known is None:
            self._accounts.add(Account(account_id=event.account_id, name=event.data.name, revision=event.data.revision))
        elif event.data.revision > known.revision:
            known.name = event.data.name
            known.revision = event.data.revision
