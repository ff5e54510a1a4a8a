import json
import logging
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from common.telemetry import configure_logging, configure_tracing, redact


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, show = root.handlers[:], root.level, warnings.showwarning
    before = structlog.get_config()
    yield
    logging.captureWarnings(capture=False)
    root.handlers[:], warnings.showwarning = handlers, show
    root.setLevel(level)
    structlog.configure(**before)
    structlog.contextvars.clear_contextvars()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_line_is_an_event_with_fields_and_the_ids_bound_at_the_edge(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("probe")
    structlog.contextvars.bind_contextvars(request_id="r1")
    structlog.get_logger("a").info("post_sent", attempt=2)
    (line,) = lines(capsys)
    assert line["event"] == "post_sent"
    assert (line["attempt"], line["request_id"], line["service"], line["level"]) == (2, "r1", "probe", "info")
    assert line["timestamp"].endswith("Z")


def test_other_loggers_use_the_same_format(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("probe")
    logging.getLogger("uvicorn.error").warning("lost %s", "x", extra={"port": 1})
    logging.getLogger("aiormq").error("oops")
    logging.getLogger("httpx2").info("GET http://x/?key=1")
    assert [(line["event"], line["logger"]) for line in lines(capsys)] == [
        ("lost x", "uvicorn.error"),
        ("oops", "aiormq"),
    ]


def test_the_level_applies_to_all_loggers(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("probe", level="WARNING")
    structlog.get_logger("a").info("quiet")
    logging.getLogger("b").info("quiet")
    assert lines(capsys) == []


def test_a_traceback_is_part_of_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("probe")
    structlog.get_logger("a").error("failed", exc_info=ZeroDivisionError("why"))
    assert "ZeroDivisionError: why" in lines(capsys)[0]["exception"]


def test_console_lines_are_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("probe", style="console")
    structlog.get_logger("a").info("post_sent", attempt=2)
    assert "attempt=2" in capsys.readouterr().err


@pytest.mark.invariant("M3")
@pytest.mark.parametrize(
    "fields",
    [
        {"password": "hunter2"},
        {"api_key": "hunter2"},
        {"Authorization": "hunter2"},
        {"profile_key": "hunter2"},
        {"headers": {"Profile-Key": "hunter2", "cookie": ["hunter2"]}},
        {"url": "amqp://user:hunter2@host/"},
        {"error": "failed at postgresql+asyncpg://u:hunter2@h/d?x=1"},
        {"event": "sent Authorization: Bearer hunter2.hunter2-hunter2"},
        {"nested": [{"refresh_token": "hunter2"}]},
    ],
    ids=str,
)
def test_secrets_are_hidden(fields: dict[str, Any]) -> None:
    assert "hunter2" not in json.dumps(dict(redact(None, "info", fields)))


def test_other_values_are_not_hidden() -> None:
    fields = {"event": "x", "account_id": "1", "url": "http://host/path", "nested": {"a": [1, None]}, "password": None}
    assert dict(redact(None, "info", fields)) == fields


@pytest.mark.invariant("M3")
def test_secrets_in_tracebacks_are_hidden(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("probe")
    structlog.get_logger("a").error("failed", exc_info=ConnectionError("amqp://user:hunter2@host/ refused"))
    assert "hunter2" not in capsys.readouterr().err


def test_without_an_endpoint_nothing_is_traced() -> None:
    assert configure_tracing("probe", None) is None


TOKEN = "Aa0_-" + 38 * "x"


@pytest.mark.parametrize(
    "text",
    [
        f"GET http://scheduler/api/schedule/calendar/{TOKEN}.ics failed",
        f"GET /callback?state=1&access_token={TOKEN}#x",
        f"Cannot connect: '/hook?api-key={TOKEN}'",
        f"https://user:{TOKEN}@example.com/",
    ],
)
def test_secrets_in_paths_and_queries_of_a_text_are_hidden(text: str) -> None:
    hidden = redact(None, "info", {"error": text, "parts": [{"url": text}]})
    assert TOKEN not in repr(hidden)


def test_ids_and_ordinary_paths_stay_readable() -> None:
    text = "/api/content/0193a5c0-0000-7000-8000-00000000000e/approve?month=2026-12 /usr/lib/python3/site-packages/x.py"
    assert redact(None, "info", {"error": text})["error"] == text
