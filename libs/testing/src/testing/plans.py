"""The plans of the statements that a call really sends."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from common.database import Database
from sqlalchemy import event

_READS = ("SELECT", "WITH")
_DISCARDED = ("Rows Removed by Filter", "Rows Removed by Index Recheck")


@dataclass
class Statements:
    """The statements of a database while they were recorded, with their parameters."""

    sent: list[tuple[str, Any]] = field(default_factory=list)

    @property
    def reads(self) -> list[tuple[str, Any]]:
        """Those that read tables."""
        return [(text, values) for text, values in self.sent if text.startswith(_READS) and "FROM " in text]


@dataclass(frozen=True)
class Plan:
    """How PostgreSQL executed a statement."""

    statement: str
    nodes: tuple[dict[str, Any], ...]
    blocks: int
    """Blocks of tables and indexes that it looked at."""

    @property
    def rows_read(self) -> int:
        """Rows that scans returned or discarded."""
        return sum(
            round(node["Actual Loops"] * (node["Actual Rows"] + sum(node.get(name, 0) for name in _DISCARDED)))
            for node in self.nodes
            if "Scan" in node["Node Type"]
        )

    def __str__(self) -> str:
        kinds = [f"{node['Node Type']} {node.get('Index Name', node.get('Relation Name', ''))}" for node in self.nodes]
        return f"{' < '.join(kinds)}: {self.rows_read} rows, {self.blocks} blocks"


@contextmanager
def recorded(database: Database) -> Iterator[Statements]:
    """Record what is sent through the runtime pool."""
    statements = Statements()

    def record(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        statements.sent.append((statement, parameters))

    event.listen(database.engine.sync_engine, "before_cursor_execute", record)
    try:
        yield statements
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", record)


async def plans(database: Database, account_id: UUID, statements: Statements) -> list[Plan]:
    """Execute the reads again as the account, under the runtime role, and return their plans."""
    found = []
    async with database.transaction(account_id) as session:
        connection = await session.connection()
        for statement, parameters in statements.reads:
            explained = await connection.exec_driver_sql(
                f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {statement}", parameters
            )
            answer = explained.scalar_one()
            plan = (json.loads(answer) if isinstance(answer, str) else answer)[0]["Plan"]
            blocks = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
            found.append(Plan(statement, tuple(_nodes(plan)), blocks))
    return found


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from _nodes(inner)
