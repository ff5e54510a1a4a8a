from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from common.database import ServiceBase, TenantMixin, TimestampMixin, service_metadata
from common.due import DueTable
from pulseworks_contracts import Platform
from sqlalchemy import ARRAY, Date, MetaData, SmallInteger
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

SERVICE = "scheduler"

AWAITED_OUTCOMES = DueTable(SERVICE, "schedule_item")
"""Items are due when the wait for their outcome ends."""


class ItemStatus(StrEnum):
    """The status of a schedule item."""

    QUEUED = "QUEUED"
    """Its PostDue waits in the outbox."""
    SCHEDULED = "SCHEDULED"
    """Its PostDue was handed to the publisher, which decides from here."""
    PARKED = "PARKED"
    """Held back by a pause, the subscription or the connection. Queued again when nothing holds it back, if in time."""
    PUBLISHED = "PUBLISHED"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"
    """It may or may not be live. The publisher is finding out, or never reported an outcome: a person resolves it."""
    CANCELLED = "CANCELLED"
    MISSED = "MISSED"
    """Its time passed before it could be sent, and it is not sent late."""


LIVE = (ItemStatus.QUEUED, ItemStatus.SCHEDULED, ItemStatus.PARKED)
"""Items that may still go out: one per content and platform, and one per platform and instant."""
OPEN_STATUSES = (ItemStatus.QUEUED, ItemStatus.PARKED)
"""Items that this service can still change: the publisher does not have them."""

NO_OUTCOME = "no_outcome"
"""The error code of an UNKNOWN item whose outcome the publisher never reported."""


class Base(ServiceBase):
    __abstract__ = True
    metadata: ClassVar[MetaData] = service_metadata(SERVICE)


class PostingRule(TenantMixin, TimestampMixin, Base):
    __tablename__ = "posting_rule"

    frequency: Mapped[str | None]
    """Either this or ``posts_per_week``."""
    posts_per_week: Mapped[int | None] = mapped_column(SmallInteger)
    days_of_week: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))
    time_window: Mapped[str]
    second_window: Mapped[str | None]
    blackout_dates: Mapped[list[date]] = mapped_column(ARRAY(Date))


class ScheduleItem(TenantMixin, TimestampMixin, Base):
    """One post on one platform at one instant, frozen when it was created."""

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
    """The outbox row that is this item's timer. Null once it was taken back or handed over."""
    upcoming_event_id: Mapped[UUID | None]
    """The outbox row that requests its next preflight check. It may have been sent."""
    preflight_at: Mapped[datetime | None]
    """When the last check of this revision was made. Each change of the item clears it."""
    at_risk_code: Mapped[str | None]
    at_risk_message: Mapped[str | None]
    at_risk_remedy: Mapped[str | None]
    paused_at: Mapped[datetime | None]
    """When a person paused this item."""
    paused_by: Mapped[UUID | None]
    held_by: Mapped[list[dict[str, str]]] = mapped_column(JSONB, default=list)
    """The blockers of a parked item: code, message and remedy. The first one is also the item's error."""
    due_at: Mapped[datetime | None]
    """When the wait for an outcome ends. Null unless the item is SCHEDULED."""
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
    """A person of the account has paused all its posts. Without a row there is no pause."""

    __tablename__ = "account_pause"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    paused_at: Mapped[datetime]
    paused_by: Mapped[UUID]
    reason: Mapped[str | None]


class OperatorPause(Base):
    """The operator has paused the posts of all accounts. The table has at most one row, without an account."""

    __tablename__ = "operator_pause"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    paused_at: Mapped[datetime]
    reason: Mapped[str]


class CalendarFeed(Base):
    """The secret URL at which calendar programs read an account's schedule. Only a hash of its token is stored."""

    __tablename__ = "calendar_feed"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes]
    """SHA-256."""
    created_at: Mapped[datetime]
    created_by: Mapped[UUID]


class Account(Base):
    """Read model: the account, from identity."""

    __tablename__ = "account"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    timezone: Mapped[str]
    revision: Mapped[int]


class Member(Base):
    """Read model: a user whose role or activation has changed, from identity. Others have no row."""

    __tablename__ = "member"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    revision: Mapped[int]
    role: Mapped[str]
    active: Mapped[bool]


class Subscription(Base):
    """Read model: the account's subscription, from billing."""

    __tablename__ = "subscription"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    posting: Mapped[bool]
    revision: Mapped[int]


class PublishingProfile(Base):
    """Read model: the account's publishing profile, from the publisher.

    A verification lists all verified platforms, a loss only the lost ones, and either may arrive first. Both are
    stored with their revisions: a platform is verified if its last verification is newer than its last loss.
    """

    __tablename__ = "publishing_profile"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=0)
    """No longer written. The next contracting migration drops it."""
    verified_revision: Mapped[int] = mapped_column(default=0)
    provider_profile_id: Mapped[str | None]
    platforms: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict)
    """Platform → id of the verified account on it."""
    lost: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict)
    """Platform → revision at which its connection was last lost."""


class ApprovedContent(Base):
    """Read model: an approved content, from content. A tombstone once it is withdrawn or deleted."""

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
    position: Mapped[int | None]
    """In the month's plan. Null: an approval from before this field existed."""

    @property
    def platforms(self) -> list[Platform]:
        """The platforms that the content is meant for."""
        return [payload["platform"] for payload in self.payloads]

    def payload_for(self, platform: str) -> dict[str, Any] | None:
        """Return exactly what was approved for ``platform``, or None if the content is not meant for it."""
        return next((payload for payload in self.payloads if payload["platform"] == platform), None)
