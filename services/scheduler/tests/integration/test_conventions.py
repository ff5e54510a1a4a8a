"""What holds for every service."""

from pathlib import Path

from common.auth import Permission
from scheduler.__main__ import service as scheduler
from scheduler.models import Base
from scheduler.worker import ROUTERS
from testing.conventions import AccessConventions, ReadmeConventions, SchemaConventions, SurfaceConventions

PERMISSIONS = {
    ("GET", "/api/schedule/rule"): Permission.SCHEDULE_READ,
    ("PUT", "/api/schedule/rule"): Permission.SCHEDULE_WRITE,
    ("POST", "/api/schedule/plan"): Permission.SCHEDULE_READ,
    ("GET", "/api/schedule/pause"): Permission.SCHEDULE_READ,
    ("POST", "/api/schedule/pause"): Permission.SCHEDULE_WRITE,
    ("POST", "/api/schedule/resume"): Permission.SCHEDULE_WRITE,
    ("GET", "/api/schedule/calendar.ics"): Permission.SCHEDULE_READ,
    ("GET", "/api/schedule/calendar/{token}.ics"): None,
    ("GET", "/api/schedule/calendar"): Permission.SCHEDULE_READ,
    ("POST", "/api/schedule/calendar"): Permission.SCHEDULE_WRITE,
    ("DELETE", "/api/schedule/calendar"): Permission.SCHEDULE_WRITE,
    ("POST", "/api/schedule"): Permission.SCHEDULE_WRITE,
    ("GET", "/api/schedule"): Permission.SCHEDULE_READ,
    ("GET", "/api/schedule/{item_id}"): Permission.SCHEDULE_READ,
    ("POST", "/api/schedule/{item_id}/cancel"): Permission.SCHEDULE_WRITE,
    ("POST", "/api/schedule/{item_id}/move"): Permission.SCHEDULE_WRITE,
    ("POST", "/api/schedule/{item_id}/publish-now"): Permission.SCHEDULE_WRITE,
    ("POST", "/api/schedule/{item_id}/pause"): Permission.SCHEDULE_WRITE,
    ("POST", "/api/schedule/{item_id}/resume"): Permission.SCHEDULE_WRITE,
    ("POST", "/api/schedule/{item_id}/resolve"): Permission.SCHEDULE_WRITE,
}


class TestSchema(SchemaConventions):
    metadata = Base.metadata
    compares_defaults = False


class TestAccess(AccessConventions):
    service = scheduler


class TestSurface(SurfaceConventions):
    service = scheduler
    routers = ROUTERS
    permissions = PERMISSIONS


class TestReadme(ReadmeConventions):
    service = scheduler
    readme = Path(__file__).parents[2] / "README.md"
