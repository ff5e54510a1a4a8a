from uuid import UUID

from common.auth import Principal
from common.clock import Clock
from common.messaging import outbox

from identity.accounts.errors import AccountNotFoundError
from identity.accounts.events import account_created, account_updated
from identity.accounts.repository import AccountRepository
from identity.audit.service import AuditLog
from identity.models import Account


class AccountService:
    def __init__(self, accounts: AccountRepository, audit: AuditLog, clock: Clock) -> None:
        self._accounts = accounts
        self._audit = audit
        self._clock = clock

    async def create(self, account_id: UUID, *, name: str, website_url: str | None, timezone: str) -> Account:
        """Create the account of this transaction and emit its event. The caller writes the audit entry."""
        account = Account(id=account_id, name=name, website_url=website_url, timezone=timezone, revision=1)
        self._accounts.add(account)
        await self._accounts.session.flush()
        await outbox.add(self._accounts.session, account_created(account, self._clock.now()))
        return account

    async def get(self, account_id: UUID) -> Account:
        account = await self._accounts.get(account_id)
        if account is None:
            raise AccountNotFoundError(f"There is no account {account_id}.")
        return account

    async def change(self, principal: Principal, changes: dict[str, str | None]) -> Account:
        """Change name, website or time zone. Unchanged values emit no event."""
        account = await self._accounts.lock(principal.account_id)
        if account is None:
            raise AccountNotFoundError(f"There is no account {principal.account_id}.")
        changed = {field: value for field, value in changes.items() if getattr(account, field) != value}
        if not changed:
            return account
        before = {field: getattr(account, field) for field in changed}
        for field, value in changed.items():
            setattr(account, field, value)
        account.revision += 1
        await self._accounts.session.flush()
        await outbox.add(self._accounts.session, account_updated(account, self._clock.now()))
        await self._audit.append(
            account.id,
            "ACCOUNT_UPDATED",
            entity=("account", account.id),
            user_id=principal.user_id,
            facts={"from": before, "to": changed, "revision": account.revision},
        )
        return account
