"""The arithmetic of the capacity model, and that docs/scaling.md quotes what it prints."""

from pathlib import Path

import pytest
from capacity.__main__ import tables
from capacity.behaviour import Behaviour, Peaks, simulate
from capacity.model import SERVICES, Limits, growth, load

_DOCUMENT = Path(__file__).parents[2] / "docs" / "scaling.md"
_PROCESSES = (*SERVICES, "postgresql", "rabbitmq")
_PHASES = ("onboarding", "generation", "approval", "scheduling", "delivery", "get", "list", "sign_in")
_PEAKS = Peaks(
    posts_a_month=12,
    due_at_one_minute=0.6,
    due_in_one_hour=1.2,
    posts_written_in_one_hour=0.36,
    requests_in_one_hour=3.6,
    sign_ins_in_one_hour=0.036,
)


def costs() -> dict[str, object]:
    """Each operation takes 1 ms of each process, and a generation 100 ms of content."""
    used = {phase: dict.fromkeys(_PROCESSES, 1.0) for phase in _PHASES}
    used["generation"]["content"] = 100.0
    return {
        "processor_ms": used,
        "events_a_post": 10.0,
        "event_bytes": 1024,
        "wal_bytes_a_post": 2**20,
        "picture_bytes": 2**20,
        "table_bytes": {"content.content_item": 1000, "scheduler.inbox": 100, "identity.account": 500},
        "rows_a_post": {"content.content_item": 1.0, "scheduler.inbox": 4.0, "identity.account": 0.1},
    }


def test_a_case_worked_by_hand() -> None:
    """10,000 accounts: 10 requests, 0.1 sign-ins and 1 post written a second, and 6,000 posts due at one minute."""
    found = load(10_000, _PEAKS, costs(), Behaviour(), Limits())

    assert found.requests_a_second == pytest.approx(10)
    assert found.deliveries_a_second == pytest.approx(20)  # 6,000 in 300 s
    assert found.calls_in_flight == pytest.approx(40)  # each takes 2 s
    # 10 requests, 0.1 sign-ins, 1 generation, 1 approval, 2 schedulings and 20 deliveries a second, 1 ms each
    assert found.cores["gateway"] == pytest.approx(0.0341)
    assert found.cores["content"] == pytest.approx(0.0331 + 0.1)
    assert found.replicas == dict.fromkeys(SERVICES, 2) | {"publisher": 8}  # 40 calls, 5 in each
    # 2 * (6 + 11) of identity, scheduler and billing, 2 * (6 + 14) of content, 8 * (6 + 15) of publisher
    assert found.connections == 3 * 34 + 40 + 168
    assert found.events_a_second == pytest.approx(110)  # 1 post written and 10 posts (on two platforms) sent a second
    assert found.model_calls_a_minute == pytest.approx(65)
    assert next(iter(found.saturation)) == "calls to Ayrshare at a time"
    assert found.saturation["calls to Ayrshare at a time"] == pytest.approx(40 / 30)
    assert found.saturation["connections to PostgreSQL"] == pytest.approx(310 / 500)


def test_tables_grow_with_what_is_kept() -> None:
    sizes = {table: (days, size) for table, days, size in growth(1000, _PEAKS, costs())}

    assert {table: days for table, (days, _) in sizes.items()} == {
        "content.content_item": None,
        "scheduler.inbox": 31,
        "identity.account": None,
    }
    assert sizes["content.content_item"][1] == pytest.approx(1000 * 12 * 12 * 1000)
    assert sizes["scheduler.inbox"][1] == pytest.approx(1000 * 12 * 12 * 4 * 100 * 31 / 365)
    assert sizes["identity.account"][1] == pytest.approx(1000 * 500)


def test_the_busiest_minute_is_nine_o_clock_in_the_largest_zone() -> None:
    one_zone = Behaviour(plans=((26, 1.0),), zones=((0, 1.0),), at_nine=1.0, platforms=1)
    peaks = simulate(one_zone, accounts=2000)

    # 26 posts a month are 6 a week, on five days
    assert peaks.due_at_one_minute == pytest.approx(6 / 5, rel=0.1)
    assert peaks.due_in_one_hour == peaks.due_at_one_minute
    assert simulate(one_zone, accounts=2000) == peaks


def test_the_document_quotes_the_tables() -> None:
    text = _DOCUMENT.read_text(encoding="utf-8")
    assert [name for name, table in tables().items() if table not in text] == []
