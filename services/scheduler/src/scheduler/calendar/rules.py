"""Who may have a secret calendar URL."""

from common.auth import Permission, Role, allows

_MAY_CREATE = frozenset(role.value for role in Role if allows(role, Permission.SCHEDULE_WRITE))


def may_create_address(role: str, *, active: bool) -> bool:
    """Return whether a member of the account may create one. A role that this build does not know may not."""
    return active and role in _MAY_CREATE
