"""The tables of identity. The migration enables row-level security on each of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from common.database import IdMixin, ServiceBase, TenantMixin, TimestampMixin, service_metadata
from common.due import DueTable
from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

_ROLES = "IN ('OWNER', 'ADMIN', 'MEMBER')"
_REASONS = "IN ('logout', 'reuse_detected', 'password_changed', 'role_changed', 'deactivated', 'revoked')"


FAILED_SIGN_INS = DueTable("identity", "failed_sign_in", finished="delete")


class Base(ServiceBase):
    __abstract__ = True
    metadata = service_metadata("identity")


class Account(IdMixin, TimestampMixin, Base):
    """The tenant. `account_id` repeats the id, so that the policy of all tenant tables applies here too."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("account_id"),)

    account_id: Mapped[UUID] = mapped_column(Computed("id", persisted=True))
    name: Mapped[str] = mapped_column(Text)
    website_url: Mapped[str | None] = mapped_column(Text)
    timezone: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(default=1)


class User(TenantMixin, TimestampMixin, Base):
    """A user of one account. `email` has the form that `normalize_email` returns, and is unique across accounts."""

    __tablename__ = "user"
    __table_args__ = (
        UniqueConstraint("account_id", "id"),
        UniqueConstraint("email"),
        ForeignKeyConstraint(["account_id"], ["identity.account.id"]),
        CheckConstraint(f"role {_ROLES}", name="role"),
    )

    email: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(default=True)
    revision: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    """Of role and activation, as other services know them."""


class Session(TenantMixin, Base):
    """A sign-in: the family of all refresh tokens issued for it."""

    __tablename__ = "session"
    __table_args__ = (
        UniqueConstraint("account_id", "id"),
        ForeignKeyConstraint(["account_id", "user_id"], ["identity.user.account_id", "identity.user.id"]),
        CheckConstraint("(revoked_at IS NULL) = (revoked_reason IS NULL)", name="revoked_with_reason"),
        CheckConstraint(f"revoked_reason {_REASONS}", name="revoked_reason"),
        Index("ix_session_account_id_user_id", "account_id", "user_id"),
    )

    user_id: Mapped[UUID]
    user_agent: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str | None] = mapped_column(Text)


class RefreshToken(TenantMixin, Base):
    """A refresh token, of which only the SHA-256 is stored. It is used once; a second use indicates a theft.

    Within a short overlap the client that used it gets the same successor again, see `derive_successor`.
    """

    __tablename__ = "refresh_token"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        ForeignKeyConstraint(["account_id", "session_id"], ["identity.session.account_id", "identity.session.id"]),
        Index("ix_refresh_token_account_id_session_id", "account_id", "session_id"),
    )

    session_id: Mapped[UUID]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The SHA-256 of the client that used it."""
    successor_salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    """With the token itself it yields the successor; removed with the next refresh."""


class Device(TenantMixin, Base):
    """A device from which a user has signed in. Guesses of strangers do not keep it out."""

    __tablename__ = "device"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        ForeignKeyConstraint(["account_id", "user_id"], ["identity.user.account_id", "identity.user.id"]),
        Index("ix_device_account_id_user_id", "account_id", "user_id"),
    )

    user_id: Mapped[UUID]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Invitation(TenantMixin, Base):
    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        ForeignKeyConstraint(["account_id"], ["identity.account.id"]),
        ForeignKeyConstraint(["account_id", "invited_by"], ["identity.user.account_id", "identity.user.id"]),
        CheckConstraint(f"role {_ROLES}", name="role"),
        Index("ix_invitation_account_id_email", "account_id", "email"),
    )

    email: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    invited_by: Mapped[UUID]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]


class FailedSignIn(TenantMixin, Base):
    """A user's failed sign-ins of some minutes, on their way to the audit log.

    A sign-in with an unknown address writes a row of an account that does not exist.
    """

    __tablename__ = "failed_sign_in"
    __table_args__ = (
        UniqueConstraint("account_id", "user_id"),
        Index("ix_failed_sign_in_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    user_id: Mapped[UUID]
    failures: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    lease_owner: Mapped[UUID | None]
    attempts: Mapped[int] = mapped_column(server_default=text("0"))


class AuditEvent(TenantMixin, Base):
    """One entry of an account's audit log. The runtime role may insert and read, but not update or delete.

    `metadata` is json and not jsonb: jsonb rewrites numbers, and the hash covers the original text.
    """

    __tablename__ = "audit_event"
    __table_args__ = (
        UniqueConstraint("account_id", "seq"),
        ForeignKeyConstraint(["account_id"], ["identity.account.id"]),
        Index("ix_audit_event_account_id_event_type_seq", "account_id", "event_type", "seq"),
        Index("ix_audit_event_account_id_entity_id_seq", "account_id", "entity_id", "seq"),
        Index("ix_audit_event_account_id_entity_type_seq", "account_id", "entity_type", "seq"),
        Index("ix_audit_event_account_id_user_id_seq", "account_id", "user_id", "seq"),
    )

    seq: Mapped[int] = mapped_column(BigInteger)
    source: Mapped[str] = mapped_column(Text)
    user_id: Mapped[UUID | None]
    event_type: Mapped[str] = mapped_column(Text)
    entity_type: Mapped[str] = mapped_column(Text)
    entity_id: Mapped[str] = mapped_column(Text)
    # `metadata` is reserved in declarative classes
    facts: Mapped[dict[str, Any]] = mapped_column("metadata", JSON)
    occurred_at: Mapped[datetime]
    created_at: Mapped[datetime]
    prev_hash: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(Text)


class AuditHead(Base):
    """The last entry of an account's chain; locking it serialises appends."""

    __tablename__ = "audit_head"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("identity.account.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(Text)


class SigningKey(Base):
    """A key that signs access tokens. It belongs to no account. See `KeyRing` for what the times mean.

    The table is empty until the first change of the key: until then the key in the settings signs.
    """

    __tablename__ = "signing_key"

    kid: Mapped[str] = mapped_column(Text, primary_key=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    private_key: Mapped[bytes] = mapped_column(LargeBinary)
    """Encrypted with what TOKEN_SIGNING_KEY holds."""
    published_at: Mapped[datetime]
    signs_at: Mapped[datetime]
    retires_at: Mapped[datetime | None]


class RateLimitWindow(Base):
    """The attempts of one key within the window of a rate limit. It belongs to no account: sign-in has none yet."""

    __tablename__ = "rate_limit_window"
    __table_args__ = (Index("ix_rate_limit_window_expires_at", "expires_at"),)

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    """The name of the limit."""
    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    """The SHA-256 of what is limited (addresses, clients, ids), so that the table does not list who signs in."""
    attempts: Mapped[list[datetime]] = mapped_column(ARRAY(TIMESTAMP(timezone=True)))
    """The times of the latest accepted attempts, at most as many as the limit needs, oldest first."""
    expires_at: Mapped[datetime]
    """When the last attempt is forgotten; the row can be removed then."""
