from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from common.database import ServiceBase, TenantMixin, TimestampMixin, service_metadata
from sqlalchemy import ARRAY, LargeBinary, MetaData, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

SERVICE = "content"


class ItemStatus(StrEnum):
    """The state of a content item."""

    DRAFT = "DRAFT"
    APPROVED = "APPROVED"
    """A person approved exactly the content that the hash covers."""
    SCHEDULED = "SCHEDULED"
    """Approved, and scheduled on at least one platform."""
    PUBLISHED = "PUBLISHED"
    """Live on at least one platform; no more changes."""


APPROVED = (ItemStatus.APPROVED, ItemStatus.SCHEDULED)
"""The states with an approval that can be withdrawn."""


class GenerationStatus(StrEnum):
    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    """Every planned post was tried; failed ones can be retried."""
    FAILED = "FAILED"
    """No post was made."""


UNFINISHED_GENERATION = (GenerationStatus.QUEUED, GenerationStatus.RUNNING)
FINISHED_GENERATION = (GenerationStatus.COMPLETED, GenerationStatus.FAILED)


class PlannedPostStatus(StrEnum):
    """The state of a post in a generation's plan."""

    PLANNED = "PLANNED"
    DONE = "DONE"
    FAILED = "FAILED"


class PlatformPostStatus(StrEnum):
    """The state of a post on one platform, from scheduler's and publisher's events."""

    SCHEDULED = "SCHEDULED"
    CANCELLED = "CANCELLED"
    PARKED = "PARKED"
    MISSED = "MISSED"
    PUBLISHED = "PUBLISHED"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"


class Base(ServiceBase):
    __abstract__ = True
    metadata: ClassVar[MetaData] = service_metadata(SERVICE)


class Account(Base):
    """The account, from identity's events (read model)."""

    __tablename__ = "account"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    revision: Mapped[int]
    name: Mapped[str]
    website_url: Mapped[str | None]
    timezone: Mapped[str]


class Subscription(Base):
    """The account's entitlements, from billing's events (read model)."""

    __tablename__ = "subscription"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    revision: Mapped[int]
    generation: Mapped[bool]
    posts_per_month: Mapped[int]


class PlanTerms(Base):
    """The entitlements of one revision of the subscription, from billing's events (read model).

    One row per revision: what a billing period includes depends on every plan that it had.
    """

    __tablename__ = "plan_terms"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    effective_at: Mapped[datetime]
    generation: Mapped[bool]
    posts_per_month: Mapped[int]
    period_ends_at: Mapped[datetime | None]


class UsageEntry(TenantMixin, Base):
    """What one piece of work has reserved and used. When it is settled, the reserved units that were not used return.

    `work_id` is the generation, the brand profile, or the id of one request. Each retry of a generation has an entry
    of its own, and the newest counts.
    """

    __tablename__ = "usage_entry"

    activity: Mapped[str]
    work_id: Mapped[UUID]
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    reserved_posts: Mapped[int]
    reserved_model_calls: Mapped[int]
    reserved_pictures: Mapped[int]
    reserved_website_readings: Mapped[int]
    used_posts: Mapped[int] = mapped_column(default=0)
    used_model_calls: Mapped[int] = mapped_column(default=0)
    used_pictures: Mapped[int] = mapped_column(default=0)
    used_website_readings: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None]
    """When to look whether the work is over without having settled its entry, as after a crash."""
    lease_owner: Mapped[UUID | None]
    attempts: Mapped[int] = mapped_column(default=0)


class ModelCallDay(Base):
    """The calls of the language model on one day (UTC), of all accounts: the installation's budget has no account."""

    __tablename__ = "model_call_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    calls: Mapped[int]


class MonthlyBrief(TenantMixin, TimestampMixin, Base):
    __tablename__ = "monthly_brief"

    month: Mapped[str]
    primary_focus: Mapped[str]
    promo_enabled: Mapped[bool]
    promo_text: Mapped[str]
    tone: Mapped[str]
    notes: Mapped[str]


