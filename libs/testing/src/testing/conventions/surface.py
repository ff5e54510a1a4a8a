import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest
from common.auth import Permission
from common.http import GuardedRoute, route_permissions
from common.http.health import OPERATIONS_PATHS
from common.messaging import EventRouter
from common.runtime.cli import Service, openapi_document
from common.runtime.settings import offline_settings
from common.runtime.specification import emitted_by
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from pulseworks_contracts import ALL_QUEUES

from testing.conventions.bodies import UNREADABLE, WRONG_VALUES, bodies_of

Routers = Sequence[Callable[[], EventRouter]]


class _Application:
    service: ClassVar[Service[Any, Any]]

    @pytest.fixture
    async def app(self) -> AsyncIterator[FastAPI]:
        """The application, made without a database, a broker or a secret."""
        context = self.service.create_context(offline_settings(self.service.settings, dict(self.service.offline())))
        yield self.service.create_api(context)
        await context.close()


class SurfaceConventions(_Application):
    """What a service offers: its queues, the permission of each route, fields that callers can rely on."""

    routers: ClassVar[Routers]
    permissions: ClassVar[Mapping[tuple[str, str], Permission | None]]
    """By method and path; None for a public route."""
    optional: ClassVar[Mapping[str, frozenset[str]]] = {}
    """By schema: fields of answers that are left out at times."""
    opaque: ClassVar[frozenset[str]] = frozenset(
        {"token", "refresh_token", "device_token", "facebook", "instagram", "success_url", "cancel_url", "return_url"}
    )
    """Fields of bodies that programs compare and nobody reads."""

    def test_the_service_subscribes_to_its_queues(self) -> None:
        subscribed = [queue for create_router in self.routers for queue in create_router().queues.values()]
        assert sorted(queue.name for queue in subscribed) == sorted(
            queue.name for queue in ALL_QUEUES if queue.service == self.service.name
        )

    @pytest.mark.invariant("T2")
    def test_each_route_requires_its_permission(self, app: FastAPI) -> None:
        expected = {route: None if p is None else frozenset([p.value]) for route, p in self.permissions.items()}
        assert route_permissions(app) == expected

    def test_each_route_declares_its_errors(self, app: FastAPI) -> None:
        """With ``raises()``: the documentation lists them, and the fixture ``declared_problems`` checks the answers."""
        contexts = [context for context in iter_route_contexts(app.routes) if context.path not in OPERATIONS_PATHS]
        routes = {str(context.path): context.original_route for context in contexts}
        assert [
            path for path, route in routes.items() if isinstance(route, GuardedRoute) and route.errors is None
        ] == []

    def test_every_field_of_an_answer_is_required(self) -> None:
        """Generated clients make an optional field of each that has a default."""
        document = openapi_document(self.service)
        schemas = document["components"]["schemas"]
        missing = {
            name: fields
            for name in _schemas_of_answers(document)
            if (fields := schemas[name].get("properties", {}).keys() - {*schemas[name].get("required", ())})
        }
        assert missing == self.optional

    def test_a_body_refuses_unknown_fields_and_other_types(self, app: FastAPI) -> None:
        """True is no number, "no" no truth value, 3.0 no integer, and a number no time."""
        assert [wrong for body in bodies_of(app) for wrong in body.accepted(WRONG_VALUES)] == []

    def test_a_body_accepts_its_examples(self, app: FastAPI) -> None:
        assert [example for body in bodies_of(app) for example in body.refused_examples()] == []

    def test_a_text_for_people_is_visible_and_has_no_controls(self, app: FastAPI) -> None:
        texts = [wrong for body in bodies_of(app) for wrong in body.accepted({"string": UNREADABLE})]
        assert [text for text in texts if text.split()[2].rpartition(".")[2] not in self.opaque] == []


class ReadmeConventions(_Application):
    """The service's README names its routes, queues, events and settings."""

    readme: ClassVar[Path]

    def test_the_readme_names_every_route(self, app: FastAPI) -> None:
        self._assert_named(path for _, path in route_permissions(app))

    def test_the_readme_names_every_queue_and_event(self) -> None:
        self._assert_named(queue.name for queue in ALL_QUEUES if queue.service == self.service.name)
        self._assert_named(event.model_fields["type"].default for event in emitted_by(self.service.name))

    def test_the_readme_names_every_setting(self) -> None:
        self._assert_named(name.upper() for name in self.service.settings.__annotations__)

    def _assert_named(self, names: Iterator[str]) -> None:
        text = self.readme.read_text(encoding="utf-8")
        assert [name for name in names if f"`{name}`" not in text] == []


def _schemas_of_answers(document: dict[str, Any]) -> set[str]:
    """Return the names of the schemas that successful answers are made of."""
    found: set[str] = set()
    waiting: list[Any] = [
        response
        for path in document["paths"].values()
        for operation in path.values()
        for status, response in operation["responses"].items()
        if re.match("2", status)
    ]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            name = str(part.get("$ref", "")).removeprefix("#/components/schemas/")
            if name and name not in found:
                found.add(name)
                waiting.append(document["components"]["schemas"][name])
            waiting.extend(value for key, value in part.items() if key not in {"example", "examples"})
        elif isinstance(part, list):
            waiting.extend(part)
    return found
