from typing import TypeVar
from uuid import UUID

from common.auth import Principal
from common.clock import Clock
from common.errors import NotFoundError
from common.ids import new_id
from common.messaging import outbox
from pulseworks_contracts import AccountCreated, AccountData, AccountUpdated

from identity.accounts.repository import AccountRepository
from identity.audit.service import AuditLog
from identity.models import Account

EventT = TypeVar("EventT", AccountCreated, AccountUpdated)


class AccountService:
    def __init__(self, accounts: AccountRepository, audit: AuditLog, clock: Clock) -> None:
        self._accounts = accounts
        self._audit = audit
        self._clock = clock

    async def create(self, account_id: UUID, *, name: str, website_url: str | None, timezone: str) -> Account:
        """Create the account of this transaction; others hear of it. The audit entry is the caller's."""
        account = Account(id=account_id, name=name, website_url=website_url, timezone=timezone, revision=1)
        self._accounts.add(account)
        await self._accounts.session.flush()
        await self._emit(AccountCreated, account)
        return account

    async def get(self, account_id: UUID) -> Account:
        account = await self._accounts.get(account_id)
        if account is None:
            raise NotFoundError("There is no such account.")
        return account

    async def change(self, principal: Principal, changes: dict[str, str | None]) -> Account:
        """Change name, website or timezone. What is the same already makes no event."""
        account = await self._accounts.lock(principal.account_id)
        if account is None:
            raise NotFoundError("There is no such account.")
        changed = {field: value for field, value in changes.items() if getattr(account, field) != value}
        if not changed:
            return account
        before = {field: getattr(account, field) for field in changed}
        for field, value in changed.items():
            setattr(account, field, value)
        account.revision += 1
        await self._accounts.session.flush()
        await self._emit(AccountUpdated, account)
        await self._audit.append(
            account.id,
            "ACCOUNT_UPDATED",
            entity=("account", account.id),
            user_id=principal.user_id,
            facts={"from": before, "to": changed, "revision": account.revision},
        )
        return account

    async def _emit(self, kind: type[EventT], account: Account) -> None:
        data = AccountData(
            revision=account.revision, name=account.name, website_url=account.website_url, timezone=account.timezone
        )
        event = kind(id=new_id(), account_id=account.id, subject=str(account.id), time=self._clock.now(), data=data)
        await outbox.add(self._accounts.session, event)
