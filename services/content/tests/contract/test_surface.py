"""The service's surface matches its documentation."""

import ast
from pathlib import Path

import pytest
from common.auth import Permission
from common.http import route_permissions
from common.runtime.cli import openapi_document
from common.runtime.settings import ServiceSettings, offline_settings
from common.runtime.specification import emitted_by
from content.__main__ import service
from content.api import create_api
from content.factory import ProcessContext
from content.settings import ContentSettings
from content.worker import ROUTERS
from fastapi import FastAPI
from pulseworks_contracts import ALL_EVENTS, ALL_QUEUES

SOURCES = Path(__file__).parents[2] / "src" / "content"


@pytest.fixture
async def api() -> FastAPI:
    return create_api(ProcessContext.create(offline_settings(ContentSettings)))


def _calls(file: Path) -> list[ast.Call]:
    return [node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]


def test_every_queue_of_the_service_is_consumed() -> None:
    consumed = [queue for create_router in ROUTERS for queue in create_router().queues.values()]

    assert consumed == [queue for queue in ALL_QUEUES if queue.service == "content"]


@pytest.mark.invariant("E1")
def test_events_are_built_in_events_modules_and_sent_through_the_outbox() -> None:
    known = {event.__name__ for event in ALL_EVENTS}
    built: dict[str, set[str]] = {}
    for file in SOURCES.rglob("*.py"):
        for call in _calls(file):
            function = ast.unparse(call.func)
            if function in known:
                built.setdefault(file.name, set()).add(function)
            if function == "outbox.add":
                event = call.args[1]
                assert isinstance(event, ast.Call), file
                assert ast.unparse(event.func).startswith("events."), file

    assert built == {"events.py": {event.__name__ for event in emitted_by("content")}}


def test_the_openapi_document_needs_no_environment_and_describes_streams_and_uploads() -> None:
    document = openapi_document(service)

    watch = document["paths"]["/api/content/generations/{generation_id}/events"]["get"]
    assert set(watch["responses"]["200"]["content"]) == {"text/event-stream"}
    upload = document["paths"]["/api/content/{content_id}/image"]["put"]
    assert set(upload["requestBody"]["content"]) == {"multipart/form-data"}


async def test_each_route_requires_its_permission(api: FastAPI) -> None:
    def one(permission: Permission) -> frozenset[str]:
        return frozenset([permission.value])

    read, edit, approve = map(one, (Permission.CONTENT_READ, Permission.CONTENT_EDIT, Permission.CONTENT_APPROVE))
    assert route_permissions(api) == {
        ("POST", "/api/briefs"): one(Permission.BRIEF_WRITE),
        ("GET", "/api/briefs"): one(Permission.BRIEF_READ),
        ("GET", "/api/briefs/{month}"): one(Permission.BRIEF_READ),
        ("PUT", "/api/briefs/{month}"): one(Permission.BRIEF_WRITE),
        ("DELETE", "/api/briefs/{month}"): one(Permission.BRIEF_WRITE),
        ("GET", "/api/brand"): one(Permission.BRAND_READ),
        ("PATCH", "/api/brand"): one(Permission.BRAND_WRITE),
        ("POST", "/api/brand/refresh"): one(Permission.BRAND_WRITE),
        ("POST", "/api/content/generations"): one(Permission.CONTENT_GENERATE),
        ("GET", "/api/content/generations"): read,
        ("GET", "/api/content/generations/{generation_id}"): read,
        ("GET", "/api/content/generations/{generation_id}/events"): read,
        ("POST", "/api/content/generations/{generation_id}/retry"): one(Permission.CONTENT_GENERATE),
        ("GET", "/api/content"): read,
        ("GET", "/api/content/{content_id}"): read,
        ("GET", "/api/content/{content_id}/preview"): read,
        ("PATCH", "/api/content/{content_id}"): edit,
        ("PUT", "/api/content/{content_id}/image"): edit,
        ("POST", "/api/content/{content_id}/regenerate"): edit,
        ("DELETE", "/api/content/{content_id}"): edit,
        ("POST", "/api/content/approve"): approve,
        ("POST", "/api/content/{content_id}/approve"): approve,
        ("POST", "/api/content/{content_id}/withdraw"): approve,
    }


async def test_every_field_of_a_response_is_required(api: FastAPI) -> None:
    """Generated clients treat a field with a default as optional."""
    schemas = api.openapi()["components"]["schemas"]
    others = {"PlatformState", "StoredImage", "StoredFile", "Preview", "BulkApproved", "Refusal", "PlatformPayload"}
    answers = [name for name in schemas if name.endswith("Out") or name in others]

    assert others <= set(answers)
    assert {name: set(schemas[name]["properties"]) - set(schemas[name]["required"]) for name in answers} == {
        name: set() for name in answers
    }


async def test_the_readme_names_every_route_queue_event_and_setting(api: FastAPI) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")

    for _, path in route_permissions(api):
        assert f"`{path}`" in readme, path
    for queue in (queue for queue in ALL_QUEUES if queue.service == "content"):
        assert f"`{queue.name}`" in readme
    for event in emitted_by("content"):
        assert f"`{event.model_fields['type'].default}`" in readme
    for setting in ContentSettings.model_fields.keys() - ServiceSettings.model_fields.keys():
        assert f"`{setting.upper()}`" in readme, setting
