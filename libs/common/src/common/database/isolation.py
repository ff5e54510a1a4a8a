"""What keeps accounts apart on the server: the attributes and memberships of a service's roles, and its policies.

Roles belong to the whole server and are often made before the service is installed, by Terraform or by hand. Such a
role can switch row-level security off without any error: it inherits the cross-account role, bypasses the policies, or
owns the tables. So ``migrate`` repairs what differs, and each process asks the server before it is ready.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

VERSION_TABLE = "alembic_version"

# PostgreSQL 16 stores for each membership whether it is inherited; before, the member's attribute decides.
_MEMBERSHIP_OPTIONS = 160_000

# Attributes by their column in pg_roles, with the words of CREATE ROLE: what a role of a service must not have.
_FORBIDDEN = {
    "rolsuper": ("SUPERUSER", "NOSUPERUSER"),
    "rolbypassrls": ("BYPASSRLS", "NOBYPASSRLS"),
    "rolcreaterole": ("CREATEROLE", "NOCREATEROLE"),
    "rolreplication": ("REPLICATION", "NOREPLICATION"),
}

# Defaults of a role or database with which sessions would be another role or account from the start.
_FORBIDDEN_SETTINGS = ["role", "session_authorization", "app.account_id", "row_security"]


@dataclass(frozen=True)
class Fault:
    """One way in which the server does not keep accounts apart, and the statements that repair it."""

    text: str
    repairs: tuple[str, ...]


def quoted(name: str) -> str:
    """Return an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def role_faults(connection: Connection, service: str) -> list[Fault]:
    """Return what is wrong with the service's three roles, which must exist."""
    names = _Roles(service)
    rows = connection.execute(_ROLES, {"roles": names.all}).mappings()
    faults = [fault for row in rows for fault in _attribute_faults(names, row)]
    for row in connection.execute(_SETTINGS, {"roles": names.all, "settings": _FORBIDDEN_SETTINGS}).mappings():
        role, database, setting = row["role"], row["database"], row["setting"]
        if role is None and database:
            faults.append(
                Fault(f"the database sets {setting}", (f"ALTER DATABASE {quoted(database)} RESET {setting}",))
            )
        else:
            place = f" IN DATABASE {quoted(database)}" if database else ""
            repair = f"ALTER ROLE {quoted(role) if role else 'ALL'}{place} RESET {setting}"
            faults.append(Fault(f"the role {role or 'ALL'} sets {setting}", (repair,)))
    server_version = int(connection.execute(text("SHOW server_version_num")).scalar_one())
    memberships = connection.execute(_MEMBERSHIPS, {"roles": names.all}).mappings().all()
    return faults + _membership_faults(names, memberships, has_options=server_version >= _MEMBERSHIP_OPTIONS)


def table_faults(connection: Connection, service: str, owner: str) -> list[Fault]:
    """Return what is wrong with the service's schema and tables; repairs make ``owner`` own them."""
    names = _Roles(service)
    faults = []
    schema_owner = connection.execute(_SCHEMA_OWNER, {"schema": service}).scalar_one_or_none()
    if schema_owner in names.all:
        # a new owner takes over the rights of the old one, which therefore needs them again
        roles = ", ".join(map(quoted, names.all))
        repairs = (
            f"ALTER SCHEMA {quoted(service)} OWNER TO {quoted(owner)}",
            f"GRANT USAGE ON SCHEMA {quoted(service)} TO {roles}",
        )
        faults.append(Fault(f"{schema_owner} owns the schema {service}", repairs))
    parameters = {"schema": service, "version_table": VERSION_TABLE}
    for row in connection.execute(_TABLES, parameters).mappings():
        table = f"{quoted(service)}.{quoted(row['name'])}"
        label = f"{service}.{row['name']}"
        if row["owner"] in names.all:
            rights = f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {quoted(row['owner'])}"
            repairs = (f"ALTER TABLE {table} OWNER TO {quoted(owner)}", rights)
            faults.append(Fault(f"{row['owner']} owns the table {label}", repairs))
        if not (row["enabled"] and row["forced"]):
            forced = tuple(f"ALTER TABLE {table} {word} ROW LEVEL SECURITY" for word in ("ENABLE", "FORCE"))
            faults.append(Fault(f"row-level security is not forced on {label}", forced))
        if not row["has_policy"]:
            faults.append(Fault(f"{label} has no policy", ()))
        for policy in row["public_policies"]:
            repair = f"DROP POLICY {quoted(policy)} ON {table}"
            faults.append(Fault(f"the policy {policy} of {label} applies to every role", (repair,)))
    return faults


def faults_for_readiness(connection: Connection, service: str) -> list[str]:
    """Return all that is wrong, as the server itself reports it to the runtime role."""
    names = _Roles(service)
    faults = [fault.text for fault in role_faults(connection, service)]
    faults += [fault.text for fault in table_faults(connection, service, owner="")]
    login, acting = connection.execute(text("SELECT session_user, current_user")).one()
    if login != service:
        faults.insert(0, f"the process is logged in as {login} and not as {service}")
    elif acting != service:
        faults.insert(0, f"the process acts as {acting} and not as {service}")
    for role in (names.loop, names.lookup):
        if connection.execute(_HAS_RIGHTS, {"role": role}).scalar_one_or_none():
            faults.append(f"{login} has the rights of {role} in every transaction")
    return list(dict.fromkeys(faults))


