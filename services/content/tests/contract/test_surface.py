"""The service's surface matches its documentation."""

import ast
from pathlib import Path

import pytest
from common.runtime.cli import openapi_document
from common.runtime.settings import offline_settings
from common.runtime.specification import emitted_by
from content.__main__ import service
from content.api import create_api
from content.factory import ProcessContext
from content.settings import ContentSettings
from fastapi import FastAPI
from pulseworks_contracts import ALL_EVENTS

SOURCES = Path(__file__).parents[2] / "src" / "content"


@pytest.fixture
async def api() -> FastAPI:
    return create_api(ProcessContext.create(offline_settings(ContentSettings)))


def _calls(file: Path) -> list[ast.Call]:
    return [node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]


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
