"""The specifications for frontend developers and subscribers. `make specs` writes them to docs/specs."""

import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from common.runtime.cli import openapi_document
from common.runtime.specification import asyncapi_document
from gateway.documents.openapi import merged
from gateway.settings import SERVICES

FOLDER = Path(__file__).parents[2] / "docs" / "specs"


def service(name: str) -> Any:
    """Return the service's definition."""
    return importlib.import_module(f"{name}.__main__").service


def documents() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (file name, document): one OpenAPI document per service, the gateway's merged one, and AsyncAPI."""
    of_services = {name: openapi_document(service(name)) for name in SERVICES}
    for name, document in of_services.items():
        yield f"{name}.openapi.json", document
    yield "openapi.json", merged(dict(of_services))
    yield "asyncapi.json", asyncapi_document(title="PulseWorks: events")


def text_of(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def write() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, document in documents():
        (FOLDER / name).write_text(text_of(document), encoding="utf-8")


if __name__ == "__main__":
    write()
