"""What holds for every service."""

from pathlib import Path
from uuid import UUID

import httpx2
import pytest
from common.auth import Permission, Role
from common.ids import new_id
from identity.__main__ import service as identity
from identity.factory import ProcessContext
from identity.models import Base
from identity.worker import ROUTERS
from testing.conventions import AccessConventions, ReleasedSchemaConventions, SchemaConventions, SurfaceConventions
from testing.conventions.access import SignIn

PERMISSIONS = {
    ("POST", "/api/auth/signup"): None,
    ("POST", "/api/auth/login"): None,
    ("POST", "/api/auth/refresh"): None,
    ("POST", "/api/auth/logout"): Permission.SESSION_OWN,
    ("GET", "/api/auth/me"): Permission.SESSION_OWN,
    ("POST", "/api/auth/password"): Permission.SESSION_OWN,
    ("GET", "/api/auth/sessions"): Permission.SESSION_OWN,
    ("DELETE", "/api/auth/sessions/{session_id}"): Permission.SESSION_OWN,
    ("GET", "/api/auth/invitations"): Permission.USER_INVITE,
    ("POST", "/api/auth/invitations"): Permission.USER_INVITE,
    ("DELETE", "/api/auth/invitations/{invitation_id}"): Permission.USER_INVITE,
    ("POST", "/api/auth/invitations/accept"): None,
    ("GET", "/api/account"): Permission.ACCOUNT_READ,
    ("PATCH", "/api/account"): Permission.ACCOUNT_WRITE,
    ("GET", "/api/users"): Permission.USER_READ,
    ("PATCH", "/api/users/{user_id}"): Permission.USER_MANAGE,
    ("GET", "/api/audit"): Permission.AUDIT_READ,
    ("GET", "/api/audit/verify"): Permission.AUDIT_READ,
    ("GET", "/api/audit/export"): Permission.AUDIT_READ,
    ("GET", "/.well-known/jwks.json"): None,
}
BODIES = {
    ("POST", "/api/auth/password"): {"current_password": "quiet harbour", "new_password": "another harbour"},
    ("POST", "/api/auth/invitations"): {"email": "a@example.com", "role": "MEMBER"},
    ("PATCH", "/api/account"): {"name": "x"},
    ("PATCH", "/api/users/{user_id}"): {"active": False},
}


class TestSchema(SchemaConventions):
    metadata = Base.metadata
    compared = frozenset({"table", "column", "index", "unique_constraint", "foreign_key_constraint"})


class TestReleasedSchema(ReleasedSchemaConventions):
    base = Base
    snapshot = Path(__file__).with_name("released_schema.sql")


class TestAccess(AccessConventions):
    service = identity
    bodies = BODIES

    @pytest.fixture
    def sign_in(self, context: ProcessContext) -> SignIn:
        def headers(account_id: UUID, role: Role) -> dict[str, str]:
            token = context.issuer.issue(account_id=account_id, user_id=new_id(), session_id=new_id(), role=role).token
            return {"Authorization": f"Bearer {token}"}

        return headers

    def is_admitted(self, answer: httpx2.Response) -> bool:
        """Past the permission, the ended session is refused."""
        return (answer.status_code, answer.json()["code"]) == (401, "session_ended")


class TestSurface(SurfaceConventions):
    service = identity
    routers = ROUTERS
    permissions = PERMISSIONS
