"""The status page as HTML: whatever the texts are, and for every state."""

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from sandbox.status.page import duration, excerpt, relative, render
from sandbox.status.snapshot import Concern, DueDepth, Known, Part, Post, QueueDepth, Snapshot, State

NOW = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)
HOSTILE = "<script>alert('x')</script>"


def part(state: State = "ready") -> Part:
    reasons = [] if state == "ready" else [HOSTILE]
    return Part("publisher", "Deliveries", "service", state, reasons, pid=7, since=NOW - timedelta(hours=3), restarts=2)


def post(status: str = "published", arrivals: int | None = 1) -> Post:
    return Post(
        business=HOSTILE,
        platform="Facebook",
        account=HOSTILE,
        text=HOSTILE,
        picture="http://127.0.0.1:7410/media/1.png",
        due_at=NOW - timedelta(minutes=5),
        posted_at=NOW - timedelta(minutes=4),
        url=f"https://network.example/{HOSTILE}",
        status=status,
        reason=HOSTILE,
        arrivals=arrivals,
    )


def snapshot(
    state: State = "ready", *, posts: list[Post] | None = None, dead: int = 0, pictures: str | None = None
) -> Snapshot:
    return Snapshot(
        NOW,
        [part(state)],
        Known([QueueDepth("publisher.due", "publisher", 3, 0, dead)]),
        Known([DueDepth("publisher.delivery", "Posts", 4, 200.0, 1, 2, NOW + timedelta(days=3))]),
        Known(posts or []),
        Known([Concern("Failed", HOSTILE, HOSTILE, NOW, HOSTILE)] if dead else []),
        amqp_url="amqp://127.0.0.1:5672/",
        pictures=pictures,
    )


@pytest.mark.parametrize("status", ["pending", "sending", "reconciling", "unknown", "published", "failed", "cancelled"])
@pytest.mark.parametrize("arrivals", [None, 0, 1, 2])
def test_texts_of_users_stay_texts(status: str, arrivals: int | None) -> None:
    page = render(snapshot("down", posts=[post(status, arrivals)], dead=1))
    assert HOSTILE not in page
    assert page.count("<script") == 1
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("state", get_args(State))
def test_every_state_has_a_tone_and_its_reason_beside_it(state: State) -> None:
    page = render(snapshot(state))
    tone = {"ready": "good", "external": "good", "degraded": "warn"}.get(state, "bad")
    assert f'<b class="tag {tone}">{state}</b>' in page
    assert ("alert(" in page) == (state != "ready")


def test_pictures_of_another_origin_are_not_loaded() -> None:
    assert "<img" not in render(snapshot(posts=[post()]))
    assert "<img" not in render(snapshot(posts=[post()], pictures="http://127.0.0.1:7410/med"))
    assert "<img" in render(snapshot(posts=[post()], pictures="http://127.0.0.1:7410/media"))


def test_what_could_not_be_read_is_said_in_place_of_the_rows() -> None:
    known: Known[Post] = Known(problem="PostgreSQL can't be read: connection refused")
    read = snapshot()
    page = render(Snapshot(NOW, read.parts, read.queues, read.due, known, Known(problem=known.problem)))
    assert page.count("PostgreSQL can&#39;t be read: connection refused") == 2
    assert "No post has been due yet" not in page
    assert "Nothing. No post" not in page


def test_dead_letters_come_with_the_command_that_lists_them() -> None:
    command = "AMQP_URL=amqp://127.0.0.1:5672/ .venv/bin/python -m publisher dead-letters list --queue publisher.due"
    assert command in render(snapshot(dead=2))
    assert "dead-letters" not in render(snapshot())


def test_the_verdict_names_the_worst() -> None:
    assert snapshot("down", dead=1).verdict == ("bad", "Not ready: publisher.")
    assert snapshot("degraded", dead=1).verdict[0] == snapshot("degraded").verdict[0] == "warn"
    assert snapshot().verdict == ("good", "Everything is ready.")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (0.25, "250 ms"), (59, "59 s"), (119, "119 s"), (120, "2 min"), (7200, "2 h"), (86_400, "1 d")],
)
def test_durations_have_one_unit(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_times_are_relative_in_both_directions() -> None:
    assert relative(NOW - timedelta(minutes=3), NOW) == "3 min ago"
    assert relative(NOW + timedelta(days=2), NOW) == "in 2 d"
    assert relative(NOW + timedelta(milliseconds=10), NOW) == "now"


def test_an_excerpt_ends_with_a_whole_word() -> None:
    assert excerpt("one\n\ntwo") == "one two"
    assert excerpt("word " * 100).endswith("word …")
    assert len(excerpt("word " * 100)) <= 142
