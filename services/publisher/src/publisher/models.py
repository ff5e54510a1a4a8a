"""The tables of the schema ``publisher``. The migrations define them; a test compares the two."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from common.database import IdMixin, ServiceBase, TenantMixin, TimestampMixin, service_metadata
from common.due import DueTable
from pulseworks_contracts import PLATFORMS, Platform
from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, validates

from publisher.protocol.states import Status, require_allowed

MIGRATIONS = Path(__file__).with_name("migrations") / "versions"

DELIVERIES = DueTable("publisher", "delivery", columns=("traceparent",))
AYRSHARE_EVENTS = DueTable("publisher", "ayrshare_event")
UNMATCHED_EVENTS = DueTable(
    "publisher", "unmatched_event", columns=("ref_id", "event_id", "action", "body", "received_at"), finished="delete"
)
PREFLIGHTS = DueTable("publisher", "preflight")
PROFILE_CHECKS = DueTable("publisher", "profile_check")


class Base(ServiceBase):
    __abstract__ = True
    metadata = service_metadata("publisher")


def _one_of(column: str, values: tuple[str, ...], name: str) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(repr(str(value)) for value in values)})", name=name)


class DueMixin:
    """Columns of a due table, written by the loop and by a run that settles its row itself."""

    due_at: Mapped[datetime | None]
    lease_owner: Mapped[UUID | None]
    attempts: Mapped[int] = mapped_column(server_default=text("0"))


class ProviderProfile(TenantMixin, TimestampMixin, Base):
    """The account's profile at Ayrshare. A row is one attempt to create it, because its key is shown only once."""

    __tablename__ = "provider_profile"
    __table_args__ = (
        UniqueConstraint("account_id", "id"),
        UniqueConstraint("account_id", "ref_id"),
        UniqueConstraint("ref_id", name="uq_provider_profile_ref_id"),
        _one_of("status", ("creating", "ready", "abandoned", "deleting", "deleted"), "status"),
        CheckConstraint("status <> 'ready' OR (ref_id IS NOT NULL AND profile_key IS NOT NULL)", name="ready"),
        Index(
            "uq_provider_profile_current",
            "account_id",
            unique=True,
            postgresql_where=text("status NOT IN ('abandoned', 'deleted')"),
        ),
    )

    title: Mapped[str]
    status: Mapped[str]
    """``abandoned``: its creation had no known result. ``deleting`` is committed before the call that deletes it."""
    ref_id: Mapped[str | None]
    profile_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    paused_until: Mapped[datetime | None]
    pause_reason: Mapped[str | None]
    refusals: Mapped[int] = mapped_column(server_default=text("0"))
    refused_since: Mapped[datetime | None]
    refreshed_at: Mapped[datetime | None]
    refresh_began_at: Mapped[datetime | None]
    """When a request for its connections was last made for a page that shows them."""
    link_session_at: Mapped[datetime | None]
    """When a page for linking accounts was last created. Cleared once a change of the accounts has been seen."""
    details_at: Mapped[datetime | None]
    suspended: Mapped[bool] = mapped_column(server_default=text("false"))
    instagram_used: Mapped[int | None]


