"""One form of each e-mail address: IDN domains in Unicode (UTS 46), the rest in lower case and NFC.

Stops, without a change, when two users have the same address in this form, or when an address is not one: such users
could not sign in any more, and which of two is the right one is for a person to decide.
"""

import unicodedata
from collections import defaultdict
from uuid import UUID

import sqlalchemy as sa
from alembic import op
from common.database.rls_v1 import all_rows
from email_validator import EmailNotValidError, validate_email

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    with all_rows(op, "identity", '"user"', "invitation"):
        _rewrite_all(op.get_bind())


def _rewrite_all(connection: sa.Connection) -> None:
    users = _emails(connection, 'SELECT id, email FROM identity."user"')
    invitations = _emails(connection, "SELECT id, email FROM identity.invitation WHERE accepted_at IS NULL")
    by_form = defaultdict[str | None, list[UUID]](list)
    for user_id, email in users.items():
        by_form[_canonical(email)].append(user_id)
    invalid = by_form.pop(None, [])
    problems = [f"users with one address: {_list(ids)}" for ids in by_form.values() if len(ids) > 1]
    if invalid:
        problems.append(f"users whose address is not valid: {_list(invalid)}")
    if problems:
        raise ValueError(
            "give each of these users (identity.user.id) an e-mail address of its own, then migrate again: "
            + "; ".join(problems)
        )
    _rewrite(connection, 'UPDATE identity."user" SET email = :email WHERE id = :id', users)
    _rewrite(connection, "UPDATE identity.invitation SET email = :email WHERE id = :id", invitations)


def _emails(connection: sa.Connection, query: str) -> dict[UUID, str]:
    return {row.id: row.email for row in connection.execute(sa.text(query))}


def _rewrite(connection: sa.Connection, statement: str, emails: dict[UUID, str]) -> None:
    for entity_id, email in emails.items():
        canonical = _canonical(email)
        if canonical not in {None, email}:
            connection.execute(sa.text(statement), {"id": entity_id, "email": canonical})


def _list(ids: list[UUID]) -> str:
    return ", ".join(map(str, sorted(ids)))


def _canonical(email: str) -> str | None:
    """Return the form as of this migration; the service's own function may change later."""
    try:
        parsed = validate_email(email, check_deliverability=False, test_environment=True, strict=True)
    except EmailNotValidError:
        return None
    local = unicodedata.normalize("NFC", parsed.local_part.lower())
    return f"{local}@{parsed.domain}" if "." in parsed.domain else None
