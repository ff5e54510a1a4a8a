import pytest
from common.runtime.specification import asyncapi_document, emitted_by
from pulseworks_contracts import ALL_EVENTS, ALL_QUEUES, CONTENT_TYPE, EVENT_TYPES
from pydantic import JsonValue

SERVICES = ["identity", "content", "scheduler", "publisher", "billing"]


def references(value: JsonValue) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return [*own, *(ref for item in value.values() for ref in references(item))]  # type: ignore[list-item] # checked above
    if isinstance(value, list):
        return [ref for item in value for ref in references(item)]
    return []


@pytest.mark.invariant("E6")
@pytest.mark.parametrize("service", [None, *SERVICES, "gateway"])
def test_every_reference_resolves(service: str | None) -> None:
    document = asyncapi_document(service, title="t")
    found = references(document)
    for reference in found:
        place: JsonValue = document
        for part in reference.removeprefix("#/").split("/"):
            assert isinstance(place, dict)
            assert part in place, reference
            place = place[part]


@pytest.mark.invariant("E6")
def test_the_document_of_all_services_has_every_event_and_queue() -> None:
    document = asyncapi_document(title="t", namespace="staging")
    assert set(document["components"]["messages"]) == {event.__name__ for event in ALL_EVENTS}
    assert set(document["channels"]) == {*EVENT_TYPES, *(queue.name for queue in ALL_QUEUES)}
    assert document["channels"]["publisher.due"]["address"] == "staging.publisher.due"


def test_every_event_has_an_emitter() -> None:
    assert {event for service in SERVICES for event in emitted_by(service)} == set(ALL_EVENTS)


def test_the_document_of_a_service_has_only_its_own_events() -> None:
    document = asyncapi_document("billing", title="t")
    assert set(document["operations"]) == {
        "billing.subscription_changed.v1",
        "audit.recorded.v1",
        "billing.accounts",
    }


def test_a_message_has_the_schema_of_what_is_sent() -> None:
    """FastStream alone would describe a schema for readers, application/json, and no example."""
    document = asyncapi_document(title="t")
    message = document["components"]["messages"]["ContentApproved"]
    assert message["contentType"] == CONTENT_TYPE
    assert message["examples"][0]["payload"]["type"] == "content.approved.v1"
    assert {"id", "type", "source", "time"} <= set(document["components"]["schemas"]["ContentApproved"]["required"])


def test_a_queue_of_several_types_lists_each() -> None:
    document = asyncapi_document(title="t")
    operation = document["operations"]["scheduler.content"]
    assert operation["action"] == "receive"
    assert [message["$ref"].rpartition("/")[2] for message in operation["messages"]] == [
        "ContentApproved",
        "ContentApprovalWithdrawn",
        "ContentDeleted",
    ]


def test_each_operation_has_a_summary_that_names_its_service_and_types() -> None:
    whole = asyncapi_document(title="t")["operations"]
    own = asyncapi_document("billing", title="t")["operations"]
    assert all(operation["summary"] for operation in whole.values())
    assert whole["audit.recorded.v1"]["summary"] == (
        "Emitted by billing, content, publisher, scheduler: audit.recorded.v1."
    )
    assert own["audit.recorded.v1"]["summary"] == "Emitted by billing: audit.recorded.v1."
    assert whole["scheduler.preflight"]["summary"] == (
        "Received by scheduler: publisher.preflight_passed.v1, publisher.preflight_failed.v1."
    )
