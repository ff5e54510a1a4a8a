"""The committed specifications match the services, and all services follow the same rules."""

from collections.abc import Mapping
from typing import Any

import pytest
from common.auth.permissions import Permission
from common.runtime.cli import openapi_document
from gateway.forwarding import rules
from gateway.settings import SERVICES

from . import specs


@pytest.fixture(scope="module")
def documents() -> Mapping[str, dict[str, Any]]:
    return dict(specs.documents())


@pytest.mark.invariant("E6")
@pytest.mark.parametrize(
    "name", [*(f"{service}.openapi.json" for service in SERVICES), "openapi.json", "asyncapi.json"]
)
def test_the_committed_specification_matches_the_services(name: str, documents: Mapping[str, dict[str, Any]]) -> None:
    committed = (specs.FOLDER / name).read_text(encoding="utf-8")
    assert committed == specs.text_of(documents[name]), "run `make specs` and review the difference"


@pytest.mark.invariant("T2")
def test_the_public_paths_of_the_gateway_are_those_that_services_declare_public(
    documents: Mapping[str, dict[str, Any]],
) -> None:
    public = {
        (method.upper(), path)
        for path, operations in documents["openapi.json"]["paths"].items()
        for method, operation in operations.items()
        if operation["security"] == []
    }
    assert public == set(rules.PUBLIC) | set(rules.PUBLIC_PATTERNS)


@pytest.mark.parametrize("service", SERVICES)
def test_the_gateway_forwards_every_path_of_a_service_to_it(service: str) -> None:
    document = openapi_document(specs.service(service))
    elsewhere = [path for path in document["paths"] if path.startswith("/api/") and rules.service_of(path) != service]
    assert elsewhere == []


def test_every_operation_documents_its_permission_and_problems(documents: Mapping[str, dict[str, Any]]) -> None:
    known = {str(permission) for permission in Permission}
    for path, operations in documents["openapi.json"]["paths"].items():
        for method, operation in operations.items():
            where = f"{method.upper()} {path}"
            assert operation.get("description") or operation.get("summary"), f"{where} has no description"
            assert operation["security"] == [] or set(operation["x-permission"]) <= known, where
            assert "default" in operation["responses"], f"{where} documents no problem response"


def test_operation_ids_are_unique(documents: Mapping[str, dict[str, Any]]) -> None:
    ids = [
        operation["operationId"]
        for operations in documents["openapi.json"]["paths"].values()
        for operation in operations.values()
    ]
    assert sorted(ids) == sorted(set(ids))
