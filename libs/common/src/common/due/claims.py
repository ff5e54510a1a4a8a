"""The SQL of a claim: which due rows come first, and their lease."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from common.due.table import DueRow, DueTable

_FIELDS = ("id", "account_id", "was_due_at", "claimed_at", "attempts", "redelivered")


def earliest_first(table: DueTable) -> str:
    """Return the statement that claims the earliest due rows: $1 the limit, $2 the lease's length, $3 its id.

    Its first two columns are the seconds until the next row is due, and whether due rows are left that others hold.
    It always returns a row, so that these two are known even when nothing was claimed. The index on ``due_at`` serves
    both, from its two sides of the present.
    """
    name = table.qualified
    due = f"""
        SELECT id, due_at, lease_owner FROM {name}
        WHERE due_at <= statement_timestamp() ORDER BY due_at LIMIT $1::int FOR UPDATE SKIP LOCKED
    """
    return f"""
        WITH {_leased(table, due)}, later AS (
            {seconds_until_later(table, "statement_timestamp()")}
        ), left_over AS (
            SELECT (SELECT count(*) FROM due) < $1::int AND EXISTS (
                SELECT FROM {name} WHERE due_at <= statement_timestamp() AND id NOT IN (SELECT id FROM due)
            ) AS some
        )
        SELECT later.seconds, left_over.some, {_columns(table)}
        FROM later CROSS JOIN left_over LEFT JOIN leased ON true
    """


def by_account(table: DueTable) -> str:
    """Return the statement that claims due rows account by account, in the order of the accounts' ids.

    $1 the limit, $2 the lease's length, $3 its id, $4 the most rows of one account; $5 accounts that have rows in
    flight, and $6 how many, which count towards $4; $7 the accounts among them that have $4 already; $8 the account
    to start after. It does not start over at the first account. It needs an index on ``(account_id, due_at)``.
    """
    next_account = f"""
        SELECT account_id FROM {table.qualified}
        WHERE account_id > {{}} AND due_at <= now() AND account_id <> ALL($7::uuid[])
        ORDER BY account_id, due_at LIMIT 1
    """
    due = f"""
        WITH RECURSIVE turn (account_id, number) AS (
            (SELECT first.account_id, 1 FROM ({next_account.format("$8::uuid")}) AS first)
            UNION ALL
            SELECT following.account_id, turn.number + 1
            FROM turn CROSS JOIN LATERAL ({next_account.format("turn.account_id")}) AS following
            WHERE turn.number < $1::int
        ), allowance AS (
            SELECT turn.account_id, turn.number, $4::int - coalesce(in_flight.count, 0) AS rows
            FROM turn LEFT JOIN unnest($5::uuid[], $6::int[]) AS in_flight (account_id, count)
                 ON in_flight.account_id = turn.account_id
        )
        SELECT row.id, row.due_at, row.lease_owner
        FROM (SELECT * FROM allowance ORDER BY number) AS allowance CROSS JOIN LATERAL (
            SELECT id, due_at, lease_owner FROM {table.qualified}
            WHERE account_id = allowance.account_id AND due_at <= now()
            ORDER BY due_at LIMIT allowance.rows FOR UPDATE SKIP LOCKED
        ) AS row
        LIMIT $1::int
    """
    return f"WITH {_leased(table, due)} SELECT {_columns(table)} FROM leased"


def seconds_until_later(table: DueTable, now: str = "now()") -> str:
    """Return the query for the seconds until the earliest row that is not due at ``now``; null when there is none."""
    return (
        f"SELECT extract(epoch FROM min(due_at) - statement_timestamp())::float8 AS seconds FROM {table.qualified} "
        f"WHERE due_at > {now}"
    )


def due_row(values: Sequence[Any], table: DueTable, lease: UUID) -> DueRow:
    """Return a claimed row from its columns in a claim's result."""
    id_, account_id, due_at, claimed_at, attempts, redelivered, *further = values
    return DueRow(
        id=id_,
        account_id=account_id,
        due_at=due_at,
        claimed_at=claimed_at,
        attempts=attempts,
        lease=lease,
        redelivered=redelivered,
        values=dict(zip(table.columns, further, strict=True)),
    )


def _leased(table: DueTable, due: str) -> str:
    """Return the CTEs that lease what the query ``due`` selects (id, due_at, lease_owner)."""
    further = "".join(f", t.{column}" for column in table.columns)
    return f"""
        due AS MATERIALIZED ({due}), leased AS (
            UPDATE {table.qualified} AS t
            SET due_at = statement_timestamp() + $2::interval, lease_owner = $3::uuid, attempts = t.attempts + 1
            FROM due WHERE t.id = due.id
            RETURNING t.id, t.account_id, due.due_at AS was_due_at, statement_timestamp() AS claimed_at, t.attempts,
                      due.lease_owner IS NOT NULL AS redelivered{further}
        )
    """


def _columns(table: DueTable) -> str:
    return ", ".join(f"leased.{name}" for name in (*_FIELDS, *table.columns))