class _Roles:
    def __init__(self, service: str) -> None:
        self.login = service
        self.loop = f"{service}_loop"
        self.lookup = f"{service}_lookup"
        self.all = [self.login, self.loop, self.lookup]

    def is_expected(self, membership: Any) -> bool:
        return (membership["member"], membership["role"]) == (self.login, self.loop)


def _attribute_faults(names: _Roles, row: Any) -> list[Fault]:
    name = str(row["rolname"])
    wrong = [(has, lacks) for column, (has, lacks) in _FORBIDDEN.items() if row[column]]
    if name == names.login:
        wrong += [("INHERIT", "NOINHERIT")] if row["rolinherit"] else []
        wrong += [] if row["rolcanlogin"] else [("NOLOGIN", "LOGIN")]
    elif row["rolcanlogin"]:
        wrong.append(("LOGIN", "NOLOGIN"))
    # one statement for each attribute: a login without the right to change one may still change the others
    return [Fault(f"the role {name} has {has}", (f"ALTER ROLE {quoted(name)} {lacks}",)) for has, lacks in wrong]


def _membership_faults(names: _Roles, memberships: Sequence[Any], *, has_options: bool) -> list[Fault]:
    def is_sound(row: Any) -> bool:
        set_only = not has_options or (not row["inherit_option"] and row["set_option"])
        return names.is_expected(row) and not row["admin_option"] and set_only

    sound = [row for row in memberships if is_sound(row)]
    faults = []
    for row in memberships:
        if row not in sound:
            # PostgreSQL 16 keeps the membership once for each role that granted it
            by = f" GRANTED BY {quoted(row['grantor'])}" if has_options else ""
            revoke = f"REVOKE {quoted(row['role'])} FROM {quoted(row['member'])}{by} CASCADE"
            faults.append(Fault(_membership_text(names, row), (revoke,)))
    if not sound:
        options = " WITH INHERIT FALSE, SET TRUE" if has_options else ""
        grant = f"GRANT {quoted(names.loop)} TO {quoted(names.login)}{options}"
        faults.append(Fault(f"{names.login} has no membership in {names.loop} that allows SET ROLE alone", (grant,)))
    return faults


def _membership_text(names: _Roles, row: Any) -> str:
    if not names.is_expected(row):
        return f"{row['member']} is a member of {row['role']}"
    if row["admin_option"]:
        return f"{row['member']} may grant {row['role']}"
    if row["inherit_option"]:
        return f"{row['member']} inherits the rights of {row['role']}"
    return f"{row['member']} may not act as {row['role']}"


_ROLES = text(
    "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolreplication, rolinherit, rolcanlogin "
    "FROM pg_roles WHERE rolname = ANY(:roles) ORDER BY rolname"
)
# to_jsonb, because the two options are columns since PostgreSQL 16 only
_MEMBERSHIPS = text(
    "SELECT member.rolname AS member, role.rolname AS role, grantor.rolname AS grantor, m.admin_option, "
    "(to_jsonb(m) ->> 'inherit_option')::boolean AS inherit_option, "
    "(to_jsonb(m) ->> 'set_option')::boolean AS set_option "
    "FROM pg_auth_members AS m JOIN pg_roles AS member ON member.oid = m.member "
    "JOIN pg_roles AS role ON role.oid = m.roleid LEFT JOIN pg_roles AS grantor ON grantor.oid = m.grantor "
    "WHERE member.rolname = ANY(:roles) ORDER BY 1, 2, 3"
)
_SETTINGS = text(
    "SELECT r.rolname AS role, d.datname AS database, split_part(entry, '=', 1) AS setting "
    "FROM pg_db_role_setting AS s LEFT JOIN pg_roles AS r ON r.oid = s.setrole "
    "LEFT JOIN pg_database AS d ON d.oid = s.setdatabase CROSS JOIN unnest(s.setconfig) AS entry "
    "WHERE (r.rolname = ANY(:roles) OR s.setrole = 0) AND split_part(entry, '=', 1) = ANY(:settings) "
    "AND (d.datname IS NULL OR d.datname = current_database()) ORDER BY 1, 2, 3"
)
_SCHEMA_OWNER = text("SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = :schema")
_TABLES = text(
    "SELECT relname AS name, pg_get_userbyid(relowner) AS owner, relrowsecurity AS enabled, "
    "relforcerowsecurity AS forced, EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid) AS has_policy, "
    "ARRAY(SELECT polname::text FROM pg_policy WHERE polrelid = c.oid AND polpermissive AND 0 = ANY(polroles)) "
    "AS public_policies "
    "FROM pg_class AS c WHERE relnamespace = to_regnamespace(:schema) AND relkind IN ('r', 'p') "
    "AND relname <> :version_table ORDER BY relname"
)
_HAS_RIGHTS = text("SELECT pg_has_role(session_user, oid, 'USAGE') FROM pg_roles WHERE rolname = :role")
