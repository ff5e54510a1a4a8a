"""Sign-up, sign-in and change of password. The workflow hashes passwords outside these transactions."""

from dataclasses import dataclass
from uuid import UUID

from common.auth import Principal, Role
from common.database import set_account
from common.ids import new_id

from identity.accounts.service import AccountService
from identity.audit.service import AuditLog
from identity.auth.errors import CredentialsInvalidError, UserDeactivatedError
from identity.devices.service import DeviceService
from identity.models import Account, User
from identity.sessions.schemas import Tokens
from identity.sessions.service import SessionService
from identity.users.repository import UserRepository


@dataclass(frozen=True)
class StoredPassword:
    """A user's password hash, to verify a password outside a transaction."""

    account_id: UUID
    user_id: UUID
    hash: str


@dataclass(frozen=True)
class SignIn:
    account: Account
    user: User
    tokens: Tokens
    device_token: str


class AuthService:
    def __init__(
        self,
        users: UserRepository,
        accounts: AccountService,
        sessions: SessionService,
        devices: DeviceService,
        audit: AuditLog,
    ) -> None:
        self._users = users
        self._accounts = accounts
        self._sessions = sessions
        self._devices = devices
        self._audit = audit

    async def sign_up(
        self,
        *,
        email: str,
        password_hash: str,
        account_name: str,
        website_url: str | None,
        timezone: str,
        user_agent: str | None,
    ) -> SignIn:
        """Create an account with its owner and sign the owner in. Raises `EmailTakenError`."""
        account_id = new_id()
        await set_account(self._users.session, account_id)
        account = await self._accounts.create(account_id, name=account_name, website_url=website_url, timezone=timezone)
        user = await self._users.insert(
            User(
                id=new_id(),
                account_id=account_id,
                email=email,
                password_hash=password_hash,
                role=Role.OWNER.value,
                active=True,
            )
        )
        tokens = await self._sessions.start(user, user_agent)
        device_token = await self._devices.remember(user)
        await self._audit.append(
            account_id,
            "ACCOUNT_CREATED",
            entity=("account", account_id),
            user_id=user.id,
            facts={"name": account.name, "website_url": account.website_url, "timezone": account.timezone},
        )
        return SignIn(account, user, tokens, device_token)

    async def find_password(self, email: str) -> StoredPassword | None:
        """Return the password of an address's user; an unknown address runs the same queries as a known one."""
        account_id, user_id = await self._users.find(email) or (new_id(), new_id())
        await set_account(self._users.session, account_id)
        user = await self._users.get(user_id)
        return None if user is None else StoredPassword(account_id, user.id, user.password_hash)

    async def password_of(self, principal: Principal) -> StoredPassword:
        user = await self._users.get(principal.user_id)
        if user is None:
            raise CredentialsInvalidError("Sign in again.")
        return StoredPassword(user.account_id, user.id, user.password_hash)

    async def sign_in(
        self, password: StoredPassword, *, rehashed: str | None, user_agent: str | None, device_token: str | None
    ) -> SignIn:
        """Start a session for a user whose password was just verified.

        Raises `CredentialsInvalidError` if it has been changed since, and `UserDeactivatedError`.
        """
        user = await self._lock_user(password)
        if not user.active:
            raise UserDeactivatedError("Ask an owner of the account to reactivate the user.")
        if rehashed is not None:
            user.password_hash = rehashed
        tokens = await self._sessions.start(user, user_agent)
        device_token = await self._devices.remember(user, device_token)
        account = await self._accounts.get(user.account_id)
        await self._audit.append(user.account_id, "USER_SIGNED_IN", entity=("user", user.id), user_id=user.id)
        return SignIn(account, user, tokens, device_token)

    async def change_password(self, principal: Principal, password: StoredPassword, new_hash: str) -> None:
        """Set the new password and end the user's other sessions."""
        user = await self._lock_user(password)
        user.password_hash = new_hash
        ended = await self._sessions.end_all_of(user.id, "password_changed", by=user.id, keep=principal.session_id)
        await self._audit.append(
            user.account_id,
            "PASSWORD_CHANGED",
            entity=("user", user.id),
            user_id=user.id,
            facts={"other_sessions_ended": ended},
        )

    async def _lock_user(self, password: StoredPassword) -> User:
        user = await self._users.lock(password.user_id)
        if user is None or user.password_hash != password.hash:
            raise CredentialsInvalidError("The password was just changed. Sign in again.")
        return user
