"""What holds for every service."""

from pathlib import Path

from common.auth import Permission
from scheduler.__main__ import service as scheduler
from scheduler.models import Base
from scheduler.worker import ROUTERS
from testing.conventions import (
    AccessConventions,
    ReadmeConventions,
    ReleasedSchemaConventions,
    SchemaConventions,
    SurfaceConventions,
)

READ, WRITE = Permission.SCHEDULE_READ, Permission.SCHEDULE_WRITE

PERMISSIONS = {
    ("GET", "/api/schedule/rule"): READ,
    ("PUT", "/api/schedule/rule"): WRITE,
    ("POST", "/api/schedule/plan"): READ,
    ("POST", "/api/schedule"): WRITE,
    ("GET", "/api/schedule"): READ,
    ("GET", "/api/schedule/{item_id}"): READ,
    ("POST", "/api/schedule/{item_id}/cancel"): WRITE,
    ("POST", "/api/schedule/{item_id}/move"): WRITE,
    ("POST", "/api/schedule/{item_id}/publish-now"): WRITE,
    ("POST", "/api/schedule/{item_id}/pause"): WRITE,
    ("POST", "/api/schedule/{item_id}/resume"): WRITE,
    ("POST", "/api/schedule/{item_id}/resolve"): WRITE,
    ("GET", "/api/schedule/zone"): READ,
    ("POST", "/api/schedule/zone/realign"): WRITE,
    ("GET", "/api/schedule/pause"): READ,
    ("POST", "/api/schedule/pause"): WRITE,
    ("POST", "/api/schedule/resume"): WRITE,
    ("GET", "/api/schedule/calendar.ics"): READ,
    ("GET", "/api/schedule/calendar"): READ,
    ("POST", "/api/schedule/calendar"): WRITE,
    ("DELETE", "/api/schedule/calendar"): WRITE,
    ("GET", "/api/schedule/calendar/{token}.ics"): None,
}
BODIES = {
    ("PUT", "/api/schedule/rule"): {"frequency": "TWICE_WEEKLY", "days_of_week": [2, 4], "time_window": "MORNING"},
    ("POST", "/api/schedule/plan"): {"month": "2026-12"},
    ("POST", "/api/schedule"): {"month": "2026-12"},
    ("POST", "/api/schedule/{item_id}/move"): {"scheduled_for": "2026-12-05T09:00:00Z"},
    ("POST", "/api/schedule/{item_id}/resolve"): {"outcome": "not_live"},
    ("POST", "/api/schedule/pause"): {"reason": "Stocktaking"},
}


class TestSchema(SchemaConventions):
    metadata = Base.metadata
    compares_defaults = False  # the migrations set defaults for rows that are older than the column


class TestReleasedSchema(ReleasedSchemaConventions):
    base = Base
    snapshot = Path(__file__).with_name("released_schema.sql")


class TestAccess(AccessConventions):
    service = scheduler
    bodies = BODIES


class TestSurface(SurfaceConventions):
    service = scheduler
    routers = ROUTERS
    permissions = PERMISSIONS


class TestReadme(ReadmeConventions):
    service = scheduler
    readme = Path(__file__).parents[2] / "README.md"
