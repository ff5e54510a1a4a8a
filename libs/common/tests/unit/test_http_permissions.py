import pytest
from common.auth import PERMISSIONS, Permission, Role, allows

FORBIDDEN_TO_MEMBERS = {
    Permission.ACCOUNT_WRITE,
    Permission.USER_INVITE,
    Permission.USER_MANAGE,
    Permission.OWNER_MANAGE,
    Permission.AUDIT_READ,
    Permission.BRAND_WRITE,
    Permission.CONTENT_APPROVE,
    Permission.SCHEDULE_WRITE,
    Permission.SOCIAL_CONNECT,
    Permission.SOCIAL_RESOLVE,
    Permission.BILLING_WRITE,
}


def test_an_owner_may_do_everything() -> None:
    assert PERMISSIONS[Role.OWNER] == set(Permission)


def test_an_admin_may_do_everything_but_billing_and_owner_changes() -> None:
    assert set(Permission) - PERMISSIONS[Role.ADMIN] == {Permission.BILLING_WRITE, Permission.OWNER_MANAGE}


@pytest.mark.parametrize("permission", list(Permission))
def test_a_member_reads_writes_briefs_and_edits_drafts(permission: Permission) -> None:
    assert allows(Role.MEMBER, permission) is (permission not in FORBIDDEN_TO_MEMBERS)


def test_every_role_is_in_the_table() -> None:
    assert set(PERMISSIONS) == set(Role)