class BrandProfile(TenantMixin, TimestampMixin, Base):
    """The brand as read from its website, and the user's corrections."""

    __tablename__ = "brand_profile"

    website_url: Mapped[str | None]
    profile: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """A `brand.schemas.BrandText`, read from the website."""
    corrections: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """Fields set by the user; they override what was read."""
    palette: Mapped[dict[str, Any]] = mapped_column(JSONB)
    fonts: Mapped[list[str]] = mapped_column(ARRAY(Text))
    logo: Mapped[bytes | None] = mapped_column(LargeBinary)
    logo_url: Mapped[str | None]
    read_at: Mapped[datetime | None]
    trouble: Mapped[str | None]
    """Why the last reading of the website failed, as text for users."""
    revision: Mapped[int]
    due_at: Mapped[datetime | None]
    """When to read the website again; null: no request is pending."""
    lease_owner: Mapped[UUID | None]
    attempts: Mapped[int] = mapped_column(default=0)
    traceparent: Mapped[str | None] = mapped_column(Text)


class Generation(TenantMixin, TimestampMixin, Base):
    """The generation of a month's posts: a durable job."""

    __tablename__ = "generation"

    monthly_brief_id: Mapped[UUID]
    month: Mapped[str]
    requested_by: Mapped[UUID]
    status: Mapped[str]
    post_count: Mapped[int]
    error: Mapped[str | None]
    finished_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    lease_owner: Mapped[UUID | None]
    attempts: Mapped[int] = mapped_column(default=0)
    traceparent: Mapped[str | None] = mapped_column(Text)


class GenerationPost(TenantMixin, TimestampMixin, Base):
    """A post in the plan. The content item's id is derived from this id, so a repeated step finds its earlier row."""

    __tablename__ = "generation_post"

    generation_id: Mapped[UUID]
    position: Mapped[int]
    type: Mapped[str]
    title: Mapped[str]
    angle: Mapped[str]
    headline: Mapped[str]
    status: Mapped[str]
    error: Mapped[str | None]


class GenerationProgress(TenantMixin, Base):
    """A progress entry of a generation; `number` is its id in the event stream."""

    __tablename__ = "generation_progress"

    generation_id: Mapped[UUID]
    number: Mapped[int]
    kind: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime]


class ContentItem(TenantMixin, TimestampMixin, Base):
    __tablename__ = "content_item"

    monthly_brief_id: Mapped[UUID]
    generation_id: Mapped[UUID | None]
    month: Mapped[str]
    position: Mapped[int]
    type: Mapped[str]
    title: Mapped[str]
    caption: Mapped[str]
    hashtags: Mapped[list[str]] = mapped_column(ARRAY(Text))
    headline: Mapped[str]
    subline: Mapped[str]
    alt_text: Mapped[str]
    media: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """A `media.schemas.StoredImage`."""
    platform_targets: Mapped[list[str]] = mapped_column(ARRAY(Text))
    status: Mapped[str]
    edit_count: Mapped[int]
    revision: Mapped[int]
    content_hash: Mapped[str]
    """The hash of what would be posted now; an approval is bound to it."""
    approved_by: Mapped[UUID | None]
    approved_at: Mapped[datetime | None]


class PostPictures(TenantMixin, Base):
    """A post that has or had pictures in the bucket; `id` is the content item's, which may be deleted.

    While `removing` is set, unused pictures are being deleted from the bucket and none may be stored.
    """

    __tablename__ = "post_pictures"

    month: Mapped[str]
    removing: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    """When to remove what is unused by then."""
    lease_owner: Mapped[UUID | None]
    attempts: Mapped[int] = mapped_column(default=0)


class PlatformPost(TenantMixin, Base):
    """A content item on one platform, from scheduler's and publisher's events (read model)."""

    __tablename__ = "platform_post"

    content_id: Mapped[UUID]
    platform: Mapped[str | None]
    """Null until an event names it."""
    item_id: Mapped[UUID]
    item_revision: Mapped[int]
    delivery_revision: Mapped[int]
    status: Mapped[str]
    scheduled_for: Mapped[datetime | None]
    post_url: Mapped[str | None]
    message: Mapped[str | None]
    media_urls: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    """The pictures that the schedule item froze; null until its event has arrived."""