class ProfileCheck(TenantMixin, DueMixin, Base):
    """When a provider profile is checked for whether it is still used. It has the profile's id."""

    __tablename__ = "profile_check"
    __table_args__ = (
        ForeignKeyConstraint(
            ["account_id", "id"],
            ["provider_profile.account_id", "provider_profile.id"],
            name="fk_profile_check_provider_profile",
        ),
        Index("ix_profile_check_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    unused_since: Mapped[datetime | None]


class SocialConnection(TenantMixin, TimestampMixin, Base):
    """A Page or an account that the customer has linked at Ayrshare, in its last known state."""

    __tablename__ = "social_connection"
    __table_args__ = (
        UniqueConstraint("account_id", "platform"),
        ForeignKeyConstraint(
            ["account_id", "provider_profile_id"],
            ["provider_profile.account_id", "provider_profile.ref_id"],
            name="fk_social_connection_provider_profile",
        ),
        _one_of("platform", PLATFORMS, "platform"),
        _one_of("status", ("LINKED", "UNLINKED"), "status"),
    )

    platform: Mapped[str]
    provider_profile_id: Mapped[str]
    platform_account_id: Mapped[str]
    display_name: Mapped[str]
    profile_url: Mapped[str | None]
    status: Mapped[str]
    seen_at: Mapped[datetime]


class PublishingProfile(TenantMixin, TimestampMixin, Base):
    """The Page and the account that a person confirmed as the business's own. One per customer account."""

    __tablename__ = "publishing_profile"
    __table_args__ = (
        UniqueConstraint("account_id"),
        ForeignKeyConstraint(
            ["account_id", "provider_profile_id"],
            ["provider_profile.account_id", "provider_profile.ref_id"],
            name="fk_publishing_profile_provider_profile",
        ),
        _one_of("status", ("VERIFIED", "NEEDS_RECONNECT"), "status"),
        CheckConstraint("(status = 'VERIFIED') = (lost_platforms = '{}')", name="lost"),
    )

    provider_profile_id: Mapped[str]
    facebook_account_id: Mapped[str | None]
    facebook_name: Mapped[str | None]
    instagram_account_id: Mapped[str | None]
    instagram_name: Mapped[str | None]
    status: Mapped[str]
    lost_platforms: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    reason: Mapped[str | None]
    verified_at: Mapped[datetime]
    verified_by: Mapped[UUID]
    revision: Mapped[int]

    def account_on(self, platform: str) -> str | None:
        return self.facebook_account_id if platform == "FACEBOOK" else self.instagram_account_id

    def name_on(self, platform: str) -> str | None:
        return self.facebook_name if platform == "FACEBOOK" else self.instagram_name

    def freeze(self, platform: str, account_id: str | None, name: str | None) -> None:
        if platform == "FACEBOOK":
            self.facebook_account_id, self.facebook_name = account_id, name
        else:
            self.instagram_account_id, self.instagram_name = account_id, name

    @property
    def verified_platforms(self) -> list[Platform]:
        return [platform for platform in PLATFORMS if self.account_on(platform) is not None]


class FrozenMixin:
    """The frozen facts of a schedule item, as received with an event."""

    schedule_item_id: Mapped[UUID]
    item_revision: Mapped[int]
    content_id: Mapped[UUID]
    content_revision: Mapped[int]
    content_hash: Mapped[str]
    platform: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    provider_profile_id: Mapped[str]
    platform_account_id: Mapped[str]
    scheduled_for: Mapped[datetime]


def _turn_index(table: str) -> Index:
    return Index(f"ix_{table}_turn", "account_id", "due_at", postgresql_where=text("due_at IS NOT NULL"))


class Delivery(TenantMixin, TimestampMixin, DueMixin, FrozenMixin, Base):
    """One post on one platform, from its due time to its outcome."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("account_id", "id"),
        UniqueConstraint("schedule_item_id"),
        _one_of("platform", PLATFORMS, "platform"),
        _one_of("status", tuple(Status), "status"),
        Index("ix_delivery_page", "account_id", "id"),
        Index("ix_delivery_status", "account_id", "status", "id"),
        Index("ix_delivery_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
        _turn_index("delivery"),
    )

    expires_at: Mapped[datetime]
    traceparent: Mapped[str | None] = mapped_column(Text)
    """Of the event that made it due: its runs are children of that span."""

    status: Mapped[str]
    revision: Mapped[int] = mapped_column(server_default=text("1"))
    due_since: Mapped[datetime]
    attempt: Mapped[int] = mapped_column(server_default=text("0"))
    next_attempt: Mapped[int] = mapped_column(server_default=text("1"))
    not_sent: Mapped[int] = mapped_column(server_default=text("0"))
    rejections: Mapped[int] = mapped_column(server_default=text("0"))
    rejection_code: Mapped[str | None]
    """Why it was rejected for now last, and ``rejections`` times in a row."""
    sent_at: Mapped[datetime | None]
    uncertain_since: Mapped[datetime | None]
    settling_since: Mapped[datetime | None]
    looks: Mapped[int] = mapped_column(server_default=text("0"))
    absent_looks: Mapped[int] = mapped_column(server_default=text("0"))
    key_used: Mapped[bool] = mapped_column(server_default=text("false"))

    provider_post_id: Mapped[str | None]
    platform_post_id: Mapped[str | None]
    post_url: Mapped[str | None]
    published_at: Mapped[datetime | None]
    error_code: Mapped[str | None]
    error_message: Mapped[str | None]
    error_remedy: Mapped[str | None]

    @validates("status")
    def _only_allowed_transitions(self, _attribute: str, target: str) -> str:
        source = None if self.status is None else Status(self.status)
        require_allowed(source, Status(target))
        return str(target)

    @property
    def idempotency_key(self) -> str:
        """The key of the current attempt, which is also the post's note at Ayrshare."""
        return f"{self.id}-{self.attempt}"


class DeliveryAttempt(TenantMixin, Base):
    """One call. Calls with the same number carry the same idempotency key."""

    __tablename__ = "delivery_attempt"
    __table_args__ = (
        UniqueConstraint("delivery_id", "number", "call"),
        ForeignKeyConstraint(["account_id", "delivery_id"], ["delivery.account_id", "delivery.id"]),
    )

    delivery_id: Mapped[UUID]
    number: Mapped[int]
    call: Mapped[int]
    idempotency_key: Mapped[str]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    provider_status: Mapped[int | None]
    provider_answer: Mapped[str | None]


class Preflight(TenantMixin, TimestampMixin, DueMixin, FrozenMixin, Base):
    """The preflight of an upcoming post, repeated while it finds a problem that someone can still fix."""

    __tablename__ = "preflight"
    __table_args__ = (
        UniqueConstraint("account_id", "schedule_item_id"),
        _one_of("platform", PLATFORMS, "platform"),
        _one_of("status", ("waiting", "passed", "failed", "left"), "status"),
        Index("ix_preflight_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
        _turn_index("preflight"),
    )

    status: Mapped[str]
    asked_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(server_default=text("0"))
    error_code: Mapped[str | None]
    error_message: Mapped[str | None]
    error_remedy: Mapped[str | None]

    @property
    def expires_at(self) -> datetime:
        """The scheduled time, after which there is no preflight."""
        return self.scheduled_for


class Account(Base):
    """Read model: the accounts of identity."""

    __tablename__ = "account"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    revision: Mapped[int]


class Subscription(Base):
    """Read model: whether the account may have posts published."""

    __tablename__ = "subscription"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    posting: Mapped[bool]
    revision: Mapped[int]


class ApprovedContent(Base):
    """Read model: the content that a person approved, by hash."""

    __tablename__ = "approved_content"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    content_id: Mapped[UUID] = mapped_column(primary_key=True)
    revision: Mapped[int]
    approved: Mapped[bool]
    content_hash: Mapped[str | None]
    digests: Mapped[dict[str, str]] = mapped_column(JSONB)
    approved_by: Mapped[UUID | None]


class ScheduledPost(Base):
    """Read model: what the scheduler froze, as received before the due time."""

    __tablename__ = "scheduled_post"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(primary_key=True)
    revision: Mapped[int]
    cancelled: Mapped[bool]
    reason: Mapped[str | None]
    frozen: Mapped[dict[str, Any] | None] = mapped_column(JSONB)


class AyrshareEvent(TenantMixin, DueMixin, Base):
    """Inbox of Ayrshare's webhooks: stored, answered, then processed."""

    __tablename__ = "ayrshare_event"
    __table_args__ = (
        UniqueConstraint("account_id", "event_id"),
        Index("ix_ayrshare_event_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    event_id: Mapped[str]
    action: Mapped[str]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime]
    processed_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    """What processing it changed, or ``given up``."""
    error: Mapped[str | None]
    """Why it was given up."""


class UnmatchedEvent(IdMixin, DueMixin, Base):
    """A webhook of a profile that is not known yet.

    The runtime role can only add rows; the loop's role reads them and deletes them when they are matched or given up.
    """

    __tablename__ = "unmatched_event"
    __table_args__ = (
        UniqueConstraint("ref_id", "event_id"),
        Index("ix_unmatched_event_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    account_id: Mapped[UUID | None]
    """Always null. A due table has this column."""
    ref_id: Mapped[str]
    event_id: Mapped[str]
    action: Mapped[str]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime]
