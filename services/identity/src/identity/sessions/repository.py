from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from common.database import Repository
from sqlalchemy import bindparam, delete, select, text, update

from identity.models import Account, RefreshToken, Session, User

# Built once, because one of them is in nearly every request.
_LIVE = (
    select(Session.id)
    .join(User, (User.account_id == Session.account_id) & (User.id == Session.user_id))
    .where(
        Session.id == bindparam("session_id"),
        Session.user_id == bindparam("user_id"),
        Session.revoked_at.is_(None),
        User.active,
    )
)
_LIVE_OWNER = _LIVE.with_only_columns(User, Account).join(Account, Account.id == Session.account_id)


class SessionRepository(Repository[Session]):
    model = Session

    async def live_of(self, user_id: UUID, now: datetime) -> Sequence[Session]:
        """Return the user's sessions that are neither revoked nor expired, the most recently used first."""
        statement = (
            select(Session)
            .where(Session.user_id == user_id, Session.revoked_at.is_(None), Session.expires_at > now)
            .order_by(Session.last_used_at.desc(), Session.id)
        )
        return (await self.session.execute(statement)).scalars().all()

    async def lock_live_of(self, user_id: UUID, now: datetime) -> Sequence[Session]:
        statement = (
            select(Session)
            .where(Session.user_id == user_id, Session.revoked_at.is_(None), Session.expires_at > now)
            .order_by(Session.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        return (await self.session.execute(statement)).scalars().all()

    async def is_live(self, session_id: UUID, user_id: UUID) -> bool:
        """Return whether the session is not revoked and its user is active."""
        parameters = {"session_id": session_id, "user_id": user_id}
        return (await self.session.execute(_LIVE, parameters)).first() is not None

    async def live_owner(self, session_id: UUID, user_id: UUID) -> tuple[User, Account] | None:
        """Return user and account of a session; None if it is revoked or the user is not active."""
        parameters = {"session_id": session_id, "user_id": user_id}
        row = (await self.session.execute(_LIVE_OWNER, parameters)).first()
        return None if row is None else (row.User, row.Account)


class RefreshTokenRepository(Repository[RefreshToken]):
    model = RefreshToken

    async def find(self, token_hash: bytes) -> tuple[UUID, UUID] | None:
        """Search all accounts for a token, before the account is known; return account and token id."""
        statement = text("SELECT account_id, token_id FROM identity.find_refresh_token(:hash)")
        row = (await self.session.execute(statement, {"hash": token_hash})).first()
        return None if row is None else (row.account_id, row.token_id)

    async def is_unused(self, token_hash: bytes) -> bool:
        statement = select(RefreshToken.id).where(RefreshToken.token_hash == token_hash, RefreshToken.used_at.is_(None))
        return (await self.session.execute(statement)).first() is not None

    async def forget_successors(self, session_id: UUID) -> None:
        """Remove what the successors of the session's used tokens could be derived from."""
        statement = (
            update(RefreshToken)
            .where(RefreshToken.session_id == session_id, RefreshToken.successor_salt.is_not(None))
            .values(successor_salt=None)
            .execution_options(synchronize_session=False)
        )
        await self.session.execute(statement)

    async def remove_expired(self, session_id: UUID, now: datetime) -> None:
        statement = delete(RefreshToken).where(RefreshToken.session_id == session_id, RefreshToken.expires_at <= now)
        await self.session.execute(statement.execution_options(synchronize_session=False))
