"""What holds for every service."""

from pathlib import Path

from billing.__main__ import service as billing
from billing.models import Base
from billing.worker import ROUTERS
from common.auth import Permission
from testing.conventions import (
    AccessConventions,
    ReadmeConventions,
    ReleasedSchemaConventions,
    SchemaConventions,
    SurfaceConventions,
)

PERMISSIONS = {
    ("GET", "/api/billing/plans"): None,
    ("GET", "/api/billing/subscription"): Permission.BILLING_READ,
    ("POST", "/api/billing/checkout"): Permission.BILLING_WRITE,
    ("POST", "/api/billing/change"): Permission.BILLING_WRITE,
    ("POST", "/api/billing/further-subscriptions/{further_id}/cancel"): Permission.BILLING_WRITE,
    ("POST", "/api/billing/portal"): Permission.BILLING_WRITE,
    ("POST", "/api/webhooks/stripe"): None,
}


class TestSchema(SchemaConventions):
    metadata = Base.metadata
    compares_defaults = False


class TestReleasedSchema(ReleasedSchemaConventions):
    base = Base
    snapshot = Path(__file__).with_name("released_schema.sql")


class TestAccess(AccessConventions):
    service = billing


class TestSurface(SurfaceConventions):
    service = billing
    routers = ROUTERS
    permissions = PERMISSIONS


class TestReadme(ReadmeConventions):
    service = billing
    readme = Path(__file__).parents[2] / "README.md"
