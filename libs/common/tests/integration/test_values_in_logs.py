"""No value of a failed statement, and nothing of a dead letter's content, reaches the log."""

import io
import json
import logging
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
import structlog
from common.database import Database
from common.due import Done, DueLoop, DueRow, DueTable, Outcome
from common.ids import new_id
from common.messaging.processor import note_dead_letter
from common.telemetry import configure_logging
from pulseworks_contracts import AccountCreated, Event
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from testing.servers import DatabaseServer

MARKER = "ana.marker@example.com"
TABLE = """
CREATE TABLE probe.kinds (
    id uuid PRIMARY KEY, account_id uuid NOT NULL, email text UNIQUE, short varchar(5),
    chosen text CHECK (chosen = 'a'),
    needed text NOT NULL DEFAULT '', parent uuid REFERENCES probe.kinds (id), span int4range,
    EXCLUDE USING gist (span WITH &&), number integer, document jsonb, day date
);
GRANT ALL ON probe.kinds TO probe
"""
# Each is given the marker as :m and a new id as :id, and fails after a row with the same e-mail address was inserted.
STATEMENTS = {
    "unique": "INSERT INTO probe.kinds (id, account_id, email) VALUES (:id, :id, :m)",
    "check": "INSERT INTO probe.kinds (id, account_id, chosen) VALUES (:id, :id, :m)",
    "length": "INSERT INTO probe.kinds (id, account_id, short) VALUES (:id, :id, :m)",
    "not null": "INSERT INTO probe.kinds (id, account_id, email, needed) VALUES (:id, :id, 'x' || :m, NULL)",
    "foreign key": "INSERT INTO probe.kinds (id, account_id, short, parent) VALUES (:id, :id, 'y', gen_random_uuid())",
    "number": "SELECT CAST(CAST(:m AS text) AS integer)",
    "number of the driver": "INSERT INTO probe.kinds (id, account_id, number) VALUES (:id, :id, :m)",
    "id of the driver": "SELECT * FROM probe.kinds WHERE id = :m",
    "document": "SELECT CAST(CAST(:m AS text) AS jsonb)",
    "day": "SELECT CAST(CAST(:m AS text) AS date)",
    "pattern": "SELECT 'x' ~ ('(' || CAST(:m AS text))",
    "cast in a column": "UPDATE probe.kinds SET number = CAST(email AS integer) WHERE email = :m",
    "cardinality": "SELECT (SELECT x FROM (VALUES (CAST(:m AS text)), ('y')) AS t (x))",
    "unknown table": "SELECT :m FROM probe.missing",
    "right": "INSERT INTO probe.alembic_version VALUES (:m)",
    "raised": "SELECT probe.raise_with(:m)",
}
RAISE = """
CREATE FUNCTION probe.raise_with(value text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  RAISE unique_violation USING MESSAGE = 'refused', DETAIL = value, HINT = value;
END $$
"""


@pytest.fixture
async def kinds(database: Database, database_server: DatabaseServer) -> AsyncIterator[Database]:
    import asyncpg  # noqa: PLC0415 - beside the only use

    admin = await asyncpg.connect(database_server.url)
    await admin.execute(TABLE + ";" + RAISE)
    async with database.transaction() as session:
        insert = text("INSERT INTO probe.kinds (id, account_id, email) VALUES (:id, :id, :m)")
        await session.execute(insert, {"id": new_id(), "m": MARKER})
    yield database
    await admin.execute("DROP TABLE probe.kinds; DROP FUNCTION probe.raise_with")
    await admin.close()


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], str]]:
    """Log as a process does; return what it has written."""
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    written = io.StringIO()
    configure_logging("probe")
    for handler in root.handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(written)
    structlog.configure(cache_logger_on_first_use=False)
    yield written.getvalue
    root.handlers[:], root.level = handlers, level
    logging.captureWarnings(capture=False)
    structlog.configure(**before)


