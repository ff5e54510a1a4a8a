"""What holds for every service."""

from pathlib import Path

from common.auth import Permission
from publisher.__main__ import service as publisher
from publisher.models import Base
from publisher.worker import ROUTERS
from testing.conventions import (
    AccessConventions,
    ReadmeConventions,
    ReleasedSchemaConventions,
    SchemaConventions,
    SurfaceConventions,
)

PERMISSIONS = {
    ("POST", "/api/social/link"): Permission.SOCIAL_CONNECT,
    ("GET", "/api/social/connections"): Permission.SOCIAL_READ,
    ("DELETE", "/api/social/connections/{platform}"): Permission.SOCIAL_CONNECT,
    ("POST", "/api/social/profile/verify"): Permission.SOCIAL_CONNECT,
    ("GET", "/api/social/profile"): Permission.SOCIAL_READ,
    ("GET", "/api/social/deliveries"): Permission.SOCIAL_READ,
    ("GET", "/api/social/deliveries/{delivery_id}"): Permission.SOCIAL_READ,
    ("POST", "/api/social/deliveries/{delivery_id}/resolve"): Permission.SOCIAL_RESOLVE,
    ("POST", "/api/webhooks/ayrshare"): None,
}


class TestSchema(SchemaConventions):
    metadata = Base.metadata
    compared = frozenset({"table", "column", "index", "unique_constraint", "foreign_key_constraint"})


class TestReleasedSchema(ReleasedSchemaConventions):
    base = Base
    snapshot = Path(__file__).with_name("released_schema.sql")


class TestAccess(AccessConventions):
    service = publisher


class TestSurface(SurfaceConventions):
    service = publisher
    routers = ROUTERS
    permissions = PERMISSIONS


class TestReadme(ReadmeConventions):
    service = publisher
    readme = Path(__file__).parents[2] / "README.md"
