"""A session is a sign-in: a family of refresh tokens, each valid for one use (RFC 9700, section 4.14.2)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from common.auth import Principal, Role
from common.clock import Clock
from common.database import set_account
from common.ids import new_id
from common.messaging import outbox

from identity.audit.service import AuditLog
from identity.models import Account, RefreshToken, Session, User
from identity.sessions.errors import (
    RefreshTokenInvalidError,
    RefreshTokenReusedError,
    SessionEndedError,
    SessionNotFoundError,
)
from identity.sessions.events import session_revoked
from identity.sessions.repository import RefreshTokenRepository, SessionRepository
from identity.sessions.rules import Client
from identity.sessions.schemas import RevocationReason, Tokens
from identity.tokens.service import TokenIssuer, derive_successor, hash_of, new_salt, new_secret
from identity.users.repository import UserRepository

_INVALID = "This refresh token is unknown, has expired or belongs to an ended session. Sign in again."


@dataclass(frozen=True)
class Lifetimes:
    session: timedelta
    """Since the sign-in, whatever happens."""
    unused: timedelta
    """Since the sign-in or the last refresh."""
    overlap: timedelta
    """How long a used refresh token returns its successor again."""


class SessionService:
    def __init__(
        self,
        *,
        sessions: SessionRepository,
        tokens: RefreshTokenRepository,
        users: UserRepository,
        audit: AuditLog,
        issuer: TokenIssuer,
        clock: Clock,
        lifetimes: Lifetimes,
    ) -> None:
        self._sessions = sessions
        self._tokens = tokens
        self._users = users
        self._audit = audit
        self._issuer = issuer
        self._clock = clock
        self._lifetimes = lifetimes

    async def start(self, user: User, user_agent: str | None) -> Tokens:
        now = self._clock.now()
        session = Session(
            id=new_id(),
            account_id=user.account_id,
            user_id=user.id,
            user_agent=user_agent,
            created_at=now,
            last_used_at=now,
            expires_at=self._expiry(now, now),
        )
        self._sessions.add(session)
        await self._sessions.session.flush()
        return await self._issue_tokens(session, user, new_secret("refresh"))

    def _expiry(self, created_at: datetime, now: datetime) -> datetime:
        """Return when an unused session expires. It slides with each refresh, up to the end of the lifetime."""
        return min(now + self._lifetimes.unused, created_at + self._lifetimes.session)

    async def refresh(self, refresh_token: str, client: Client) -> Tokens:
        """Exchange a refresh token for new tokens. Using it again ends the session.

        For a moment the client that used it gets the same next token again: two tabs of a browser refresh at once, or
        an answer is lost on its way. There is one successor, so a thief's use of it is still found as a reuse.

        Raises `RefreshTokenInvalidError` and `RefreshTokenReusedError`.
        """
        found = await self._tokens.find(hash_of(refresh_token))
        if found is None:
            raise RefreshTokenInvalidError(_INVALID)
        account_id, token_id = found
        await set_account(self._tokens.session, account_id)
        token = await self._tokens.get(token_id)
        # The session's lock serialises two refreshes with the same token; the second one sees what the first wrote.
        session = None if token is None else await self._sessions.lock(token.session_id)
        token = await self._tokens.lock(token_id)
        now = self._clock.now()
        if token is None or session is None or session.revoked_at is not None:
            raise RefreshTokenInvalidError(_INVALID)
        if min(token.expires_at, session.created_at + self._lifetimes.session) <= now:
            raise RefreshTokenInvalidError(_INVALID)
        successor = None if token.used_at is None else await self._successor_again(token, refresh_token, client, now)
        if token.used_at is not None and successor is None:
            await self._end_reused(session)
        user = await self._users.get(session.user_id)
        if user is None or not user.active:
            raise RefreshTokenInvalidError("The user is deactivated. Ask an owner of the account.")
        if successor is not None:
            return await self._tokens_of(session, user, successor)
        session.last_used_at = now
        session.expires_at = self._expiry(session.created_at, now)
        session.user_agent = client.user_agent
        await self._tokens.remove_expired(session.id, now)
        await self._tokens.forget_successors(session.id)
        token.used_at, token.used_by, token.successor_salt = now, client.fingerprint, new_salt()
        return await self._issue_tokens(session, user, derive_successor("refresh", refresh_token, token.successor_salt))

    async def _successor_again(
        self, token: RefreshToken, refresh_token: str, client: Client, now: datetime
    ) -> str | None:
        """Return the successor of a used token within the overlap, or None if this use is a reuse."""
        if token.used_at is None or token.successor_salt is None or token.used_by != client.fingerprint:
            return None
        if now >= token.used_at + self._lifetimes.overlap:
            return None
        successor = derive_successor("refresh", refresh_token, token.successor_salt)
        return successor if await self._tokens.is_unused(hash_of(successor)) else None

    async def _end_reused(self, session: Session) -> None:
        await self.revoke(session, "reuse_detected", by=None)
        raise RefreshTokenReusedError(
            "This refresh token was used before, so it may have been stolen. The session was ended: sign in again."
        )

    async def _issue_tokens(self, session: Session, user: User, refresh_token: str) -> Tokens:
        self._tokens.add(
            RefreshToken(
                account_id=session.account_id,
                session_id=session.id,
                token_hash=hash_of(refresh_token),
                created_at=session.last_used_at,
                expires_at=session.expires_at,
            )
        )
        await self._tokens.session.flush()
        return await self._tokens_of(session, user, refresh_token)

    async def _tokens_of(self, session: Session, user: User, refresh_token: str) -> Tokens:
        await self._issuer.keys.refresh(self._tokens.session)
        access = self._issuer.issue(
            account_id=user.account_id,
            user_id=user.id,
            session_id=session.id,
            role=Role(user.role),
            session_ends_at=session.created_at + self._lifetimes.session,
        )
        return Tokens(
            access_token=access.token,
            token_type="Bearer",  # noqa: S106 - the name of a scheme
            expires_in=access.lifetime_seconds,
            expires_at=access.expires_at,
            refresh_token=refresh_token,
            refresh_expires_at=session.expires_at,
        )

    async def require_live(self, principal: Principal) -> None:
        """Raise SessionEndedError for an access token whose session has ended."""
        if not await self._sessions.is_live(principal.session_id, principal.user_id):
            raise SessionEndedError("Sign in again.")

    async def live_owner(self, principal: Principal) -> tuple[User, Account]:
        """Return the caller's user and account. Raises SessionEndedError like `require_live`."""
        owner = await self._sessions.live_owner(principal.session_id, principal.user_id)
        if owner is None:
            raise SessionEndedError("Sign in again.")
        return owner

    async def list_own(self, principal: Principal) -> list[Session]:
        return list(await self._sessions.live_of(principal.user_id, self._clock.now()))

    async def end_own(self, principal: Principal, session_id: UUID, reason: RevocationReason = "revoked") -> None:
        """End one of the user's own sessions. Raises `SessionNotFoundError` for any other session."""
        session = await self._sessions.lock(session_id)
        if session is None or session.user_id != principal.user_id or session.revoked_at is not None:
            raise SessionNotFoundError("It may have ended already; see GET /api/auth/sessions.")
        await self.revoke(session, reason, by=principal.user_id)

    async def end_all_of(
        self, user_id: UUID, reason: RevocationReason, *, by: UUID | None, keep: UUID | None = None
    ) -> int:
        """End all sessions of a user except `keep`; return their number."""
        live = await self._sessions.lock_live_of(user_id, self._clock.now())
        ended = [session for session in live if session.id != keep]
        for session in ended:
            await self.revoke(session, reason, by=by)
        return len(ended)

    async def revoke(self, session: Session, reason: RevocationReason, *, by: UUID | None) -> None:
        """End a session that this transaction has locked, and emit the event that revokes its access tokens."""
        now = self._clock.now()
        session.revoked_at, session.revoked_reason = now, reason
        await self._sessions.session.flush()
        await outbox.add(self._sessions.session, session_revoked(session, reason, now, self._issuer.lifetime))
        await self._audit.append(
            session.account_id,
            "SESSION_REVOKED",
            entity=("session", session.id),
            user_id=by,
            facts={"reason": reason, "session_user_id": str(session.user_id)},
        )
