"""Row-level security for migrations, the same way for every tenant table. Frozen, like ``infrastructure_v1``.

The policy compares with the account of the transaction. ``nullif`` matters: after its first transaction a pooled
connection returns an empty string and not NULL for the setting, and the cast would raise.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from alembic.operations import Operations

_ACCOUNT = "nullif(current_setting('app.account_id', true), '')::uuid"
ALL_RIGHTS = "SELECT, INSERT, UPDATE, DELETE"

# A migration passes the module `alembic.op`, which is a stand-in for the operations of its run.
MigrationOperations = Operations | ModuleType


def enable_tenant_rls(op: MigrationOperations, schema: str, table: str, *, grants: str = ALL_RIGHTS) -> None:
    """Show the runtime role only the rows of the transaction's account, and let it write only those.

    FORCE applies it to the owner too, so that a test finds a table that was forgotten here.
    """
    name = f"{schema}.{table}"
    op.execute(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY tenant ON {name} TO {schema} "
        f"USING (account_id = {_ACCOUNT}) WITH CHECK (account_id = {_ACCOUNT})"
    )
    op.execute(f"GRANT {grants} ON {name} TO {schema}")


@contextmanager
def all_rows(op: MigrationOperations, schema: str, *tables: str) -> Iterator[None]:
    """Let the statements within see the rows of every account.

    FORCE hides them from an owner that is no superuser: a back-fill would change nothing, and would not fail.
    """
    for table in tables:
        op.execute(f"ALTER TABLE {schema}.{table} NO FORCE ROW LEVEL SECURITY")
    yield
    for table in tables:
        op.execute(f"ALTER TABLE {schema}.{table} FORCE ROW LEVEL SECURITY")


def allow_loop(op: MigrationOperations, schema: str, table: str, *, grants: str = "SELECT, UPDATE, DELETE") -> None:
    """Let the role of the service's cross-tenant loops see all rows of just this table."""
    op.execute(f"CREATE POLICY loop ON {schema}.{table} TO {schema}_loop USING (true) WITH CHECK (true)")
    op.execute(f"GRANT {grants} ON {schema}.{table} TO {schema}_loop")


def allow_lookup(op: MigrationOperations, schema: str, table: str) -> None:
    """Let the owner of the service's lookup functions read this table across accounts."""
    op.execute(f"CREATE POLICY lookup ON {schema}.{table} FOR SELECT TO {schema}_lookup USING (true)")
    op.execute(f"GRANT SELECT ON {schema}.{table} TO {schema}_lookup")


def create_lookup_function(op: MigrationOperations, schema: str, signature: str, returns: str, query: str) -> None:
    """Create a function that finds something before the account is known: login, refresh, reset, webhooks.

    It runs with the rights of ``<schema>_lookup``, a role without login that can only read.
    ``signature`` is for example ``find_user(email text)``; ``query`` one SELECT.
    """
    op.execute(
        f"CREATE FUNCTION {schema}.{signature} RETURNS {returns} LANGUAGE sql STABLE SECURITY DEFINER "
        f"SET search_path = {schema}, pg_temp AS $lookup$ {query} $lookup$"
    )
    op.execute(f"ALTER FUNCTION {schema}.{signature_types(signature)} OWNER TO {schema}_lookup")
    op.execute(f"REVOKE ALL ON FUNCTION {schema}.{signature_types(signature)} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {schema}.{signature_types(signature)} TO {schema}")


def signature_types(signature: str) -> str:
    """Return ``find_user(text)`` for ``find_user(email text)``, which is how PostgreSQL names a function."""
    name, _, arguments = signature.rstrip(")").partition("(")
    types = [argument.strip().partition(" ")[2] for argument in arguments.split(",") if argument.strip()]
    return f"{name}({', '.join(types)})"
