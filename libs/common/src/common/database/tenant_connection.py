"""The driver's connection: it begins a transaction and sets the transaction's account in one message."""

from typing import Any
from uuid import UUID

import asyncpg

__all__ = ["TenantConnection"]


class TenantConnection(asyncpg.Connection):  # type: ignore[misc] # asyncpg has no types
    """A connection whose next transaction can be given an account, for row-level security.

    A separate statement would be one more round trip in every request and every message.
    """

    account_of_next: UUID | None = None
    """The account of the next transaction. It is used once: the transaction after that has none."""

    async def execute(self, query: str, *args: Any, timeout: float | None = None) -> str:  # noqa: ASYNC109 - asyncpg's
        account_id, self.account_of_next = self.account_of_next, None
        if account_id is None:
            return str(await super().execute(query, *args, timeout=timeout))
        if args or not query.startswith("BEGIN"):
            raise RuntimeError(f"a transaction of account {account_id} was to begin, but the next statement is another")
        # `true`: until the end of the transaction. One message of several statements can't have parameters.
        statements = f"{query.rstrip(';')}; SELECT set_config('app.account_id', '{account_id}', true)"
        is_begun = False
        try:
            status = str(await super().execute(statements, timeout=timeout))
            is_begun = True
        finally:
            if not is_begun:  # an error or a cancellation: it may have begun, with or without the account
                self.terminate()
        return status
