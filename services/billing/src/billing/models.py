"""The tables of billing. The migration enables row-level security on each of them."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from common.database import IdMixin, ServiceBase, TenantMixin, TimestampMixin, service_metadata
from common.due import DueTable
from sqlalchemy import JSON, MetaData
from sqlalchemy.orm import Mapped, mapped_column

SERVICE = "billing"

STRIPE_EVENTS = DueTable(SERVICE, "stripe_event", columns=("event_id", "type", "payload", "created"))
"""Stripe's events as a due table: a received event is due until it is processed."""


class CheckoutStatus(StrEnum):
    PENDING = "pending"
    """Stripe has not confirmed that it created the session."""
    OPEN = "open"
    COMPLETE = "complete"
    EXPIRED = "expired"


class ChangeStatus(StrEnum):
    PENDING = "pending"
    """Stripe has not confirmed the change."""
    DONE = "done"


class Base(ServiceBase):
    __abstract__ = True
    metadata: ClassVar[MetaData] = service_metadata(SERVICE)


class Account(Base):
    """The account as identity reports it."""

    __tablename__ = "account"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    revision: Mapped[int]


class Customer(TenantMixin, TimestampMixin, Base):
    """The account as Stripe knows it; one per account."""

    __tablename__ = "customer"

    stripe_customer_id: Mapped[str | None]
    """Null until Stripe has answered."""
    name: Mapped[str | None]
    """As it was sent: a repeated call must have the same parameters."""
    attempt: Mapped[int] = mapped_column(default=1)
    """Part of the idempotency key; increases when Stripe answers with an error, which it would replay for the key."""


class Checkout(TenantMixin, TimestampMixin, Base):
    """A checkout that a user started, with all parameters of its call to Stripe."""

    __tablename__ = "checkout"

    plan: Mapped[str]
    posting_addon: Mapped[bool]
    success_url: Mapped[str]
    cancel_url: Mapped[str]
    status: Mapped[str]
    stripe_session_id: Mapped[str | None]
    url: Mapped[str | None]
    attempt: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[UUID]


class PlanChange(TenantMixin, TimestampMixin, Base):
    """A change of plan or add-on that a user requested."""

    __tablename__ = "plan_change"

    plan: Mapped[str]
    posting_addon: Mapped[bool]
    status: Mapped[str]
    attempt: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[UUID]


class Subscription(TenantMixin, TimestampMixin, Base):
    """The account's subscription as Stripe last reported it; one row per account, `none` before the first one."""

    __tablename__ = "subscription"

    stripe_subscription_id: Mapped[str | None]
    plan: Mapped[str | None]
    posting_addon: Mapped[bool]
    status: Mapped[str]
    current_period_end: Mapped[datetime | None]
    cancel_at_period_end: Mapped[bool]
    cancel_at: Mapped[datetime | None]
    stripe_created: Mapped[datetime | None]
    """When the subscription began at Stripe: of two that have ended, the newer one counts."""
    revision: Mapped[int]
    """Increases with each change, and is sent in the event."""
    event_id: Mapped[UUID | None]
    """The event of that change."""
    comparison: Mapped[int]
    """Increases each time the row is compared with Stripe. An answer is applied only if the number has not changed
    since before the request: the answers to two concurrent requests can't be ordered otherwise."""
    last_event_created: Mapped[datetime | None]
    """When the newest applied event happened at Stripe."""
    operation_id: Mapped[UUID | None]
    """The checkout or change that is calling Stripe now. No other may begin before `operation_until`."""
    operation_until: Mapped[datetime | None]


class FurtherSubscription(TenantMixin, TimestampMixin, Base):
    """A subscription that is paid beside the account's own. The row is deleted when it ends."""

    __tablename__ = "further_subscription"

    stripe_subscription_id: Mapped[str]
    plan: Mapped[str | None]
    """Null if its price is not configured."""
    posting_addon: Mapped[bool]
    status: Mapped[str]
    current_period_end: Mapped[datetime | None]
    attempt: Mapped[int] = mapped_column(default=1)


class StripeEvent(IdMixin, Base):
    """An event as Stripe sent it.

    Its account is not known when it is stored. The runtime role can only add rows, without an account; the loop's role
    reads and settles them.
    """

    __tablename__ = "stripe_event"

    account_id: Mapped[UUID | None]
    """Set when the event is processed."""
    event_id: Mapped[str]
    type: Mapped[str]
    api_version: Mapped[str | None]
    created: Mapped[datetime]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    received_at: Mapped[datetime]
    processed_at: Mapped[datetime | None]
    error: Mapped[str | None]
    """Why the last attempt failed, or why the event was set aside."""
    set_aside_at: Mapped[datetime | None]
    """Since when the event waits for an operator and is not retried."""
    due_at: Mapped[datetime | None]
    lease_owner: Mapped[UUID | None]
    attempts: Mapped[int] = mapped_column(default=0)
