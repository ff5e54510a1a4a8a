from typing import Any

import pytest
from sandbox.openai.errors import OpenAIError
from sandbox.openai.strictness import StrictSchema


def check(schema: Any, name: str = "Cap") -> None:
    StrictSchema(name, schema, param="response_format", label="response_format.json_schema").check()


def an_object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def test_a_strict_schema_with_references_and_null_passes() -> None:
    check(
        an_object(
            title={"type": "string", "title": "Title"},
            cta={"anyOf": [{"type": "string"}, {"type": "null"}]},
            items={"type": "array", "items": {"$ref": "#/$defs/Item"}},
            kind={"enum": ["POST", "PROMO"], "type": "string"},
        )
        | {"$defs": {"Item": an_object(name={"type": "string"})}}
    )


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ({"type": "string"}, "must be a JSON Schema of"),
        (an_object(a={"type": "string", "maxLength": 9}), "'maxLength' is not permitted."),
        (an_object(a={"type": "string", "pattern": "x"}), "'pattern' is not permitted."),
        (an_object(a={"type": "string", "default": "x"}), "'default' is not permitted."),
        (an_object(a={"type": "array", "items": {"type": "string"}, "maxItems": 5}), "'maxItems' is not permitted."),
        (an_object(a={"oneOf": [{"type": "string"}]}), "'oneOf' is not permitted."),
        (an_object(a={"type": "string"}) | {"required": []}, "Missing 'a'."),
        (an_object(a={"type": "string"}) | {"additionalProperties": True}, "'additionalProperties' is required"),
        ({"type": "object", "properties": {}, "required": []}, "'additionalProperties' is required"),
        (an_object(a=an_object() | {"additionalProperties": {"type": "string"}}), "('properties', 'a')"),
        (an_object(a={"$ref": "#/$defs/Nothing"}), "was not found"),
        (an_object(a={"type": "array"}), "array schema missing items."),
        (an_object(a={}), "must have a 'type' key"),
    ],
)
def test_schemas_outside_the_subset_are_refused(schema: dict[str, Any], reason: str) -> None:
    with pytest.raises(OpenAIError) as refused:
        check(schema)
    assert refused.value.status == 400
    assert reason in refused.value.message


def test_a_name_with_spaces_is_refused() -> None:
    with pytest.raises(OpenAIError) as refused:
        check(an_object(), name="My schema")
    assert refused.value.param == "response_format.json_schema.name"
