"""Routes, queues and events match their documentation."""

from pathlib import Path

import pytest
from common.auth import Permission
from common.http import route_permissions
from common.runtime.settings import offline_settings
from common.runtime.specification import emitted_by
from fastapi import FastAPI
from pulseworks_contracts import ALL_QUEUES
from scheduler.api import create_api
from scheduler.factory import ProcessContext
from scheduler.models import SERVICE
from scheduler.settings import SchedulerSettings
from scheduler.worker import ROUTERS

QUEUES = {queue for queue in ALL_QUEUES if queue.service == SERVICE}


@pytest.fixture
async def api() -> FastAPI:
    return create_api(ProcessContext.create(offline_settings(SchedulerSettings)))


def test_every_queue_is_consumed() -> None:
    assert {queue for create_router in ROUTERS for queue in create_router().queues.values()} == QUEUES


async def test_each_route_requires_its_permission(api: FastAPI) -> None:
    read, write = frozenset([Permission.SCHEDULE_READ.value]), frozenset([Permission.SCHEDULE_WRITE.value])

    found = route_permissions(api)

    assert found.pop(("GET", "/api/schedule/calendar/{token}.ics")) is None
    assert found == {
        ("GET", "/api/schedule/rule"): read,
        ("PUT", "/api/schedule/rule"): write,
        ("POST", "/api/schedule/plan"): read,
        ("POST", "/api/schedule"): write,
        ("GET", "/api/schedule"): read,
        ("GET", "/api/schedule/{item_id}"): read,
        ("POST", "/api/schedule/{item_id}/cancel"): write,
        ("POST", "/api/schedule/{item_id}/move"): write,
        ("POST", "/api/schedule/{item_id}/publish-now"): write,
        ("POST", "/api/schedule/{item_id}/pause"): write,
        ("POST", "/api/schedule/{item_id}/resume"): write,
        ("POST", "/api/schedule/{item_id}/resolve"): write,
        ("GET", "/api/schedule/pause"): read,
        ("POST", "/api/schedule/pause"): write,
        ("POST", "/api/schedule/resume"): write,
        ("GET", "/api/schedule/calendar.ics"): read,
        ("GET", "/api/schedule/calendar"): read,
        ("POST", "/api/schedule/calendar"): write,
        ("DELETE", "/api/schedule/calendar"): write,
    }


async def test_every_field_of_a_response_is_required(api: FastAPI) -> None:
    """In generated clients a field with a default would be optional."""
    schemas = api.openapi()["components"]["schemas"]
    answers = [
        name
        for name in schemas
        if name.endswith(("Out", "Detail", "Refusal", "SlotExplanation")) or name == "PlannedPost"
    ]

    assert {name: set(schemas[name]["properties"]) - set(schemas[name]["required"]) for name in answers} == {
        name: set() for name in answers
    }


async def test_the_readme_names_every_route_queue_and_event(api: FastAPI) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")

    for _, path in route_permissions(api):
        assert f"`{path}`" in readme
    for queue in QUEUES:
        assert f"`{queue.name}`" in readme
    for event in emitted_by(SERVICE):
        assert f"`{event.model_fields['type'].default}`" in readme
