"""The schemas and examples that publishers, consumers and subscribers share match the models."""

import json
import re

import jsonschema
import pytest
from pulseworks_contracts import (
    ALL_EVENTS,
    ALL_QUEUES,
    EVENT_TYPES,
    ContentApproved,
    Event,
    PostDue,
    content_digest,
    events_page,
    specs,
)

pytestmark = pytest.mark.invariant("E6")

every_event = pytest.mark.parametrize("event", ALL_EVENTS, ids=[specs.type_of(event) for event in ALL_EVENTS])


@every_event
def test_the_committed_schema_is_the_models(event: type[Event]) -> None:
    committed = (specs.SCHEMAS / f"{specs.type_of(event)}.json").read_text()
    assert committed == specs.schema(event), "run `python -m pulseworks_contracts.specs` and look at the difference"


@every_event
def test_the_example_is_valid_and_serializes_unchanged(event: type[Event]) -> None:
    text = specs.example(event)
    jsonschema.validate(json.loads(text), json.loads(specs.schema(event)))
    read = event.model_validate_json(text)
    assert json.loads(read.to_json()) == json.loads(text)


@every_event
def test_a_reader_ignores_a_field_that_a_later_version_adds(event: type[Event]) -> None:
    later = json.loads(specs.example(event))
    later["data"]["added_later"] = "x"
    later["extensionlater"] = "y"
    assert event.model_validate_json(json.dumps(later)) == event.model_validate_json(specs.example(event))


@every_event
def test_the_type_is_service_past_tense_and_version(event: type[Event]) -> None:
    assert re.fullmatch(r"[a-z]+\.[a-z_]+\.v[1-9]\d*", specs.type_of(event))


@every_event
def test_every_field_is_described(event: type[Event]) -> None:
    bare = [field.path for field in events_page.fields(event) if not re.search(r"\w.*[.]$", field.description)]
    # the envelope describes them for all types
    assert bare == ["type", "data"], "give each field a description that ends with a full stop"


@every_event
def test_the_docstring_has_meaning_occasion_and_subject(event: type[Event]) -> None:
    meaning, sent, subject = events_page.story(event)
    assert re.fullmatch(r"[A-Z].+\.", meaning)
    assert re.fullmatch(r"Sent when .+\.", sent)
    assert re.fullmatch(r"Subject: .+\.", subject)


def test_the_committed_page_of_events_is_the_models() -> None:
    committed = events_page.PAGE.read_text(encoding="utf-8")
    assert committed == events_page.page(committed), "run `make specs` and look at the difference"


def test_the_page_shows_fields_of_nested_models_with_their_types() -> None:
    shown = {field.path: field for field in events_page.fields(ContentApproved)}
    assert shown["data.payloads"].type == "array of object"
    assert shown["data.payloads[].media[].width"].type == "integer (> 0)"
    assert shown["data.payloads[].platform"].type == "`FACEBOOK`, `INSTAGRAM`"
    assert not shown["traceparent"].required


def test_the_page_lists_the_receivers_of_each_type() -> None:
    received = dict(
        re.findall(
            r"^### (.+)\n[^#]*- Received by: (.+)\.$", events_page.PAGE.read_text(encoding="utf-8"), re.MULTILINE
        )
    )
    assert received["content.approved.v1"] == "`scheduler.content`, `publisher.content`"
    assert received["identity.session_revoked.v1"].startswith("`gateway`")
    assert received["content.generated.v1"].startswith("no PulseWorks service")
    assert set(received) == set(EVENT_TYPES)


def test_no_file_of_a_removed_type_is_left() -> None:
    types = {f"{kind}.json" for kind in EVENT_TYPES}
    assert {path.name for path in specs.SCHEMAS.glob("*.json")} == types
    assert {path.name for path in specs.EXAMPLES.glob("*.json")} == types


@pytest.mark.invariant("E2")
def test_every_type_has_a_queue_except_those_without_a_required_receiver() -> None:
    bound = {event for queue in ALL_QUEUES for event in queue.events}
    # content.generated is for subscribers; each replica of the gateway declares a queue of its own
    without_queue = {"content.generated.v1", "identity.session_revoked.v1"}
    assert {specs.type_of(event) for event in set(ALL_EVENTS) - bound} == without_queue


@pytest.mark.invariant("P2")
def test_the_hash_changes_with_anything_that_would_be_posted() -> None:
    approved = ContentApproved.model_validate_json(specs.example(ContentApproved))
    (payload,) = approved.data.payloads
    digest = content_digest(approved.account_id, approved.data.content_id, [payload])
    assert digest == approved.data.content_hash
    media = payload.media[0]
    changes = [
        payload.model_copy(update={"text": payload.text + " "}),
        payload.model_copy(update={"platform": "FACEBOOK"}),
        payload.model_copy(update={"media": []}),
        payload.model_copy(update={"media": [media.model_copy(update={"sha256": "0" * 64})]}),
        payload.model_copy(update={"media": [media.model_copy(update={"url": media.url + "?"})]}),
        payload.model_copy(update={"media": [media.model_copy(update={"alt_text": ""})]}),
    ]
    digests = {content_digest(approved.account_id, approved.data.content_id, [changed]) for changed in changes}
    assert len(digests | {digest}) == len(changes) + 1


@pytest.mark.invariant("M3")
def test_no_event_has_a_field_for_a_profile_key() -> None:
    due = specs.schema(PostDue)
    assert "profile_key" not in due
    assert "profile_key" not in "".join(specs.schema(event) for event in ALL_EVENTS)
