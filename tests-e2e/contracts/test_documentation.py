"""The documentation in /docs is complete, valid and consistent with the schemas.

Read from the committed documents, which `test_specs` compares with the services.
"""

import itertools
import json
import re
import shlex
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from gateway.settings import SERVICES
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from . import specs

_JSON = "application/json"
_SAYS_ALL = {"id", "items", "next_cursor"}
"""Names of properties that need no description."""
_SAYS_ITSELF = re.compile(r"[a-z]+[:/][a-z]+")
"""A value that needs none, such as the media type `image/png` or the permission `schedule:write`."""
_NAMES = [*(f"{service}.openapi.json" for service in SERVICES), "openapi.json"]
_DOCUMENTS: dict[str, dict[str, Any]] = {name: json.loads((specs.FOLDER / name).read_text()) for name in _NAMES}
_WHOLE = _DOCUMENTS["openapi.json"]


class Operation(NamedTuple):
    name: str
    description: dict[str, Any]

    def json_bodies(self) -> Iterator[dict[str, Any]]:
        responses = [response for status, response in self.description["responses"].items() if status.startswith("2")]
        for body in [self.description.get("requestBody", {}), *responses]:
            if _JSON in body.get("content", {}):
                yield body["content"][_JSON]


OPERATIONS = [
    Operation(f"{method.upper()} {path}", description)
    for path, operations in _WHOLE["paths"].items()
    for method, description in operations.items()
]


def check(value: Any, schema: dict[str, Any]) -> None:
    rooted = {**schema, "components": _WHOLE["components"]}
    Draft202012Validator(rooted, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(value)


@pytest.mark.parametrize("name", _NAMES)
def test_a_document_is_valid_for_its_declared_version(name: str) -> None:
    assert _DOCUMENTS[name]["openapi"].startswith("3.1.")
    OpenAPIV31SpecValidator(_DOCUMENTS[name]).validate()


@pytest.mark.parametrize("name", _NAMES)
def test_every_tag_has_a_description_and_is_used(name: str) -> None:
    used = {
        tag for path in _DOCUMENTS[name]["paths"].values() for operation in path.values() for tag in operation["tags"]
    }
    declared = {tag["name"]: tag["description"] for tag in _DOCUMENTS[name]["tags"]}
    assert set(declared) == used
    assert all(sentence.endswith(".") for sentence in declared.values())


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_an_operation_has_a_summary_a_tag_and_valid_examples(operation: Operation) -> None:
    assert operation.description["summary"]
    assert len(operation.description["tags"]) == 1
    for media in operation.json_bodies():
        assert "example" in media, f"{operation.name}: add an example to its model (json_schema_extra)"
        check(media["example"], media["schema"])


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_every_response_and_parameter_is_described(operation: Operation) -> None:
    """FastAPI describes no parameter, and each success with the same placeholder."""
    assert all(parameter["description"] for parameter in operation.description.get("parameters", ()))
    texts = [response["description"] for response in operation.description["responses"].values()]
    assert all(text and text != "Successful Response" for text in texts)


def test_a_property_has_a_description_that_names_each_of_its_values() -> None:
    """A component that is an enumeration may explain its values itself."""
    for name, component in _WHOLE["components"]["schemas"].items():
        for field, schema in component.get("properties", {}).items():
            if field in _SAYS_ALL:
                continue
            assert schema.get("description"), f"describe {name}.{field}: what it is, its unit, what null means"
            for values, text in _enumerations(schema, schema["description"]):
                missing = [value for value in values if f"`{value}`" not in text and not _SAYS_ITSELF.fullmatch(value)]
                assert not missing, f"name {missing} in the description of {name}.{field} or of its type"


def _enumerations(schema: dict[str, Any], text: str) -> Iterator[tuple[list[str], str]]:
    """Yield (values, descriptions) of each enumeration in a property."""
    if "$ref" in schema:
        component = _WHOLE["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        if "properties" not in component:  # those of an object are tested as its own
            yield from _enumerations(component, f"{text} {component.get('description', '')}")
    if "const" in schema or "enum" in schema:
        yield schema.get("enum") or [schema["const"]], text
    for part in [*schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else ())]:
        yield from _enumerations(part, text)


def test_the_documentation_lists_the_types_of_audit_entries() -> None:
    """Those that the services' code names, apart from values of other fields."""
    documented = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)+)`", _WHOLE["paths"]["/api/audit"]["get"]["description"]))
    named: set[str] = set()
    for service in SERVICES:
        for module in (specs.FOLDER.parents[1] / "services" / service / "src").rglob("*.py"):
            if module.name in {"events.py", "service.py"}:
                named |= set(re.findall(r'"([A-Z]+(?:_[A-Z]+)+)"', module.read_text(encoding="utf-8")))
    values = {value for schema in _WHOLE["components"]["schemas"].values() for value in _values(schema)}
    assert documented == named - values


def _values(node: Any) -> Iterator[str]:
    """Yield the values of all enumerations in a schema."""
    if isinstance(node, dict):
        yield from node.get("enum", ())
        for part in node.values():
            yield from _values(part)
    elif isinstance(node, list):
        for part in node:
            yield from _values(part)


def test_the_examples_of_a_component_are_valid() -> None:
    for schema in _WHOLE["components"]["schemas"].values():
        for example in schema.get("examples", []):
            check(example, schema)


def first_steps() -> Iterator[tuple[str, str, str | None]]:
    """Yield (method, path, body) of the commands in the introduction."""
    blocks = "".join(re.findall(r"```sh\n(.*?)```", _WHOLE["info"]["description"], re.DOTALL))
    for command in re.split(r"\bcall ", blocks)[1:]:
        words = shlex.shlex(command, posix=True, punctuation_chars=True)
        words.whitespace_split = True
        path, *options = itertools.takewhile(lambda word: word != "|", words)
        values = dict(itertools.pairwise(options))
        method = values.get("-X") or ("POST" if "-d" in values else "GET")
        yield method, path.partition("?")[0], values.get("-d")


def test_the_first_steps_go_from_sign_up_to_a_schedule() -> None:
    steps = [f"{method} {path}" for method, path, _ in first_steps()]
    assert steps[0] == "POST /api/auth/signup"
    assert steps[-1] == "POST /api/schedule"
    assert len(steps) == 14


@pytest.mark.parametrize(("method", "path", "body"), list(first_steps()))
def test_the_commands_of_the_first_steps_are_valid_requests(method: str, path: str, body: str | None) -> None:
    operation = _WHOLE["paths"][path.replace("$GENERATION", "{generation_id}")][method.lower()]
    if body is None:
        assert "requestBody" not in operation
    elif body != "@-":  # the output of the previous command
        check(json.loads(body), operation["requestBody"]["content"][_JSON]["schema"])
