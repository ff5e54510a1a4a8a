"""What a `Consistency-Token` names, and what a service makes of it."""

import base64
import uuid

import pytest
from common.http import consistency
from common.http.consistency import MAX_EVENTS, ConsistencyTokenInvalidError, format_token
from common.ids import new_id
from hypothesis import given
from hypothesis import strategies as st
from pulseworks_contracts import ALL_EVENTS, ALL_QUEUES
from pulseworks_contracts.specs import type_of

TYPES = [type_of(event) for event in ALL_EVENTS]


def test_no_two_types_share_a_mark() -> None:
    marks = {consistency._type_mark(type_) for type_ in TYPES}
    assert len(marks) == len(TYPES)


@given(st.lists(st.sampled_from(TYPES), max_size=20))
def test_a_service_reads_from_a_token_exactly_the_events_that_it_consumes(types: list[str]) -> None:
    events = [(type_, new_id()) for type_ in types]
    token = format_token(events)
    for service in ("content", "scheduler", "publisher", "billing", "identity"):
        consumed = {
            (queue.name, event_id)
            for type_, event_id in events
            for queue in ALL_QUEUES
            if queue.service == service and type_ in map(type_of, queue.events) and type_ != "audit.recorded.v1"
        }
        assert consistency._expected(service, [token]) == consumed


def test_several_tokens_are_joined_by_commas_or_sent_as_several_headers() -> None:
    first, second = (format_token([("content.approved.v1", new_id())]) for _ in range(2))
    joined = consistency._expected("scheduler", [f"{first} , {second},{first}"])
    assert joined == consistency._expected("scheduler", [first, second])
    assert len(joined) == 2


def test_a_large_write_names_its_last_events() -> None:
    events = [("content.approved.v1", new_id()) for _ in range(MAX_EVENTS + 20)]
    expected = consistency._expected("scheduler", [format_token(events)])
    assert {event_id for _, event_id in expected} == {event_id for _, event_id in events[20:]}


def test_an_old_event_is_not_waited_for() -> None:
    long_ago = uuid.UUID(int=new_id().int - (61_000 << 80))
    assert consistency._expected("scheduler", [format_token([("content.approved.v1", long_ago)])]) == set()


@given(st.text(max_size=60).filter(lambda text: text.strip(" ,\t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0") != ""))
def test_a_made_up_token_is_refused_or_names_events(text: str) -> None:
    try:
        expected = consistency._expected("scheduler", [text])
    except ConsistencyTokenInvalidError:
        return
    entries = [entry for entry in text.split(",") if entry.strip()]
    assert all(len(base64.urlsafe_b64decode(entry.strip())) == 18 for entry in entries)
    assert len(expected) <= 2 * len(entries)


@pytest.mark.parametrize("token", ["nonsense", "AAAA", "é", "a" * 25, "=" * 24])
def test_a_malformed_token_is_refused(token: str) -> None:
    with pytest.raises(ConsistencyTokenInvalidError):
        consistency._expected("scheduler", [token])
