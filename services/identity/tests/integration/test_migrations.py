"""What a migration does to existing rows."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from common.ids import new_id
from testing.migrations import OldDatabase, database_before
from testing.servers import DatabaseServer

ACCOUNT = (
    "INSERT INTO identity.account (id, name, timezone, revision) VALUES ($1, 'Harbour Bakery', 'Pacific/Auckland', 1)"
)
USER = """
    INSERT INTO identity."user" (id, account_id, email, password_hash, role, active)
    VALUES ($1, $2, $3, '-', 'OWNER', true)
"""
INVITATION = """
    INSERT INTO identity.invitation (id, account_id, email, role, token_hash, invited_by, created_at, expires_at,
        accepted_at)
    SELECT $1, account_id, $3, 'MEMBER', uuid_send($1), id, now(), now(), $4 FROM identity."user" WHERE id = $2
"""
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


async def _add_user(old: OldDatabase, email: str) -> UUID:
    """Add an account with one user, whose address is stored as earlier versions did."""
    account_id, user_id = new_id(), new_id()
    await old.connection.execute(ACCOUNT, account_id)
    await old.connection.execute(USER, user_id, account_id, email)
    return user_id


async def _emails(old: OldDatabase) -> dict[UUID, str]:
    return dict(await old.connection.fetch('SELECT id, email FROM identity."user"'))


async def test_migration_0005_rewrites_stored_addresses(database_server: DatabaseServer, service_name: str) -> None:
    async with database_before(database_server, service_name, "0005") as old:
        rewritten = await _add_user(old, "zoé@xn--mller-kva.example")
        kept = await _add_user(old, "ana@example.com")
        for accepted_at in (None, NOW):
            await old.connection.execute(INVITATION, new_id(), kept, "zoé@xn--mller-kva.example", accepted_at)

        await old.upgrade()

        assert await _emails(old) == {rewritten: "zoé@müller.example", kept: "ana@example.com"}
        invitations = dict(await old.connection.fetch("SELECT accepted_at, email FROM identity.invitation"))
        assert invitations == {None: "zoé@müller.example", NOW: "zoé@xn--mller-kva.example"}


@pytest.mark.parametrize(
    ("emails", "problem"),
    [
        (("zoé@müller.example", "zoé@xn--mller-kva.example"), "users with one address"),
        (("a..b@example.com", "ana@example.com"), "whose address is not valid"),
    ],
)
async def test_migration_0005_names_users_that_it_can_not_decide_about_and_changes_nothing(
    database_server: DatabaseServer, service_name: str, emails: tuple[str, str], problem: str
) -> None:
    async with database_before(database_server, service_name, "0005") as old:
        users = {await _add_user(old, email): email for email in (*emails, "info@xn--bcher-kva.example")}

        with pytest.raises(ValueError, match=problem) as stopped:
            await old.upgrade()

        assert await _emails(old) == users
    assert str(next(iter(users))) in str(stopped.value)
    assert not any(email in str(stopped.value) for email in emails)