@pytest.mark.parametrize("kind", list(STATEMENTS))
async def test_the_error_of_a_statement_has_no_value(kinds: Database, log: Callable[[], str], kind: str) -> None:
    statement = text(STATEMENTS[kind])
    parameters = {name: value for name, value in (("id", new_id()), ("m", MARKER)) if f":{name}" in STATEMENTS[kind]}
    with pytest.raises(DBAPIError) as caught:
        async with kinds.transaction() as session:
            await session.execute(statement, parameters)

    structlog.get_logger("probe").error(
        "failed", error=repr(caught.value), text=str(caught.value), exc_info=caught.value
    )

    line = json.loads(log())
    assert MARKER not in log()
    assert "DBAPIError" in line["exception"] or "Error" in line["error"]
    assert str(getattr(caught.value.orig, "sqlstate", ""))[:2] in {"22", "23", "21", "42"}


class Strict(BaseModel):
    number: int


def failing(work: Callable[[], object]) -> Exception:
    try:
        work()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what the test is about
        return error
    raise AssertionError("it did not fail")


def event_with(**data: object) -> str:
    body = {
        "specversion": "1.0", "id": str(new_id()), "source": "/identity", "type": "identity.account_created.v1",
        "account_id": str(new_id()), "subject": "x", "time": "2026-11-02T09:00:00Z", "data": data,
    }  # fmt: skip
    return json.dumps(body)


def nested(text_: str) -> object:
    try:
        return int(text_)
    except ValueError as error:
        raise RuntimeError(f"bad: {text_}") from error


DEAD: dict[str, Callable[[], object]] = {
    "a field": lambda: AccountCreated.model_validate_json(event_with(revision=MARKER, name=1)),
    "the account": lambda: Event.model_validate({"account_id": MARKER}),
    "no JSON": lambda: AccountCreated.model_validate_json(f"{{{MARKER}"),
    "no JSON for the standard library": lambda: json.loads(f'"{MARKER}'),
    "no text": (MARKER.encode() + b"\xff").decode,
    "a value": lambda: int(MARKER),
    "a key": lambda: {"known": 1}[MARKER],
    "another model": lambda: Strict.model_validate({"number": MARKER}),
    "a cause": lambda: nested(MARKER),
}


@pytest.mark.parametrize("kind", list(DEAD))
def test_a_dead_letter_is_logged_without_its_content(log: Callable[[], str], kind: str) -> None:
    trace_id = secrets.token_hex(16)
    headers = {"traceparent": f"00-{trace_id}-{secrets.token_hex(8)}-01"}
    message: Any = SimpleNamespace(routing_key="identity.account_created.v1", message_id=str(new_id()), headers=headers)

    note_dead_letter(message, failing(DEAD[kind]))

    line = json.loads(log())
    assert MARKER not in log()
    assert (line["event"], line["event_id"]) == ("event_dead_lettered", message.message_id)
    assert line["trace_id"] == trace_id
    assert line["error"]
    assert "test_values_in_logs.py" in line["frames"], "where it was raised"


async def test_a_failed_run_is_logged_with_its_trace_and_without_invalid_input(
    log: Callable[[], str], database: Database
) -> None:
    async def run(_row: DueRow) -> Outcome:
        Strict.model_validate({"number": MARKER})
        return Done()

    trace_id, now = secrets.token_hex(16), datetime.now(UTC)
    values = {"traceparent": f"00-{trace_id}-{secrets.token_hex(8)}-01"}
    row = DueRow(new_id(), new_id(), now, now, 1, new_id(), redelivered=False, values=values)
    await DueLoop(database, DueTable("probe", "job"), run)._run_row(run, row)

    line = json.loads(log().splitlines()[-1])
    assert (line["event"], line["trace_id"]) == ("due_run_failed", trace_id)
    assert "number" in line["exception"]
    assert MARKER not in log()
