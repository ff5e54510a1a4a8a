"""The relay's span is a child of the emitter's span, or linked to it if the event waited for long."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from common.due import DueRow
from common.ids import new_id
from common.messaging import relay
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider

TRACE, SPAN = f"{1:032x}", f"{2:016x}"
EMITTED_UNDER = f"00-{TRACE}-{SPAN}-01"
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


def row(body: str, *, waited: timedelta = timedelta(0)) -> DueRow:
    values: dict[str, Any] = {"type": "content.approved.v1", "body": body.encode(), "created_at": NOW - waited}
    return DueRow(new_id(), new_id(), NOW, NOW, 1, new_id(), redelivered=False, values=values)


@pytest.fixture
def tracing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "is_tracing", lambda: True)
    monkeypatch.setattr(relay, "_tracer", TracerProvider().get_tracer("test"))


def test_without_tracing_the_emitters_context_is_passed_on() -> None:
    body = f'{{"subject":"x","traceparent":"{EMITTED_UNDER}","data":{{}}}}'
    assert relay._producer_span(row(body)) == (trace.INVALID_SPAN, EMITTED_UNDER)


def test_a_traceparent_inside_the_data_is_ignored() -> None:
    body = f'{{"subject":"x","data":{{"traceparent":"{EMITTED_UNDER}"}}}}'
    assert relay._producer_span(row(body)) == (trace.INVALID_SPAN, None)


@pytest.mark.usefixtures("tracing")
def test_an_event_that_is_sent_at_once_is_a_child_of_the_emitters_span() -> None:
    span, parent = relay._producer_span(row(f'{{"traceparent":"{EMITTED_UNDER}","data":{{}}}}'))
    assert isinstance(span, ReadableSpan)
    assert span.parent is not None
    assert f"{span.parent.span_id:016x}" == SPAN
    assert parent == f"00-{TRACE}-{span.get_span_context().span_id:016x}-01"
    assert not span.links


@pytest.mark.usefixtures("tracing")
def test_an_event_that_waited_for_days_starts_a_linked_trace() -> None:
    body = f'{{"traceparent":"{EMITTED_UNDER}","data":{{}}}}'
    span, parent = relay._producer_span(row(body, waited=timedelta(days=3)))
    assert isinstance(span, ReadableSpan)
    assert span.parent is None
    assert [f"{link.context.trace_id:032x}" for link in span.links] == [TRACE]
    assert parent is not None
    assert TRACE not in parent
