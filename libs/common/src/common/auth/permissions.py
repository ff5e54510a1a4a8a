"""Which role has which permission: one table for all services, tested route by route."""

from enum import StrEnum

__all__ = ["PERMISSIONS", "Permission", "Role", "allows"]


class Role(StrEnum):
    """What a user of the account may do.

    `OWNER`: everything. `ADMIN`: everything except changing the subscription and managing owners.
    `MEMBER`: read all but invitations and the audit log, write briefs, generate posts, and edit unapproved posts.
    """

    OWNER = "OWNER"
    ADMIN = "ADMIN"
    MEMBER = "MEMBER"

    def is_above(self, other: "Role") -> bool:
        """Return whether this role may do more. Nobody gives, changes or takes away a role above their own."""
        order = list(Role)
        return order.index(self) < order.index(other)


class Permission(StrEnum):
    """A permission, as `area:action`. A user has those of their role.

    `x-permission` of an operation lists what it requires. It is absent if no sign-in is needed.
    """

    SESSION_OWN = "session:own"
    """The user's own sign-in: me, logout, sessions, password. Every role has it."""

    ACCOUNT_READ = "account:read"
    ACCOUNT_WRITE = "account:write"
    USER_READ = "user:read"
    USER_INVITE = "user:invite"
    USER_MANAGE = "user:manage"
    """Change the role of, deactivate or reactivate users other than an OWNER."""
    OWNER_MANAGE = "owner:manage"
    """Grant or remove the role OWNER, and deactivate an OWNER."""
    AUDIT_READ = "audit:read"

    BRIEF_READ = "brief:read"
    BRIEF_WRITE = "brief:write"
    BRAND_READ = "brand:read"
    BRAND_WRITE = "brand:write"
    CONTENT_READ = "content:read"
    CONTENT_EDIT = "content:edit"
    CONTENT_GENERATE = "content:generate"
    CONTENT_APPROVE = "content:approve"

    SCHEDULE_READ = "schedule:read"
    SCHEDULE_WRITE = "schedule:write"

    SOCIAL_READ = "social:read"
    SOCIAL_CONNECT = "social:connect"
    SOCIAL_RESOLVE = "social:resolve"
    """Resolve a delivery whose outcome is unknown."""

    BILLING_READ = "billing:read"
    BILLING_WRITE = "billing:write"


_MEMBER = frozenset(
    {
        Permission.SESSION_OWN,
        Permission.ACCOUNT_READ,
        Permission.USER_READ,
        Permission.BRIEF_READ,
        Permission.BRIEF_WRITE,
        Permission.BRAND_READ,
        Permission.CONTENT_READ,
        Permission.CONTENT_EDIT,
        Permission.CONTENT_GENERATE,
        Permission.SCHEDULE_READ,
        Permission.SOCIAL_READ,
        Permission.BILLING_READ,
    }
)
_OWNER = frozenset(Permission)
_ADMIN = _OWNER - {Permission.BILLING_WRITE, Permission.OWNER_MANAGE}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: _OWNER,
    Role.ADMIN: _ADMIN,
    Role.MEMBER: _MEMBER,
}


def allows(role: Role, permission: Permission) -> bool:
    return permission in PERMISSIONS[role]
