from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from common.database import ServiceBase, TenantMixin, TimestampMixin, service_metadata
from common.due import DueTable
from sqlalchemy import ARRAY, Date, MetaData, SmallInteger
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

SERVICE = "scheduler"

AWAITED_OUTCOMES = DueTable(SERVICE, "schedule_item")
"""Items are due when the wait for their outcome ends."""


class ItemStatus(StrEnum):
    """Where a schedule item stands."""

    QUEUED = "QUEUED"
    """Its due event waits in the outbox."""
    SCHEDULED = "SCHEDULED"
    """Its due event was handed to the publisher, which decides from here."""
    PARKED = "PARKED"
    """Held back: paused, or posting or the connection is away. Comes back when nothing holds it any more, in time."""
    PUBLISHED = "PUBLISHED"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"
    """It may or may not be live; the publisher is finding out, or never answered, and a person can say."""
    CANCELLED = "CANCELLED"
    MISSED = "MISSED"
    """Overdue by more than the missed window, and not sent late."""


LIVE = (ItemStatus.QUEUED, ItemStatus.SCHEDULED, ItemStatus.PARKED)
"""Items that are still to go out: one per content and platform, and one per platform and instant."""
HELD = (ItemStatus.QUEUED, ItemStatus.PARKED)
"""Items that are still in this service's hands."""


class Base(ServiceBase):
    __abstract__ = True
    metadata: ClassVar[MetaData] = service_metadata(SERVICE)


class PostingRule(TenantMixin, TimestampMixin, Base):
    __tablename__ = "posting_rule"

    frequency: Mapped[str]
    days_of_week: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))
    time_window: Mapped[str]
    blackout_dates: Mapped[list[date]] = mapped_column(ARRAY(Date))


class ScheduleItem(TenantMixin, TimestampMixin, Base):
    """One post on one platform at one instant, frozen when it was made."""

    __tablename__ = "schedule_item"

    content_id: Mapped[UUID]
    content_revision: Mapped[int]
    content_hash: Mapped[str]
    title: Mapped[str]
    platform: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    provider_profile_id: Mapped[str]
    platform_account_id: Mapped[str]
    scheduled_for: Mapped[datetime]
    why: Mapped[dict[str, Any]] = mapped_column(JSONB)
    status: Mapped[str]
    revision: Mapped[int]
    due_event_id: Mapped[UUID | None]
    """The outbox row that is this item's timer; null once it is taken back or handed over."""
    upcoming_event_id: Mapped[UUID | None]
    """The outbox row that asks for its next pre-flight check; it may have been sent."""
    preflight_at: Mapped[datetime | None]
    """When the last check that counts was made; null since the item last changed."""
    at_risk_code: Mapped[str | None]
    at_risk_message: Mapped[str | None]
    at_risk_remedy: Mapped[str | None]
    paused_at: Mapped[datetime | None]
    """Since when a person holds this one item back."""
    paused_by: Mapped[UUID | None]
    held_by: Mapped[list[dict[str, str]]] = mapped_column(JSONB, default=list)
    """All that holds a parked item back, as code, message and remedy; the first is the item's error too."""
    due_at: Mapped[datetime | None]
    """When the wait for an outcome ends; null unless the item is SCHEDULED."""
    lease_owner: Mapped[UUID | None]
    attempts: Mapped[int] = mapped_column(default=0)
    delivery_revision: Mapped[int] = mapped_column(default=0)
    error_code: Mapped[str | None]
    error_message: Mapped[str | None]
    error_remedy: Mapped[str | None]
    provider_post_id: Mapped[str | None]
    platform_post_id: Mapped[str | None]
    post_url: Mapped[str | None]
    published_at: Mapped[datetime | None]
    created_by: Mapped[UUID]


class AccountPause(Base):
    """Somebody of the account holds all its posts back; no row: nobody does."""

    __tablename__ = "account_pause"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    paused_at: Mapped[datetime]
    paused_by: Mapped[UUID]
    reason: Mapped[str | None]


class OperatorPause(Base):
    """The operator holds the posts of all accounts back; no row: not so. It has one row at most and no account."""

    __tablename__ = "operator_pause"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    paused_at: Mapped[datetime]
    reason: Mapped[str]


class CalendarFeed(Base):
    """The secret address under which calendar programs read an account's schedule; its token is kept as a hash."""

    __tablename__ = "calendar_feed"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes]
    """SHA-256."""
    created_at: Mapped[datetime]
    created_by: Mapped[UUID]


class Account(Base):
    """What identity says of the account."""

    __tablename__ = "account"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    timezone: Mapped[str]
    revision: Mapped[int]


class Subscription(Base):
    """What billing says of the account."""

    __tablename__ = "subscription"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    posting: Mapped[bool]
    revision: Mapped[int]


class PublishingProfile(Base):
    """What the publisher says of the account's profile.

    A loss names platforms only, a verification all of them, and either may come first. So both are kept with their
    revisions: a platform is verified when it was so at a revision above that of its last loss.
    """

    __tablename__ = "publishing_profile"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=0)
    """Not kept any more; the next migration that may drop columns drops it."""
    verified_revision: Mapped[int] = mapped_column(default=0)
    provider_profile_id: Mapped[str | None]
    platforms: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict)
    """Platform → the verified account's own id there."""
    lost: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict)
    """Platform → revision at which its connection was last lost."""


class ApprovedContent(Base):
    """What content says of an item; a tombstone after its approval or the item itself is gone."""

    __tablename__ = "approved_content"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    content_id: Mapped[UUID] = mapped_column(primary_key=True)
    revision: Mapped[int]
    approved: Mapped[bool]
    deleted: Mapped[bool] = mapped_column(default=False)
    content_hash: Mapped[str | None]
    payloads: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    month: Mapped[str | None]
    title: Mapped[str | None]

    def payload_for(self, platform: str) -> dict[str, Any] | None:
        """Return exactly what was approved for ``platform``; None when the content is not meant for it."""
        return next((payload for payload in self.payloads if payload["platform"] == platform), None)
