from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from common.auth.permissions import Permission, Role, allows

__all__ = ["Principal"]


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller, from a verified access token. `session_id` is the family of refresh tokens."""

    account_id: UUID
    user_id: UUID
    session_id: UUID
    role: Role
    token_expires_at: datetime

    def may(self, permission: Permission) -> bool:
        return allows(self.role, permission)
