from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from common.database import ServiceBase, TenantMixin, TimestampMixin, service_metadata
from sqlalchemy import ARRAY, LargeBinary, MetaData, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

SERVICE = "content"


class ItemStatus(StrEnum):
    """Where a content item stands."""

    DRAFT = "DRAFT"
    APPROVED = "APPROVED"
    """A person approved exactly what its hash names."""
    SCHEDULED = "SCHEDULED"
    """Approved, and at least one platform has a time for it."""
    PUBLISHED = "PUBLISHED"
    """Live on at least one platform; it can't be changed any more."""


class GenerationStatus(StrEnum):
    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    """Every post of the plan was tried; some may have failed and can be tried again."""
    FAILED = "FAILED"
    """Not one post could be made."""


class PostStatus(StrEnum):
    """A post of a generation's plan."""

    PLANNED = "PLANNED"
    DONE = "DONE"
    FAILED = "FAILED"


class Base(ServiceBase):
    __abstract__ = True
    metadata: ClassVar[MetaData] = service_metadata(SERVICE)


class Account(Base):
    """What identity says of the account (read model)."""

    __tablename__ = "account"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    revision: Mapped[int]
    name: Mapped[str]
    website_url: Mapped[str | None]
    timezone: Mapped[str]


class Subscription(Base):
    """What billing says of the account (read model)."""

    __tablename__ = "subscription"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    revision: Mapped[int]
    generation: Mapped[bool]
    posts_per_month: Mapped[int]


class MonthlyBrief(TenantMixin, TimestampMixin, Base):
    __tablename__ = "monthly_brief"

    month: Mapped[str]
    primary_focus: Mapped[str]
    promo_enabled: Mapped[bool]
    promo_text: Mapped[str]
    tone: Mapped[str]
    notes: Mapped[str]


class BrandProfile(TenantMixin, TimestampMixin, Base):
    """What is known of the brand: read from its website, and what the user corrected by hand."""

    __tablename__ = "brand_profile"

    website_url: Mapped[str | None]
    profile: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """As `brand.schemas.BrandText`, read from the website."""
    corrections: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """The fields that the user wrote; they win over what was read."""
    palette: Mapped[dict[str, Any]] = mapped_column(JSONB)
    fonts: Mapped[list[str]] = mapped_column(ARRAY(Text))
    logo: Mapped[bytes | None] = mapped_column(LargeBinary)
    logo_url: Mapped[str | None]
    read_at: Mapped[datetime | None]
    trouble: Mapped[str | None]
    """Why the website could not be read the last time, for people."""
    revision: Mapped[int]
    due_at: Mapped[datetime | None]
    """When the website is to be read anew; null: nobody asked."""
    lease_owner: Mapped[UUID | None]
    attempts: Mapped[int] = mapped_column(default=0)
    traceparent: Mapped[str | None] = mapped_column(Text)


class Generation(TenantMixin, TimestampMixin, Base):
    """A month's generation: a durable job."""

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
    """One post of the plan. Its content item's id follows from its own, so a repeated step meets its earlier row."""

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
    """What a generation told on its way; the number is the event id of the stream that shows it."""

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
    """As `media.schemas.StoredImage`."""
    platform_targets: Mapped[list[str]] = mapped_column(ARRAY(Text))
    status: Mapped[str]
    edit_count: Mapped[int]
    revision: Mapped[int]
    content_hash: Mapped[str]
    """Of what would be posted now; an approval is bound to it."""
    approved_by: Mapped[UUID | None]
    approved_at: Mapped[datetime | None]


class PlatformPost(TenantMixin, Base):
    """What became of a content item on one platform (read model of scheduler's and publisher's events)."""

    __tablename__ = "platform_post"

    content_id: Mapped[UUID]
    platform: Mapped[str | None]
    """Null while only an event that does not name it has come."""
    item_id: Mapped[UUID]
    item_revision: Mapped[int]
    delivery_revision: Mapped[int]
    status: Mapped[str]
    scheduled_for: Mapped[datetime | None]
    post_url: Mapped[str | None]
    message: Mapped[str | None]
