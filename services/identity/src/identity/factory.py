"""The process context, and the services of one transaction."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import UUID

from common.auth import TokenVerifier
from common.clock import Clock, SystemClock
from common.database import Database, check_schema
from common.http import Check
from common.runtime.doctor import Diagnosis, only
from sqlalchemy.ext.asyncio import AsyncSession

from identity.accounts.repository import AccountRepository
from identity.accounts.service import AccountService
from identity.audit.repository import AuditRepository
from identity.audit.service import AuditLog
from identity.auth.service import AuthService
from identity.devices.repository import DeviceRepository
from identity.devices.service import DeviceService
from identity.failed_sign_ins.repository import FailedSignInRepository
from identity.failed_sign_ins.service import FailedSignInService
from identity.invitations.repository import InvitationRepository
from identity.invitations.service import InvitationService
from identity.memberships.service import MembershipService
from identity.passwords.service import PasswordHashing
from identity.rate_limits.repository import RateLimitRepository
from identity.rate_limits.rules import RateLimits
from identity.rate_limits.service import RateLimitService
from identity.sessions.repository import RefreshTokenRepository, SessionRepository
from identity.sessions.service import Lifetimes, SessionService
from identity.settings import (
    INVITATION_LIFETIME,
    REFRESH_OVERLAP,
    REFRESH_TOKEN_LIFETIME,
    SESSION_LIFETIME,
    IdentitySettings,
)
from identity.sign_in_limits.rules import SignInLimits
from identity.sign_in_limits.service import SignInLimitService
from identity.tokens.rules import ACCESS_TOKEN_LIFETIME, KeySecrets
from identity.tokens.service import SigningKeys, TokenIssuer
from identity.users.repository import UserRepository
from identity.users.service import UserService

MIGRATIONS = Path(__file__).parent / "migrations" / "versions"


@dataclass
class ProcessContext:
    """Everything that lives as long as the process."""

    settings: IdentitySettings
    clock: Clock
    database: Database
    key_secrets: KeySecrets
    keys: SigningKeys
    issuer: TokenIssuer
    token_verifier: TokenVerifier
    passwords: PasswordHashing
    rate_limits: RateLimits
    sign_in_limits: SignInLimits

    @classmethod
    def create(cls, settings: IdentitySettings, clock: Clock | None = None) -> "ProcessContext":
        clock = clock or SystemClock()
        database = Database(
            settings.database_url.get_secret_value(), service="identity", limits=settings.database_limits
        )
        key_secrets = KeySecrets.load(settings.token_signing_key.get_secret_value())
        keys = SigningKeys(key_secrets, database.transaction, clock)
        return cls(
            settings=settings,
            clock=clock,
            database=database,
            key_secrets=key_secrets,
            keys=keys,
            issuer=TokenIssuer(keys, clock, ACCESS_TOKEN_LIFETIME),
            token_verifier=TokenVerifier(keys, clock=clock),
            passwords=PasswordHashing(threads=settings.password_threads, queue=settings.password_queue),
            rate_limits=RateLimits.of(settings),
            sign_in_limits=SignInLimits.of(settings),
        )

    @asynccontextmanager
    async def transaction(self, account_id: UUID | None = None) -> AsyncIterator["Factory"]:
        """Open a transaction of the account and yield its services; commit at the end."""
        async with self.database.transaction(account_id) as session:
            yield Factory(self, session)

    def diagnoses(self) -> Sequence[Diagnosis]:
        cure = "let TOKEN_SIGNING_KEY contain, among its keys, the one that encrypted the stored signing keys"
        return [Diagnosis("signing key", only(self.keys.check, "readable"), cure, needs="schema")]

    def readiness(self) -> Sequence[Check]:
        return [
            Check("database", self.database.ping),
            Check("schema", partial(check_schema, self.database, MIGRATIONS)),
            Check("signing_key", self.keys.check),
        ]

    async def close(self) -> None:
        self.passwords.close()
        await self.token_verifier.close()
        await self.database.close()


class Factory:
    """The services of one transaction."""

    def __init__(self, context: ProcessContext, session: AsyncSession) -> None:
        self.context = context
        self.session = session

    def audit(self) -> AuditLog:
        return AuditLog(AuditRepository(self.session), self.context.clock)

    def accounts(self) -> AccountService:
        return AccountService(AccountRepository(self.session), self.audit(), self.context.clock)

    def sessions(self) -> SessionService:
        return SessionService(
            sessions=SessionRepository(self.session),
            tokens=RefreshTokenRepository(self.session),
            users=UserRepository(self.session),
            audit=self.audit(),
            issuer=self.context.issuer,
            clock=self.context.clock,
            lifetimes=Lifetimes(SESSION_LIFETIME, REFRESH_TOKEN_LIFETIME, REFRESH_OVERLAP),
        )

    def auth(self) -> AuthService:
        return AuthService(UserRepository(self.session), self.accounts(), self.sessions(), self.devices(), self.audit())

    def devices(self) -> DeviceService:
        return DeviceService(DeviceRepository(self.session), self.context.clock)

    def users(self) -> UserService:
        return UserService(UserRepository(self.session))

    def memberships(self) -> MembershipService:
        return MembershipService(
            UserRepository(self.session),
            AccountRepository(self.session),
            InvitationRepository(self.session),
            self.sessions(),
            self.audit(),
            self.context.clock,
        )

    def invitations(self) -> InvitationService:
        return InvitationService(
            InvitationRepository(self.session),
            UserRepository(self.session),
            AccountRepository(self.session),
            self.sessions(),
            self.audit(),
            self.context.clock,
            INVITATION_LIFETIME,
        )

    def failed_sign_ins(self) -> FailedSignInService:
        return FailedSignInService(
            FailedSignInRepository(self.session), UserRepository(self.session), self.audit(), self.context.clock
        )

    def sign_in_limits(self) -> SignInLimitService:
        by_client = self.context.rate_limits.logins_by_client
        return SignInLimitService(self.context.sign_in_limits, by_client, self.rate_limits(), self.context.clock)

    def rate_limits(self) -> RateLimitService:
        return RateLimitService(RateLimitRepository(self.session), self.context.clock)
