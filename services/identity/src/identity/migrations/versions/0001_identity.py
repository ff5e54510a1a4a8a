"""Accounts, users, sessions, invitations, the audit log."""

import sqlalchemy as sa
from alembic import op
from common.database.infrastructure_v1 import create_infrastructure
from common.database.rls_v1 import allow_lookup, create_lookup_function, enable_tenant_rls

revision = "0001"
down_revision = None

SCHEMA = "identity"
_ROLES = "role IN ('OWNER', 'ADMIN', 'MEMBER')"
_REASONS = (
    "revoked_reason IN ('logout', 'reuse_detected', 'password_changed', 'role_changed', 'deactivated', 'revoked')"
)


def upgrade() -> None:
    create_infrastructure(op, SCHEMA)
    _create_people()
    _create_sessions()
    _create_invitations()
    _create_audit()
    _create_lookups()


def _uuid(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _timestamps() -> list[sa.Column[object]]:
    return [
        sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())
        for name in ("created_at", "updated_at")
    ]


def _in_account(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    """Row-level security does not look through foreign keys, so they carry the account."""
    return sa.ForeignKeyConstraint(
        ["account_id", column],
        [f"{SCHEMA}.{target}.account_id", f"{SCHEMA}.{target}.id"],
        name=f"fk_{table}_account_id_{column}_{target}",
    )


def _of_account(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["account_id"], [f"{SCHEMA}.account.id"], name=f"fk_{table}_account_id_account")


def _create_people() -> None:
    op.create_table(
        "account",
        _uuid("id"),
        sa.Column("account_id", sa.Uuid(), sa.Computed("id", persisted=True), nullable=False),
        _text("name"),
        _text("website_url", nullable=True),
        _text("timezone"),
        sa.Column("revision", sa.Integer(), nullable=False),
        *_timestamps(),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("account_id", name="uq_account_account_id"),
        schema=SCHEMA,
    )
    enable_tenant_rls(op, SCHEMA, "account", grants="SELECT, INSERT, UPDATE")
    op.create_table(
        "user",
        _uuid("id"),
        _uuid("account_id"),
        _text("email"),
        _text("password_hash"),
        _text("role"),
        sa.Column("active", sa.Boolean(), nullable=False),
        *_timestamps(),
        sa.PrimaryKeyConstraint("id", name="pk_user"),
        sa.UniqueConstraint("account_id", "id", name="uq_user_account_id_id"),
        sa.UniqueConstraint("email", name="uq_user_email"),
        _of_account("user"),
        sa.CheckConstraint(_ROLES, name=op.f("ck_user_role")),
        schema=SCHEMA,
    )
    enable_tenant_rls(op, SCHEMA, "user", grants="SELECT, INSERT, UPDATE")


def _create_sessions() -> None:
    op.create_table(
        "session",
        _uuid("id"),
        _uuid("account_id"),
        _uuid("user_id"),
        _text("user_agent", nullable=True),
        _time("created_at"),
        _time("last_used_at"),
        _time("expires_at"),
        _time("revoked_at", nullable=True),
        _text("revoked_reason", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
        sa.UniqueConstraint("account_id", "id", name="uq_session_account_id_id"),
        _in_account("session", "user_id", "user"),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoked_reason IS NULL)", name=op.f("ck_session_revoked_with_reason")
        ),
        sa.CheckConstraint(_REASONS, name=op.f("ck_session_revoked_reason")),
        schema=SCHEMA,
    )
    op.create_index("ix_session_account_id_user_id", "session", ["account_id", "user_id"], schema=SCHEMA)
    enable_tenant_rls(op, SCHEMA, "session")
    op.create_table(
        "refresh_token",
        _uuid("id"),
        _uuid("account_id"),
        _uuid("session_id"),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        _time("created_at"),
        _time("expires_at"),
        _time("used_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_refresh_token"),
        sa.UniqueConstraint("token_hash", name="uq_refresh_token_token_hash"),
        _in_account("refresh_token", "session_id", "session"),
        schema=SCHEMA,
    )
    op.create_index(
        "ix_refresh_token_account_id_session_id", "refresh_token", ["account_id", "session_id"], schema=SCHEMA
    )
    enable_tenant_rls(op, SCHEMA, "refresh_token")


def _create_invitations() -> None:
    op.create_table(
        "invitation",
        _uuid("id"),
        _uuid("account_id"),
        _text("email"),
        _text("role"),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        _uuid("invited_by"),
        _time("created_at"),
        _time("expires_at"),
        _time("accepted_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_invitation"),
        sa.UniqueConstraint("token_hash", name="uq_invitation_token_hash"),
        _of_account("invitation"),
        _in_account("invitation", "invited_by", "user"),
        sa.CheckConstraint(_ROLES, name=op.f("ck_invitation_role")),
        schema=SCHEMA,
    )
    op.create_index("ix_invitation_account_id_email", "invitation", ["account_id", "email"], schema=SCHEMA)
    enable_tenant_rls(op, SCHEMA, "invitation")


def _create_audit() -> None:
    op.create_table(
        "audit_event",
        _uuid("id"),
        _uuid("account_id"),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        _text("source"),
        _uuid("user_id", nullable=True),
        _text("event_type"),
        _text("entity_type"),
        _text("entity_id"),
        sa.Column("metadata", sa.JSON(), nullable=False),
        _time("occurred_at"),
        _time("created_at"),
        _text("prev_hash"),
        _text("hash"),
        sa.PrimaryKeyConstraint("id", name="pk_audit_event"),
        sa.UniqueConstraint("account_id", "seq", name="uq_audit_event_account_id_seq"),
        _of_account("audit_event"),
        schema=SCHEMA,
    )
    for name, columns in {
        "event_type_seq": ["account_id", "event_type", "seq"],
        "entity_seq": ["account_id", "entity_type", "entity_id", "seq"],
    }.items():
        op.create_index(f"ix_audit_event_account_id_{name}", "audit_event", columns, schema=SCHEMA)
    # Append-only: the runtime role can add to the log but not rewrite it.
    enable_tenant_rls(op, SCHEMA, "audit_event", grants="SELECT, INSERT")
    op.create_table(
        "audit_head",
        _uuid("account_id"),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        _text("hash"),
        sa.PrimaryKeyConstraint("account_id", name="pk_audit_head"),
        _of_account("audit_head"),
        schema=SCHEMA,
    )
    enable_tenant_rls(op, SCHEMA, "audit_head", grants="SELECT, INSERT, UPDATE")


def _create_lookups() -> None:
    """Create the lookups that run before the account is known. They return nothing but ids."""
    for table, returns, function, condition in (
        ("user", "account_id uuid, user_id uuid", "find_user(wanted text)", "t.email = wanted"),
        (
            "refresh_token",
            "account_id uuid, token_id uuid",
            "find_refresh_token(wanted bytea)",
            "t.token_hash = wanted",
        ),
        ("invitation", "account_id uuid, invitation_id uuid", "find_invitation(wanted bytea)", "t.token_hash = wanted"),
    ):
        allow_lookup(op, SCHEMA, table)
        create_lookup_function(
            op,
            SCHEMA,
            function,
            f"TABLE ({returns})",
            f'SELECT t.account_id, t.id FROM {SCHEMA}."{table}" AS t WHERE {condition}',
        )
