"""What holds for every service."""

from pathlib import Path

from common.auth import Permission
from content.__main__ import service as content
from content.models import Base
from content.worker import ROUTERS
from testing.conventions import (
    AccessConventions,
    ReadmeConventions,
    ReleasedSchemaConventions,
    SchemaConventions,
    SurfaceConventions,
)

PERMISSIONS = {
    ("POST", "/api/briefs"): Permission.BRIEF_WRITE,
    ("GET", "/api/briefs"): Permission.BRIEF_READ,
    ("GET", "/api/briefs/{month}"): Permission.BRIEF_READ,
    ("PUT", "/api/briefs/{month}"): Permission.BRIEF_WRITE,
    ("DELETE", "/api/briefs/{month}"): Permission.BRIEF_WRITE,
    ("GET", "/api/brand"): Permission.BRAND_READ,
    ("PATCH", "/api/brand"): Permission.BRAND_WRITE,
    ("POST", "/api/brand/refresh"): Permission.BRAND_WRITE,
    ("POST", "/api/content/generations"): Permission.CONTENT_GENERATE,
    ("GET", "/api/content/generations"): Permission.CONTENT_READ,
    ("GET", "/api/content/generations/{generation_id}"): Permission.CONTENT_READ,
    ("POST", "/api/content/generations/{generation_id}/retry"): Permission.CONTENT_GENERATE,
    ("GET", "/api/content/generations/{generation_id}/events"): Permission.CONTENT_READ,
    ("GET", "/api/content/usage"): Permission.CONTENT_READ,
    ("GET", "/api/content"): Permission.CONTENT_READ,
    ("GET", "/api/content/{content_id}"): Permission.CONTENT_READ,
    ("DELETE", "/api/content/{content_id}"): Permission.CONTENT_EDIT,
    ("PATCH", "/api/content/{content_id}"): Permission.CONTENT_EDIT,
    ("GET", "/api/content/{content_id}/preview"): Permission.CONTENT_READ,
    ("POST", "/api/content/approve"): Permission.CONTENT_APPROVE,
    ("POST", "/api/content/{content_id}/approve"): Permission.CONTENT_APPROVE,
    ("POST", "/api/content/{content_id}/withdraw"): Permission.CONTENT_APPROVE,
    ("PUT", "/api/content/{content_id}/image"): Permission.CONTENT_EDIT,
    ("POST", "/api/content/{content_id}/regenerate"): Permission.CONTENT_EDIT,
}

OPTIONAL = {"Palette": frozenset({"ink", "paper"})}


class TestSchema(SchemaConventions):
    metadata = Base.metadata
    compares_defaults = False


class TestReleasedSchema(ReleasedSchemaConventions):
    base = Base
    snapshot = Path(__file__).with_name("released_schema.sql")


class TestAccess(AccessConventions):
    service = content


class TestSurface(SurfaceConventions):
    service = content
    routers = ROUTERS
    permissions = PERMISSIONS
    optional = OPTIONAL


class TestReadme(ReadmeConventions):
    service = content
    readme = Path(__file__).parents[2] / "README.md"
