from typing import Any

from common.http.examples import add_examples


def document(answer: dict[str, Any], **schemas: dict[str, Any]) -> dict[str, Any]:
    operation = {"responses": {"200": {"content": {"application/json": {"schema": answer}}}}}
    return {"paths": {"/things": {"get": operation}}, "components": {"schemas": schemas}}


def example_of(made: dict[str, Any]) -> Any:
    add_examples(made)
    return made["paths"]["/things"]["get"]["responses"]["200"]["content"]["application/json"].get("example")


THING: dict[str, Any] = {"properties": {"id": {"type": "integer"}}, "required": ["id"], "examples": [{"id": 7}]}
REFERENCE = {"$ref": "#/components/schemas/Thing"}


def test_a_schema_that_contains_a_model_uses_its_example() -> None:
    page = {
        "properties": {"items": {"items": REFERENCE}, "next": {"anyOf": [REFERENCE, {"type": "null"}]}},
        "required": ["items", "next"],
    }
    assert example_of(document({"$ref": "#/components/schemas/Page"}, Thing=THING, Page=page)) == {
        "items": [{"id": 7}],
        "next": None,
    }


def test_a_model_that_inherits_an_example_completes_it() -> None:
    detail = {**THING, "properties": {**THING["properties"], "in": REFERENCE}, "required": ["id", "in"]}
    made = document({"$ref": "#/components/schemas/Detail"}, Thing=THING, Detail=detail)
    assert example_of(made) == {"id": 7, "in": {"id": 7}}
    assert made["components"]["schemas"]["Detail"]["examples"] == [{"id": 7, "in": {"id": 7}}]


def test_an_optional_body_has_the_example_of_its_model() -> None:
    assert example_of(document({"anyOf": [REFERENCE, {"type": "null"}]}, Thing=THING)) == {"id": 7}


def test_the_example_of_a_route_is_kept_and_none_is_invented() -> None:
    own = document(REFERENCE, Thing=THING)
    own["paths"]["/things"]["get"]["responses"]["200"]["content"]["application/json"]["example"] = {"id": 8}
    assert example_of(own) == {"id": 8}
    assert example_of(document({"type": "string"})) is None
