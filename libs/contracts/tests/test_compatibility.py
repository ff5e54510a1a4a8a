"""A change that would break a subscriber fails here, before its release."""

import copy
import json
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from pulseworks_contracts import EVENT_TYPES, ContentApproved, SubscriptionChanged, release, specs
from pulseworks_contracts.compatibility import breaking_changes

pytestmark = pytest.mark.invariant("E6")

Mutation = Callable[[dict[str, Any]], object]


def changed(event: type[ContentApproved | SubscriptionChanged], mutate: Mutation) -> list[str]:
    old = json.loads(specs.schema(event))
    new = copy.deepcopy(old)
    mutate(new)
    assert new != old
    return breaking_changes(old, new)


def data(schema: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = schema["$defs"]["ContentApprovedData"]
    return found


def fields(schema: dict[str, Any], model: str = "ContentApprovedData") -> dict[str, Any]:
    found: dict[str, Any] = schema["$defs"][model]["properties"]
    return found


def remove(schema: dict[str, Any]) -> None:
    del fields(schema)["title"]
    data(schema)["required"].remove("title")


def rename(schema: dict[str, Any]) -> None:
    fields(schema)["headline"] = fields(schema).pop("title")
    data(schema)["required"] = ["headline" if name == "title" else name for name in data(schema)["required"]]


def add_required(schema: dict[str, Any]) -> None:
    fields(schema)["language"] = {"type": "string"}
    data(schema)["required"].append("language")


def replace_payload_model(schema: dict[str, Any]) -> None:
    schema["$defs"]["Other"] = {
        "type": "object",
        "properties": {"caption": {"type": "string"}},
        "required": ["caption"],
    }
    fields(schema)["payloads"]["items"]["$ref"] = "#/$defs/Other"


def add_union_member(schema: dict[str, Any]) -> None:
    schema["$defs"]["Video"] = {
        "type": "object",
        "properties": {"seconds": {"type": "integer"}},
        "required": ["seconds"],
    }
    items = fields(schema, "PlatformPayload")["media"]
    items["items"] = {"anyOf": [items["items"], {"$ref": "#/$defs/Video"}]}


def close(schema: dict[str, Any]) -> None:
    data(schema)["additionalProperties"] = False


BREAKING: dict[str, tuple[Mutation, str]] = {
    "field removed": (remove, "old readers: event.data.title is missing"),
    "optional field removed": (
        lambda s: s["properties"].pop("traceparent"),
        "old readers: event.traceparent is missing",
    ),
    "field renamed": (rename, "old readers: event.data.title is missing"),
    "required field added": (add_required, "stored events: event.data.language is missing"),
    "optional becomes required": (
        lambda s: s["required"].append("traceparent"),
        "stored events: event.traceparent may be missing",
    ),
    "required becomes optional": (
        lambda s: data(s)["required"].remove("month"),
        "old readers: event.data.month may be missing",
    ),
    "null allowed": (
        lambda s: fields(s).update(title={"anyOf": [{"type": "string"}, {"type": "null"}]}),
        "old readers: event.data.title may be null",
    ),
    "null no longer allowed": (
        lambda s: s["properties"].update(traceparent={"type": "string", "default": None}),
        "stored events: event.traceparent may be null",
    ),
    "type changed": (
        lambda s: fields(s)["revision"].update(type="string"),
        "old readers: event.data.revision may be string",
    ),
    "integer becomes number": (
        lambda s: fields(s)["revision"].update(type="number"),
        "old readers: event.data.revision may be number",
    ),
    "several types": (
        lambda s: fields(s)["title"].update(type=["string", "integer"]),
        "old readers: event.data.title may be integer",
    ),
    "enum value added": (
        lambda s: fields(s, "PlatformPayload")["platform"]["enum"].append("TIKTOK"),
        'old readers: event.data.payloads[].platform may be "TIKTOK"',
    ),
    "enum value removed": (
        lambda s: fields(s, "PlatformPayload")["platform"]["enum"].remove("FACEBOOK"),
        'stored events: event.data.payloads[].platform may be "FACEBOOK"',
    ),
    "enum opened": (
        lambda s: fields(s, "PlatformPayload")["platform"].pop("enum"),
        "old readers: event.data.payloads[].platform may be any value",
    ),
    "const changed": (
        lambda s: s["properties"]["type"].update(const="content.approved.v2"),
        'old readers: event.type may be "content.approved.v2"',
    ),
    "pattern tightened": (
        lambda s: fields(s)["title"].update(pattern="^[A-Z]"),
        "stored events: event.data.title has pattern missing, not ^[A-Z]",
    ),
    "pattern loosened": (
        lambda s: fields(s)["month"].pop("pattern"),
        "old readers: event.data.month has pattern missing",
    ),
    "minimum lowered": (
        lambda s: fields(s)["revision"].update(minimum=0),
        "old readers: event.data.revision has minimum 0, not 1",
    ),
    "minimum raised": (
        lambda s: fields(s)["revision"].update(minimum=2),
        "stored events: event.data.revision has minimum 1, not 2",
    ),
    "maximum added": (
        lambda s: fields(s)["title"].update(maxLength=80),
        "stored events: event.data.title has maxLength missing, not 80",
    ),
    "empty list allowed": (
        lambda s: fields(s)["payloads"].pop("minItems"),
        "old readers: event.data.payloads has minItems missing, not 1",
    ),
    "format changed": (
        lambda s: fields(s)["approved_by"].update(format="email"),
        "old readers: event.data.approved_by has format email, not uuid",
    ),
    "nested field becomes optional": (
        lambda s: s["$defs"]["Media"]["required"].remove("alt_text"),
        "old readers: event.data.payloads[].media[].alt_text may be missing",
    ),
    "items are another model": (replace_payload_model, "old readers: event.data.payloads[].platform is missing"),
    "union member added": (add_union_member, "old readers: event.data.payloads[].media[].url is missing"),
    "unknown fields refused": (close, "stored events: event.data.<other> may be anything"),
    "limit of an unknown kind": (
        lambda s: fields(s)["title"].update({"not": {"const": ""}}),
        "stored events: event.data.title has not missing",
    ),
    "default of an optional field": (
        lambda s: s["properties"]["traceparent"].update(default="none"),
        "old readers: event.traceparent has another default",
    ),
}


@pytest.mark.parametrize(("mutate", "problem"), BREAKING.values(), ids=BREAKING)
def test_a_breaking_change_is_reported(mutate: Mutation, problem: str) -> None:
    assert any(found.startswith(problem) for found in changed(ContentApproved, mutate)), changed(
        ContentApproved, mutate
    )


def inline_payload(schema: dict[str, Any]) -> None:
    fields(schema)["payloads"]["items"] = schema["$defs"].pop("PlatformPayload")


def wrap_in_all_of(schema: dict[str, Any]) -> None:
    fields(schema)["payloads"]["items"] = {"allOf": [{"$ref": "#/$defs/PlatformPayload"}], "description": "A post."}


def split_by_all_of(schema: dict[str, Any]) -> None:
    media = schema["$defs"]["Media"]
    part = {"properties": {"alt_text": media["properties"].pop("alt_text")}, "required": ["alt_text"]}
    media["required"].remove("alt_text")
    media["allOf"] = [part]


HARMLESS: dict[str, Mutation] = {
    "optional field added": lambda s: fields(s).update(language={"type": "string"}),
    "optional nested field added": lambda s: fields(s, "Media").update(blurhash={"type": "string"}),
    "optional object added": lambda s: fields(s).update(extra={"$ref": "#/$defs/Media"}),
    "description changed": lambda s: fields(s)["month"].update(description="The month."),
    "title changed": lambda s: data(s).update(title="Approved"),
    "order of an enum changed": lambda s: fields(s, "PlatformPayload")["platform"]["enum"].reverse(),
    "order of required fields changed": lambda s: data(s)["required"].reverse(),
    "definition inlined": inline_payload,
    "definition wrapped in allOf": wrap_in_all_of,
    "object split by allOf": split_by_all_of,
    "const written as enum": lambda s: s["properties"]["type"].update(enum=[s["properties"]["type"].pop("const")]),
}


@pytest.mark.parametrize("mutate", HARMLESS.values(), ids=HARMLESS)
def test_a_compatible_change_is_allowed(mutate: Mutation) -> None:
    assert changed(ContentApproved, mutate) == []


def test_a_change_inside_a_nullable_field_is_reported() -> None:
    def add_plan(schema: dict[str, Any]) -> None:
        fields(schema, "SubscriptionChangedData")["plan"]["anyOf"][0]["enum"].append("AGENCY")

    assert changed(SubscriptionChanged, add_plan) == ['old readers: event.data.plan may be "AGENCY"']


def test_an_open_field_accepts_a_new_value() -> None:
    def field(*values: str) -> dict[str, Any]:
        return {"properties": {"code": {"anyOf": [{"enum": list(values), "type": "string"}, {"type": "string"}]}}}

    assert breaking_changes(field("a"), field("a", "b")) == []


def test_a_recursive_model_is_compared_once() -> None:
    def tree(kind: str) -> dict[str, Any]:
        node = {"properties": {"children": {"type": "array", "items": {"$ref": "#/$defs/N"}}, "name": {"type": kind}}}
        return {"$ref": "#/$defs/N", "$defs": {"N": node}}

    assert breaking_changes(tree("string"), tree("string")) == []
    assert breaking_changes(tree("string"), tree("integer")) != []


def test_nothing_breaks_the_subscribers_of_the_last_release() -> None:
    last, released = release.latest()
    may_remove = release.is_major(version("pulseworks-contracts"), last)
    found = release.breaks(released, release.current(), may_remove=may_remove)
    assert not found, f"since {last}: {json.dumps(found, indent=2)}\n{release.HINT}"


def test_only_a_major_version_removes_a_type() -> None:
    released = release.current()
    present = {kind: schema for kind, schema in released.items() if kind != "content.deleted.v1"}
    assert release.breaks(released, present) == {"content.deleted.v1": ["the type is gone"]}
    assert release.breaks(released, present, may_remove=True) == {}
    assert release.breaks(present, released) == {}, "a new type breaks no reader"
    assert release.is_major("2.0.0", "1.9.9")
    assert not release.is_major("1.10.0", "1.9.9")


def test_a_release_is_never_rewritten(tmp_path: Path) -> None:
    folder = tmp_path / "released"
    release.write("1.9.0", folder)
    release.write("1.9.0", folder)
    release.write("1.10.0", folder)
    assert release.latest(folder) == ("1.10.0", release.current())
    assert {path.stem for path in (folder / "1.10.0").iterdir()} == set(EVENT_TYPES)
    with pytest.raises(ValueError, match="raise the version"):
        release.write("1.9.0", folder)
    described = folder / "1.10.0" / "content.deleted.v1.json"
    described.write_text(described.read_text().replace("Subject: the content item.", "."))
    with pytest.raises(ValueError, match="raise the version"):
        release.write("1.10.0", folder)


def test_a_breaking_release_is_rejected(tmp_path: Path) -> None:
    folder = tmp_path / "released"
    release.write("1.0.0", folder)
    stored = folder / "1.0.0" / "content.deleted.v1.json"
    stored.write_text(stored.read_text().replace("revision", "version"))
    with pytest.raises(ValueError, match=r"event\.data\.version is missing"):
        release.write("1.1.0", folder)
